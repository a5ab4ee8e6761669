"""Who may record: pages of the site alone, as often as one network may, told in CORS headers."""

import pytest
from sqlalchemy import select

from consent import create_app
from consent.records.models import ConsentRecord
from tests.factories import ORIGIN, a_body, a_published_site, post

PATH = "/v1/sites/demo/records"


def records_of(database) -> list[ConsentRecord]:
    with database.reading() as session:
        return list(session.scalars(select(ConsentRecord)))


STRANGERS = (
    "null", "", "https://evil.example", "http://shop.example", "https://shop.example:444",
    "https://shop.example.evil.com", "https://evil.example/https://shop.example",
    "https://shop.example, https://evil.example", "https://shop.example/",
)  # fmt: skip


def test_an_origin_that_is_not_the_sites_is_refused_and_nothing_is_written(client, demo, database):
    for headers in ({}, *({"Origin": origin} for origin in STRANGERS)):
        answer = client.post(PATH, json=a_body(demo), headers=headers)
        assert (answer.status_code, answer.json["code"]) == (403, "origin_not_allowed"), headers
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert records_of(database) == []


def test_another_sites_origin_is_refused(client, demo, database):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
    assert post(client, demo, a_body(demo), Origin="https://other.example").status_code == 403


def test_an_unknown_site_is_not_found(client, demo):
    answer = client.post("/v1/sites/nobody/records", json=a_body(demo), headers={"Origin": ORIGIN})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_key_no_site_can_have_is_not_found_either(client, demo):
    for key in ("a%00b", "%F0%9F%8D%AA", "%ff", "..%2Fdemo", "DEMO", "a" * 3000):
        path = f"/v1/sites/{key}/records"
        answer = client.post(path, json=a_body(demo), headers={"Origin": ORIGIN})
        assert (answer.status_code, answer.json["code"]) == (404, "not_found"), key


def test_more_than_one_network_may_send_is_refused_with_a_time(settings, database, demo):
    limited = type(settings)(**{**vars(settings), "decisions_per_minute": 2})
    client = create_app(limited, database).test_client()
    found = [
        post(client, demo, a_body(demo), **{"X-Forwarded-For": f"203.0.113.{n}"}) for n in range(3)
    ]
    assert [answer.status_code for answer in found] == [201, 201, 429]
    assert found[2].json["code"] == "too_many"
    assert int(found[2].headers["Retry-After"]) > 0
    assert found[2].headers["Access-Control-Allow-Origin"] == ORIGIN
    assert len(records_of(database)) == 2


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, 201), ({"action": "x"}, 422), ({"page": "https://evil.example/"}, 422)],
)
def test_the_sites_pages_may_read_the_answer_and_no_cookie_goes_along(
    client, demo, changes, status
):
    answer = post(client, demo, a_body(demo, **changes))
    assert answer.status_code == status
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert {"Retry-After", "Consent-Reason"} <= set(exposed.split(", "))


def test_a_refusal_says_why_in_a_header(client, demo):
    assert (
        client.post(
            PATH, data=b"{", headers={"Origin": ORIGIN, "Content-Type": "text/plain"}
        ).headers["Consent-Reason"]
        == "malformed"
    )
    assert client.post(PATH, json={}).headers["Consent-Reason"] == "origin_not_allowed"


def test_a_preflight_is_answered_for_the_sites_origins_alone(client, demo):
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    answer = client.options(PATH, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "content-type"
    assert int(answer.headers["Access-Control-Max-Age"]) >= 600
    assert "Access-Control-Allow-Credentials" not in answer.headers
    stranger = client.options(PATH, headers={**asked, "Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers
    assert "Origin" in stranger.headers["Vary"]
