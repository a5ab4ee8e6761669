"""GET receipt.json: for whoever holds the link; every other asker learns nothing."""

import uuid
from urllib.parse import urlsplit

import pytest

from consent.signing import Purpose, Signer
from tests.factories import a_body, a_published_site, post


def path_of(answer: dict) -> str:
    parts = urlsplit(answer["receipt_url"])
    return f"{parts.path}?{parts.query}"


def test_the_link_of_an_answer_opens_the_receipt(client, demo):
    made = post(client, demo, a_body(demo)).json
    assert made["receipt_url"].startswith("https://consent.example/v1/sites/demo/records/")
    answer = client.get(path_of(made))
    assert answer.status_code == 200
    assert answer.content_type == "application/ld+json"
    assert answer.json["dct:identifier"] == made["record_id"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_every_other_asker_gets_the_same_not_found(client, demo, settings, database):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    made, second = (post(client, demo, a_body(demo)).json for _ in range(2))
    theirs = post(client, other, a_body(other)).json
    token = path_of(made).partition("token=")[2]
    signer = Signer(settings.secret_keys)
    base = f"/v1/sites/demo/records/{made['record_id']}/receipt.json"
    unknown = str(uuid.uuid4())
    its_token = signer.detached(Purpose.RECEIPT, "demo", unknown)
    attempts = [
        base,
        f"{base}?token=",
        f"{base}?token={token[:-3]}",
        f"{base}?token={path_of(second).partition('token=')[2]}",
        f"{base}?token={signer.detached(Purpose.HISTORY, 'demo', made['record_id'])}",
        f"{base}?token={signer.detached(Purpose.RECEIPT, 'other', made['record_id'])}",
        f"/v1/sites/demo/records/{unknown}/receipt.json?token={token}",
        f"/v1/sites/demo/records/{unknown}/receipt.json?token={its_token}",
        f"/v1/sites/demo/records/nonsense/receipt.json?token={token}",
        f"/v1/sites/demo/records/{theirs['record_id']}/receipt.json?token={token}",
        f"/v1/sites/other/records/{made['record_id']}/receipt.json?token={token}",
        f"/v1/sites/nobody/records/{made['record_id']}/receipt.json?token={token}",
    ]
    found = [client.get(path) for path in attempts]
    assert [answer.status_code for answer in found] == [404] * len(attempts)
    assert len({answer.data for answer in found}) == 1


@pytest.mark.parametrize("token", ["%00", "%ff", "%F0%9F%8D%AA", "a" * 5000])
def test_a_hostile_token_is_only_wrong(client, demo, token):
    made = post(client, demo, a_body(demo)).json
    answer = client.get(f"/v1/sites/demo/records/{made['record_id']}/receipt.json?token={token}")
    assert answer.status_code == 404
