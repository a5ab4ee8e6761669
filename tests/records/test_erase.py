"""A person is erased whole, the log stays whole, and what they hold still proves."""

import base64
import json
import threading
import uuid

import pytest
from sqlalchemy import select, update

from consent import clock, ledger, records
from consent.errors import HeldError, InvalidFieldsError, NotFoundError, NotPlacedError, ProofError
from consent.ledger import commitment, proofs
from consent.ledger.models import Log, LogEntry, LogOpening
from consent.records import Scope
from consent.records.models import ConsentRecord, Erasure, LegalHold, RecordedEvent, SubjectState
from consent.sequencer import Sequencer
from tests.factories import a_body, a_decision, a_published_site, post
from tests.ledger.test_sequence import check
from tests.records.keeping import a_person, decide, indexes, left, payloads, place
from tests.web.test_history_page import key_of, look, shown


def erase(database, demo, subject, reason="asked by letter"):
    with database.transaction() as session:
        return records.erase(session, demo.site, subject, reason)


def test_all_rows_of_a_person_go_and_one_leaf_names_their_places(database, demo):
    other, others = a_person(database, demo, 2)
    subject, made = a_person(database, demo, 3)
    place(database, demo)
    places = indexes(database, made)
    erased = erase(database, demo, subject)
    assert erased.leaves == 3
    for model in (ConsentRecord, RecordedEvent):
        assert left(database, model) == 2
    assert left(database, SubjectState) == 1
    [said] = payloads(database, demo, "erase")
    assert said.keys() == {"at", "erased", "ground", "req", "v"}
    assert (said["erased"], said["ground"], said["v"]) == (places, "art17", 1)
    assert said["req"] == str(erased.request)
    with database.reading() as session:
        row = session.get_one(Erasure, erased.request)
        assert (row.ground, row.reason, row.entries) == ("art17", "asked by letter", 3)
        opened = set(session.scalars(select(LogOpening.entry_id)))
        assert not opened & {each.entry_id for each in made}
        assert opened >= {each.entry_id for each in others}
        assert [each.id for each in records.history(session, demo.site.id, other)]
    place(database, demo)
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    check(database, log_id)


def test_the_reason_is_never_in_the_log(database, demo):
    subject, _ = a_person(database, demo)
    place(database, demo)
    erase(database, demo, subject, "a-very-private-reason")
    with database.reading() as session:
        assert not [
            each for each in session.scalars(select(LogOpening.payload)) if "private" in each
        ]


def test_a_row_without_a_place_is_refused_and_nothing_is_changed(database, demo):
    subject, _ = a_person(database, demo, 2)
    with pytest.raises(NotPlacedError) as refused:
        erase(database, demo, subject)
    with database.reading() as session:
        assert refused.value.log_ids == (ledger.log_id_of(session, demo.site.id),)
    assert left(database, ConsentRecord) == left(database, RecordedEvent) == 2
    assert payloads(database, demo, "erase") == []
    place(database, demo)
    assert erase(database, demo, subject).leaves == 2


def test_erasing_twice_and_erasing_nobody_says_that_there_is_nothing(database, demo):
    subject, _ = a_person(database, demo)
    place(database, demo)
    erase(database, demo, subject)
    for nobody in (subject, "s_nobody", "", "s_\0"):
        with pytest.raises(NotFoundError, match="nothing is left to erase"):
            erase(database, demo, nobody)
        with database.reading() as session, pytest.raises(NotFoundError):
            records.person(session, demo.site, nobody)
    assert len(payloads(database, demo, "erase")) == 1


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\0b"])
def test_a_reason_is_needed(database, demo, reason):
    subject, _ = a_person(database, demo)
    place(database, demo)
    with pytest.raises(InvalidFieldsError, match="reason"):
        erase(database, demo, subject, reason)
    assert left(database, ConsentRecord) == 1


def test_the_same_person_on_another_site_is_not_touched(database, demo):
    subject, _ = a_person(database, demo)
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    decide(database, other, subject)
    place(database, demo)
    erase(database, demo, subject)
    with database.reading() as session:
        assert records.person(session, other.site, subject).records == 1


def test_released_holds_that_named_the_person_go_with_their_leaves(database, demo):
    subject, made = a_person(database, demo)
    other, _ = a_person(database, demo)
    with database.transaction() as session:
        held = records.hold(session, demo.site, Scope(subject), "the case of A")
        kept = records.hold(session, demo.site, Scope(other), "the case of B")
    with database.transaction() as session:
        records.release(session, demo.site, held.id, "settled")
    with pytest.raises(NotPlacedError):
        erase(database, demo, subject)
    place(database, demo)
    assert erase(database, demo, subject).leaves == len(made) + 2
    assert [said["subject"] for said in payloads(database, demo, "hold")] == [other]
    with database.reading() as session:
        assert session.scalars(select(LegalHold.id)).all() == [kept.id]


def test_rows_of_an_earlier_epoch_are_named_under_its_origin(database, demo, settings):
    subject, made = a_person(database, demo, 2)
    place(database, demo)
    old = _new_epoch(database, demo)
    later = decide(database, demo, subject).record
    place(database, demo)
    erase(database, demo, subject)
    [said] = payloads(database, demo, "erase")
    assert said["earlier"] == {old: indexes(database, made)}
    assert said["erased"] == indexes(database, [later])


