"""Receipts: for whoever holds the link, once the log covers them; all others learn nothing."""

import base64
import json
import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from consent import clock, ledger
from consent.errors import LogForkedError, ProofError
from consent.ledger import notes, proofs
from consent.ledger.commitment import commit
from consent.ledger.models import Log
from consent.ledger.notes import Verifier
from consent.signing import Purpose, Signer
from consent.web.services import EXTENSION
from tests.factories import a_body, a_published_site, post


def path_of(answer: dict) -> str:
    parts = urlsplit(answer["receipt_url"])
    return f"{parts.path}?{parts.query}"


def test_the_link_of_an_answer_opens_the_receipt(client, demo):
    made = post(client, demo, a_body(demo)).json
    assert made["receipt_url"].startswith("https://consent.example/v1/sites/demo/records/")
    answer = client.get(path_of(made) + "&wait=receipt")
    assert answer.status_code == 200
    assert answer.content_type == "application/ld+json"
    assert answer.json["dct:identifier"] == made["record_id"]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_before_the_log_covers_it_a_receipt_is_pending_and_says_when_to_ask(client, demo):
    made = post(client, demo, a_body(demo)).json
    for path in (path_of(made), path_of(made).replace("receipt.json", "receipt.tlog-proof")):
        answer = client.get(path)
        assert (answer.status_code, answer.json) == (202, {"status": "pending"})
        assert answer.headers["Retry-After"] == "10"
        assert answer.headers["Cache-Control"] == "no-store"


def test_where_the_log_stands_still_a_receipt_comes_without_the_proof(client, demo):
    made = post(client, demo, a_body(demo)).json
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=True):
        answer = client.get(path_of(made))
        assert answer.status_code == 200
        assert answer.json["consent:evidence"]["proof"] is None
        assert answer.json["consent:evidence"]["leaf"]
        later = client.get(path_of(made).replace("receipt.json", "receipt.tlog-proof"))
        assert later.status_code == 202


def test_a_log_that_must_not_be_signed_stops_neither_a_decision_nor_its_receipt(
    app, client, demo, monkeypatch
):
    def refuse(*_: object) -> bool:
        raise LogForkedError("The database is older than it was.")

    monkeypatch.setattr("consent.web.visitor.records.SECONDS_TO_COVER", 0.1)
    monkeypatch.setattr("consent.web.visitor.receipts.SECONDS_TO_COVER", 0.1)
    monkeypatch.setattr(app.extensions[EXTENSION].sequencer, "show", refuse)
    origin = {"Origin": demo.site.origins[0]}
    answer = client.post("/v1/sites/demo/records?wait=receipt", json=a_body(demo), headers=origin)
    assert answer.status_code == 201
    assert client.get(path_of(answer.json) + "&wait=receipt").status_code == 202


def test_who_waits_when_deciding_finds_the_receipt_at_once(client, demo):
    answer = client.post(
        "/v1/sites/demo/records?wait=receipt",
        json=a_body(demo),
        headers={"Origin": demo.site.origins[0]},
    )
    assert answer.status_code == 201
    assert client.get(path_of(answer.json)).status_code == 200


def test_both_receipts_prove_the_same_leaf_to_whoever_has_the_key(client, demo):
    made = post(client, demo, a_body(demo)).json
    document = client.get(path_of(made) + "&wait=receipt").json["consent:evidence"]
    file = client.get(path_of(made).replace("receipt.json", "receipt.tlog-proof"))
    assert file.content_type == "text/plain; charset=utf-8"
    assert (
        f'filename="receipt-{made["record_id"]}.tlog-proof"' in file.headers["Content-Disposition"]
    )
    [key] = client.get("/log/demo/keys.json").json["keys"]
    verifier = Verifier.of(key["vkey"])

    inside, alone = proofs.parse(document["proof"]), proofs.parse(file.text)
    extra = json.loads(alone.extra)
    assert extra == {
        "leaf": base64.b64encode(document["leaf"].encode()).decode(),
        "payload": document["payload"],
        "salt": document["salt"],
    }
    assert ledger.dump(extra) == alone.extra
    leaf = base64.b64decode(extra["leaf"])
    for proof in (inside, alone):
        covered = proofs.check(proof, leaf, [verifier])
        assert covered.origin == "consent.example/log/demo"
    commitment = commit("consent", extra["payload"].encode(), base64.b64decode(extra["salt"]))
    assert json.loads(leaf)["c"] == base64.b64encode(commitment).decode()
    with pytest.raises(ProofError):
        proofs.check(alone, leaf.replace(b'"v":1', b'"v":2'), [verifier])


def test_the_words_of_a_receipt_are_sealed_with_the_logs_key_and_are_no_checkpoint(client, demo):
    made = post(client, demo, a_body(demo)).json
    file = client.get(path_of(made) + "&wait=receipt")
    document = file.json
    assert ledger.dump(document) == file.data
    [key] = client.get("/log/demo/keys.json").json["keys"]
    log = Verifier.of(key["vkey"])
    note = document.pop("consent:words")
    text = notes.opened(note, [Verifier(f"{log.name}/receipt", log.public)])
    with pytest.raises(ProofError):
        notes.opened(note, [log])
    with pytest.raises(ProofError):
        notes.checkpoint(text)
    del document["consent:evidence"]
    assert text == f"{log.name}/receipt\n{ledger.digest(ledger.dump(document))}\n"


def test_a_receipt_of_a_log_that_ended_is_proved_in_that_log(client, demo, database):
    made = post(client, demo, a_body(demo)).json
    assert client.get(path_of(made) + "&wait=receipt").status_code == 200
    with database.transaction() as session:
        old = session.scalars(select(Log).where(Log.site_id == demo.site.id)).one()
        old.site_id = None
        session.flush()
        new = Log(site_id=demo.site.id, origin=f"{old.origin}/e2", created_at=clock.now(), epoch=2)
        session.add(new)
        session.flush()
        old.continued_by = new.id
    answer = client.get(path_of(made))
    assert answer.status_code == 200
    assert "\nconsent.example/log/demo\n" in answer.json["consent:evidence"]["proof"]


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
