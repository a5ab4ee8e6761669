"""A person's demand becomes one request, with a number and a date, and stays out of the log."""

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from consent import clock, rights
from consent.errors import ConflictError, InvalidFieldsError, NotFoundError, TooManyError
from consent.ledger.models import LogOpening
from consent.rights import Demand, Kind, RightsContact, RightsRequest, RightsStep
from consent.rights.ask import MOST_A_MONTH
from tests.factories import a_published_site
from tests.records.keeping import a_person, left
from tests.rights.asking import a_request


def ask(database, demo, demand: Demand):
    with database.transaction() as session:
        return rights.ask(session, demo.site, demand)


def test_a_request_has_a_number_a_date_and_what_the_person_wrote(database, demo):
    subject, _ = a_person(database, demo)
    a_request(database, demo, a_person(database, demo)[0])
    made = a_request(
        database, demo, subject, Kind.RECTIFY, words=" My region\r\nis wrong ", email="a@b.example"
    )
    assert (made.kind, made.state, made.subject_id) == ("rectify", "open", subject)
    assert len(made.reference) == 11
    assert timedelta(days=28) <= made.due_at - made.opened_at <= timedelta(days=32)
    with database.reading() as session:
        contact = rights.contact_of(session, made)
        assert contact is not None
        assert (contact.words, contact.email) == ("My region\nis wrong", "a@b.example")
        steps = rights.steps_of(session, made)
        assert [(each.step, each.actor) for each in steps] == [("opened", "the person")]


def test_nothing_of_the_person_is_in_the_log(database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(
        database, demo, subject, words="a-very-private-word", email="anna@private.example"
    )
    with database.reading() as session:
        said = [
            each for each in session.scalars(select(LogOpening.payload)) if "rights.open" in each
        ]
    assert said
    assert all(str(made.id) in each for each in said)
    for each in said:
        assert "private" not in each
        assert subject not in each


@pytest.mark.parametrize(
    ("opened", "due"),
    [
        ("2026-11-30", "2026-12-30"),
        ("2027-01-31", "2027-02-28"),
        ("2028-01-30", "2028-02-29"),
        ("2026-12-31", "2027-01-31"),
    ],
)
def test_a_month_ends_with_the_same_day_or_the_last_one(opened, due):
    at = datetime.fromisoformat(f"{opened}T10:11:12.345+00:00")
    assert rights.due_after(at) == datetime.fromisoformat(f"{due}T23:59:59+00:00")
    assert rights.extended_until(datetime(2026, 11, 30, tzinfo=UTC)).date().isoformat() == (
        "2027-02-28"
    )


def test_a_form_sent_twice_is_one_request(database, demo):
    subject, _ = a_person(database, demo)
    demand = Demand(uuid.uuid4(), Kind.ACCESS, subject, words="please")
    first, second = (ask(database, demo, demand) for _ in range(2))
    assert (first.replayed, second.replayed) == (False, True)
    assert first.request.reference == second.request.reference
    assert left(database, RightsRequest) == left(database, RightsStep) == 1


def test_asking_again_while_one_waits_adds_the_words_to_it(database, demo):
    subject, _ = a_person(database, demo)
    first = a_request(database, demo, subject, words="please")
    again = a_request(database, demo, subject, words="it is urgent", email="a@b.example")
    assert again.id == first.id
    other = a_request(database, demo, subject, Kind.ACCESS)
    assert other.id != first.id
    with database.reading() as session:
        contact = session.get_one(RightsContact, first.id)
        assert (contact.words, contact.email) == ("please\n\nit is urgent", "a@b.example")
        assert [each.step for each in rights.steps_of(session, first)] == ["opened", "added"]
    with pytest.raises(InvalidFieldsError, match="words"):
        a_request(database, demo, subject, words="x" * 2000)


def test_two_presses_at_once_are_one_request(database, demo):
    subject, _ = a_person(database, demo)
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(a_request(database, demo, subject)))
        for _ in range(4)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert len(made) == 4
    assert len({each.id for each in made}) == 1
    assert left(database, RightsRequest) == 1


def test_the_event_of_another_request_is_refused(database, demo):
    (anna, _), (ben, _) = a_person(database, demo), a_person(database, demo)
    event = uuid.uuid4()
    ask(database, demo, Demand(event, Kind.ACCESS, anna))
    for demand in (Demand(event, Kind.ERASE, anna), Demand(event, Kind.ACCESS, ben)):
        with pytest.raises(ConflictError):
            ask(database, demo, demand)
    assert left(database, RightsRequest) == 1


def test_who_has_no_records_has_nothing_to_ask_for(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    subject, _ = a_person(database, demo)
    for site, nobody in ((demo, "s_nobody"), (other, subject)):
        with pytest.raises(NotFoundError):
            a_request(database, site, nobody)
    assert left(database, RightsRequest) == 0


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"words": "x" * 2001}, "words"),
        ({"words": "a\0b"}, "words"),
        ({"words": "\ud800"}, "words"),
        ({"kind": Kind.RECTIFY, "words": " \n "}, "words"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"email": "a@b.\0"}, "email"),
        ({"email": f"{'a' * 250}@b.example"}, "email"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_the_name_of_its_field(database, demo, facts, field):
    subject, _ = a_person(database, demo)
    with pytest.raises(InvalidFieldsError) as refused:
        a_request(database, demo, subject, **{"kind": Kind.ERASE, **facts})
    assert list(refused.value.fields) == [field]
    assert left(database, RightsRequest) == 0


def test_nobody_asks_without_end(database, demo):
    subject, _ = a_person(database, demo)
    for _ in range(MOST_A_MONTH):
        made = a_request(database, demo, subject)
        answer = rights.Answer("done", "m_1")
        with database.transaction() as session:
            rights.close(session, demo.site, made.id, answer)
    with pytest.raises(TooManyError):
        a_request(database, demo, subject)
    assert a_request(database, demo, a_person(database, demo)[0]).state == "open"
    assert clock.now().tzinfo is UTC