def _new_epoch(database, demo) -> str:
    """Let another log go on, as after a loss."""
    with database.transaction() as session:
        old = session.get_one(Log, ledger.log_id_of(session, demo.site.id))
        old.site_id, old.origin = None, "consent.example/log/demo"
        session.flush()
        new = Log(site_id=demo.site.id, created_at=clock.now(), epoch=2, origin="x.example/e2")
        session.add(new)
        session.flush()
        old.continued_by = new.id
        return old.origin


def test_what_a_person_holds_still_verifies_and_our_links_to_it_are_dead(
    database, demo, client, settings
):
    answer = post(client, demo, a_body(demo)).json
    keeper = Sequencer(database, settings)
    with database.reading() as session:
        record = records.record_of(session, demo.site.id, uuid.UUID(answer["record_id"]))
    assert keeper.cover(record.entry_id, 5)
    path = answer["receipt_url"].removeprefix(settings.public_url)
    assert client.get(path).status_code == 200
    with database.reading() as session:
        proof = ledger.proof_of(session, *ledger.place_of(session, record.entry_id)).text
        opening = session.get_one(LogOpening, (record.recorded_at, record.entry_id))
        leaf = session.get_one(LogEntry, record.entry_id).leaf
        payload, salt = opening.payload.encode(), opening.salt
    erased = erase(database, demo, record.subject_id)
    assert keeper.cover(erased.entry_id, 5)

    verifier = ledger.verifier("consent.example/log/demo", base64.b64decode(settings.ledger_key))
    kept = proofs.parse(proof)
    assert proofs.check(kept, leaf.encode(), [verifier]).size > kept.index
    assert commitment.leaf("consent", commitment.commit("consent", payload, salt)).decode() == leaf
    with pytest.raises(ProofError):
        proofs.check(kept, leaf.encode() + b" ", [verifier])

    for name in ("receipt.json", "receipt.tlog-proof", "receipt.html"):
        assert client.get(path.replace("receipt.json", name)).status_code == 404
    state = client.post(
        "/v1/sites/demo/state",
        json={"subject": answer["subject"]},
        headers={"Origin": demo.site.origins[0]},
    )
    assert state.status_code == 404


def test_the_old_key_opens_an_empty_history_and_the_old_subject_begins_anew(
    database, demo, client, settings
):
    answer = post(client, demo, a_body(demo)).json
    post(client, demo, a_body(demo, subject=answer["subject"]))
    assert len(shown(look(client, key_of(answer)).text)) == 3
    place(database, demo)
    with database.reading() as session:
        [subject] = session.scalars(select(SubjectState.subject_id)).all()
    erase(database, demo, subject)
    with database.reading() as session:
        assert records.history(session, demo.site.id, subject) == []
        assert records.state_of(session, demo.site.id, subject) is None
    page = look(client, key_of(answer))
    assert (page.status_code, shown(page.text)) == (200, [])

    again = post(client, demo, a_body(demo, subject=answer["subject"])).json
    assert again["sequence"] == 0
    assert again["subject"] == answer["subject"]
    place(database, demo)
    with database.reading() as session:
        [record] = records.history(session, demo.site.id, subject)
        opening = session.get_one(LogOpening, (record.recorded_at, record.entry_id))
        assert json.loads(opening.payload)["prev"] is None
        assert records.person(session, demo.site, subject).records == 1


def test_a_hold_refuses_and_says_which_since_when_and_what_to_do(database, demo):
    subject, _ = a_person(database, demo)
    place(database, demo)
    with database.transaction() as session:
        held = records.hold(session, demo.site, Scope(subject), "a lawsuit")
    with pytest.raises(HeldError) as refused:
        erase(database, demo, subject)
    for words in (str(held.id), clock.to_text(held.added_at), "consent hold release"):
        assert words in refused.value.message
    assert left(database, ConsentRecord) == 1


def test_a_decision_that_comes_while_a_person_is_erased_begins_anew(database, demo):
    """On PostgreSQL the two meet at the lock of the state; on SQLite at the one writer's."""
    subject, _ = a_person(database, demo)
    place(database, demo)
    recorded = []
    with database.transaction() as session:
        records.erase(session, demo.site, subject, "asked")
        late = threading.Thread(
            target=lambda: recorded.append(decide(database, demo, subject).record)
        )
        late.start()
        late.join(0.5)
        assert not recorded
    late.join(20)
    assert recorded[0].sequence == 0
    with database.reading() as session:
        assert records.person(session, demo.site, subject).records == 1


def test_an_erasure_waits_for_the_decision_under_way_and_takes_it_along(database, demo):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    subject, _ = a_person(database, demo)
    place(database, demo)
    outcome = []

    def erasing() -> None:
        try:
            outcome.append(erase(database, demo, subject))
        except NotPlacedError as error:
            outcome.append(error)

    with database.transaction() as session:
        session.execute(
            update(SubjectState)
            .where(SubjectState.subject_id == subject)
            .values(sequence=SubjectState.sequence)
        )
        waiting = threading.Thread(target=erasing)
        waiting.start()
        waiting.join(0.5)
        assert not outcome
        records.capture(session, demo.site, a_decision(demo), records.Known(), subject)
    waiting.join(20)
    # The decision was seen: it has no place yet, so nothing was erased without it.
    assert isinstance(outcome[0], NotPlacedError)
    place(database, demo)
    assert erase(database, demo, subject).leaves == 2
