"""What is held is not erased, by nobody, not even by what was under way when the hold came."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from consent import clock, records
from consent.errors import HeldError, InvalidFieldsError, NotFoundError
from consent.records import Scope
from consent.records.models import ConsentRecord, LegalHold
from tests.factories import a_published_site
from tests.records.keeping import a_person, age, decide, left, payloads, place

HOUR = timedelta(hours=1)


def hold(database, demo, reason="a lawsuit", **scope):
    with database.transaction() as session:
        return records.hold(session, demo.site, Scope(**scope), reason)


def release(database, demo, hold_id, reason="settled"):
    with database.transaction() as session:
        return records.release(session, demo.site, hold_id, reason)


def erase(database, demo, subject):
    with database.transaction() as session:
        return records.erase(session, demo.site, subject, "asked")


def test_both_acts_are_leaves_and_the_reasons_stay_in_the_table(database, demo):
    subject, _ = a_person(database, demo)
    start, end = clock.now() - HOUR, clock.now() + HOUR
    held = hold(database, demo, "reason-one", subject_id=subject, start=start, end=end)
    release(database, demo, held.id, "reason-two")
    added, released = payloads(database, demo, "hold")
    assert added == {
        "act": "add",
        "at": clock.to_ms(held.added_at),
        "from": clock.to_ms(start),
        "hold": str(held.id),
        "subject": subject,
        "to": clock.to_ms(end),
        "v": 1,
    }
    assert released == {**added, "act": "release", "at": released["at"]}
    with database.reading() as session:
        row = session.get_one(LegalHold, held.id)
        assert row.reason == "reason-one\nReleased: reason-two"
        assert released["at"] == clock.to_ms(row.released_at)


@pytest.mark.parametrize(
    ("start", "end", "is_held"),
    [
        (None, None, True), (-HOUR, None, True), (None, HOUR, True), (-HOUR, HOUR, True),
        (HOUR, None, False), (None, -HOUR, False), (timedelta(0), None, True),
        (None, timedelta(0), False),
    ],
)  # fmt: skip
def test_a_hold_of_a_period_covers_what_was_recorded_in_it(database, demo, start, end, is_held):
    subject, [record] = a_person(database, demo)
    place(database, demo)
    at = record.recorded_at
    hold(
        database, demo,
        start=None if start is None else at + start, end=None if end is None else at + end,
    )  # fmt: skip
    if is_held:
        with pytest.raises(HeldError):
            erase(database, demo, subject)
    else:
        erase(database, demo, subject)
    assert left(database, ConsentRecord) == int(is_held)


def test_one_record_in_the_period_of_a_hold_holds_the_whole_person(database, demo):
    subject, made = a_person(database, demo, 2)
    age(database, made[0], timedelta(days=400))
    place(database, demo)
    hold(database, demo, end=clock.now() - timedelta(days=300))
    with pytest.raises(HeldError):
        erase(database, demo, subject)
    assert left(database, ConsentRecord) == 2


def test_a_hold_that_names_the_person_holds_them_whatever_its_period(database, demo):
    subject, _ = a_person(database, demo)
    place(database, demo)
    hold(database, demo, subject_id=subject, end=clock.now() - HOUR)
    with pytest.raises(HeldError):
        erase(database, demo, subject)


def test_a_hold_of_somebody_else_or_of_another_site_holds_nobody_here(database, demo):
    subject, _ = a_person(database, demo)
    stranger, _ = a_person(database, demo)
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    hold(database, demo, subject_id=stranger)
    hold(database, other)
    decide(database, other)
    place(database, demo)
    erase(database, demo, subject)
    with pytest.raises(HeldError):
        erase(database, demo, stranger)


def test_once_released_all_can_go(database, demo):
    subject, _ = a_person(database, demo)
    one, two = hold(database, demo, subject_id=subject), hold(database, demo)
    place(database, demo)
    for each in (one, two):
        with pytest.raises(HeldError, match=str(each.id)):
            erase(database, demo, subject)
        release(database, demo, each.id)
        place(database, demo)
    erase(database, demo, subject)


def test_what_makes_no_sense_is_refused_and_nothing_is_written(database, demo):
    now = clock.now()
    for scope, named in (
        ({"subject_id": "s_nobody"}, "subject"),
        ({"start": now, "end": now}, "to"),
        ({"start": now, "end": now - HOUR}, "to"),
    ):
        with pytest.raises(InvalidFieldsError, match=named):
            hold(database, demo, **scope)
    with pytest.raises(InvalidFieldsError, match="reason"):
        hold(database, demo, " ")
    assert left(database, LegalHold) == 0
    assert payloads(database, demo, "hold") == []


def test_a_hold_is_released_once_by_its_own_site_with_a_reason(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    held = hold(database, demo)
    with pytest.raises(NotFoundError):
        release(database, other, held.id)
    with pytest.raises(InvalidFieldsError, match="reason"):
        release(database, demo, held.id, "")
    release(database, demo, held.id)
    with pytest.raises(NotFoundError, match="was released on"):
        release(database, demo, held.id)
    assert [said["act"] for said in payloads(database, demo, "hold")] == ["add", "release"]


def test_holds_are_found_by_their_exact_scope_while_in_force(database, demo):
    subject, _ = a_person(database, demo)
    start = clock.now()
    scopes = [Scope(), Scope(subject), Scope(start=start), Scope(subject, start)]
    made = [hold(database, demo, **vars(scope)) for scope in scopes]
    with database.reading() as session:
        for scope, each in zip(scopes, made, strict=True):
            [found] = records.holds_like(session, demo.site, scope)
            assert found.id == each.id
    release(database, demo, made[0].id)
    with database.reading() as session:
        assert records.holds_like(session, demo.site, Scope()) == []
        assert len(records.holds_of(session, demo.site)) == 4


@pytest.mark.parametrize("by", ["request", "retention"])
def test_a_hold_that_comes_first_is_seen_by_the_erasure_that_waits_for_it(database, demo, by):
    subject, [record] = a_person(database, demo)
    age(database, record, timedelta(days=365 * 9))
    place(database, demo)
    outcome = []

    def erasing() -> None:
        try:
            with database.transaction() as session:
                if by == "request":
                    outcome.append(records.erase(session, demo.site, subject, "asked"))
                else:
                    outcome.append(records.run_retention(session, demo.site))
        except HeldError as error:
            outcome.append(error)

    with database.transaction() as session:
        records.hold(session, demo.site, Scope(), "a lawsuit")
        late = threading.Thread(target=erasing)
        late.start()
        # It has looked and found work to do, and waits for the site.
        time.sleep(0.5)
        assert outcome == []
    late.join(20)
    if by == "request":
        assert isinstance(outcome[0], HeldError)
    else:
        assert outcome[0].records == 0
    assert left(database, ConsentRecord) == 1


def test_a_hold_waits_for_the_batch_under_way_and_holds_all_that_is_left(database, demo):
    people = [a_person(database, demo) for _ in range(4)]
    for _, [record] in people:
        age(database, record, timedelta(days=365 * 9))
    place(database, demo)
    made = []
    with database.transaction() as session:
        assert records.run_retention(session, demo.site, 2).records == 2
        late = threading.Thread(target=lambda: made.append(hold(database, demo)))
        late.start()
        late.join(0.5)
        assert made == []
    late.join(20)
    assert made
    with database.transaction() as session:
        assert records.run_retention(session, demo.site, 2).records == 0
    with database.reading() as session:
        assert len(session.scalars(select(ConsentRecord)).all()) == 2
