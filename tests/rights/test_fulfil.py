"""A person gets a copy of all that is kept of them, or is erased: all subjects, or nothing."""

import json

import pytest

from consent import records, rights, staff
from consent.errors import ClosedError, HeldError, NotFoundError, NotPlacedError
from consent.records import Scope
from consent.records.models import ConsentRecord, SubjectTie
from consent.rights import Answer, Kind
from tests.records.keeping import a_person, left, payloads, place
from tests.rights.asking import a_request

ACTOR = "m_someone"
PERSON = b"p" * 32


def tie(database, demo, *subjects: str, person: bytes = PERSON) -> None:
    with database.transaction() as session:
        for each in subjects:
            records.tie(session, demo.site, person, each)


def erase(database, demo, made, words="you are erased"):
    with database.transaction() as session:
        return rights.erase(session, demo.site, made.id, Answer(words, ACTOR))


def data(database, demo, subject):
    with database.reading() as session:
        return rights.data_of(session, demo.site, subject)


def test_a_copy_holds_every_record_of_every_device_and_nobody_elses(database, demo):
    noise, _ = a_person(database, demo)
    phone, first = a_person(database, demo, 3)
    desk, second = a_person(database, demo)
    tie(database, demo, phone, desk)
    tie(database, demo, noise, person=b"n" * 32)
    made = a_request(database, demo, desk, Kind.ACCESS, words="what do you have?")
    found = data(database, demo, phone)
    json.dumps(found)
    assert {each["subject"]: len(each["records"]) for each in found["subjects"]} == {
        phone: 3, desk: 1,
    }  # fmt: skip
    told = {record["record"] for each in found["subjects"] for record in each["records"]}
    assert told == {str(each.id) for each in (*first, *second)}
    assert found["is_known_customer"]
    assert [each["reference"] for each in found["requests"]] == [made.reference]
    assert found["requests"][0]["words"] == "what do you have?"
    assert not data(database, demo, "s_nobody")["subjects"][0]["records"]


def test_a_long_history_is_whole(database, demo, monkeypatch):
    monkeypatch.setattr("consent.rights.fulfil.PAGE", 2)
    subject, made = a_person(database, demo, 5)
    [found] = data(database, demo, subject)["subjects"]
    assert [each["record"] for each in found["records"]] == [str(each.id) for each in made][::-1]


def test_taking_a_copy_is_noted(database, demo):
    made = a_request(database, demo, a_person(database, demo)[0], Kind.ACCESS)
    with database.transaction() as session:
        rights.exported(session, demo.site, made.id, ACTOR)
    with database.reading() as session:
        [event] = staff.events(session, staff.Trail(verb="rights.exported"))
        assert event.actor == ACTOR


def test_an_erasure_takes_all_devices_of_the_person_and_nobody_else(database, demo):
    noise, _ = a_person(database, demo, 2)
    phone, _ = a_person(database, demo, 3)
    desk, _ = a_person(database, demo)
    tie(database, demo, phone, desk)
    earlier = a_request(database, demo, phone, Kind.ACCESS)
    made = a_request(database, demo, desk)
    place(database, demo)
    assert sorted(each.leaves for each in erase(database, demo, made)) == [1, 3]
    assert left(database, ConsentRecord) == 2
    assert left(database, SubjectTie) == 0
    assert len(payloads(database, demo, "erase")) == 2
    with database.reading() as session:
        now = rights.request_of(session, demo.site, made.id)
        assert (now.state, now.subject_id, now.answer) == ("done", None, "you are erased")
        assert rights.request_of(session, demo.site, earlier.id).subject_id is None
        steps = [each.step for each in rights.steps_of(session, now)]
        assert steps == ["opened", "erased", "done"]
        assert records.history(session, demo.site.id, noise)
        assert len(staff.events(session, staff.Trail(verb="rights.erased"))) == 1
    with database.transaction() as session, pytest.raises(NotFoundError):
        rights.exported(session, demo.site, made.id, ACTOR)


def test_a_hold_on_one_device_keeps_all_of_them_and_the_request_waits(database, demo):
    phone, _ = a_person(database, demo)
    desk, _ = a_person(database, demo)
    tie(database, demo, phone, desk)
    made = a_request(database, demo, phone)
    with database.transaction() as session:
        rights.hold(session, demo.site, Scope(desk), "a lawsuit", ACTOR)
    place(database, demo)
    with pytest.raises(HeldError):
        erase(database, demo, made)
    assert left(database, ConsentRecord) == 2
    with database.reading() as session:
        assert rights.request_of(session, demo.site, made.id).state == "open"
        [held] = records.holds_of(session, demo.site)
        [event] = staff.events(session, staff.Trail(verb="hold.add"))
        assert (event.actor, event.facts["hold"]) == (ACTOR, str(held.id))
        assert "lawsuit" not in str(event.facts)
    with database.transaction() as session:
        rights.release(session, demo.site, held.id, "settled", ACTOR)
    place(database, demo)
    erase(database, demo, made)
    assert left(database, ConsentRecord) == 0


def test_a_row_without_a_place_is_refused_and_nothing_is_changed(database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject)
    with pytest.raises(NotPlacedError):
        erase(database, demo, made)
    with database.reading() as session:
        assert rights.request_of(session, demo.site, made.id).subject_id == subject


def test_who_did_not_ask_to_be_erased_is_not(database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject, Kind.OBJECT)
    place(database, demo)
    with pytest.raises(ClosedError):
        erase(database, demo, made)
    assert left(database, ConsentRecord) == 1


def test_a_person_who_is_gone_already_can_be_told_so(database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject)
    place(database, demo)
    with database.transaction() as session:
        records.erase(session, demo.site, subject, "by command")
    assert erase(database, demo, made) == []
    with database.reading() as session:
        assert rights.request_of(session, demo.site, made.id).state == "done"
