"""What has had its time goes, oldest first, in batches; what is in force or held stays."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from consent import clock, records, worker
from consent.errors import InvalidFieldsError
from consent.records import Scope
from consent.records.models import ConsentRecord, Erasure, LegalHold, RecordedEvent, SubjectState
from consent.sites import Site
from tests.factories import a_published_site
from tests.records.keeping import a_person, age, decide, indexes, left, payloads, place

YEAR = timedelta(days=365)


def run(database, demo, limit=1000):
    with database.transaction() as session:
        return records.run_retention(session, demo.site, limit)


def due(database, demo, period=None):
    with database.reading() as session:
        return records.due(session, demo.site, period)


def kept(database) -> set:
    with database.reading() as session:
        return set(session.scalars(select(ConsentRecord.entry_id)))


def test_only_what_is_older_than_the_period_and_expired_goes(database, demo):
    _, [young] = a_person(database, demo)
    _, [old] = a_person(database, demo)
    _, [in_force] = a_person(database, demo)
    age(database, old, 6 * YEAR)
    age(database, in_force, 6 * YEAR, expired=False)
    place(database, demo)
    places = indexes(database, [old])
    assert due(database, demo).records == 1
    assert run(database, demo).records == 1
    assert kept(database) == {young.entry_id, in_force.entry_id}
    assert left(database, SubjectState) == left(database, RecordedEvent) == 2
    [said] = payloads(database, demo, "erase")
    assert (said["erased"], said["ground"]) == (places, "retention")
    with database.reading() as session:
        [row] = session.scalars(select(Erasure)).all()
        assert (str(row.id), row.ground, row.reason) == (said["req"], "retention", "kept for P5Y")
    assert run(database, demo).records == 0
    assert len(payloads(database, demo, "erase")) == 1


def test_the_oldest_go_first_in_batches_with_a_leaf_each(database, demo):
    made = [a_person(database, demo)[1][0] for _ in range(5)]
    for years, record in zip((6, 9, 7, 10, 8), made, strict=True):
        age(database, record, years * YEAR)
    place(database, demo)
    first = run(database, demo, 2)
    assert (first.records, first.is_full) == (2, True)
    assert kept(database) == {made[0].entry_id, made[2].entry_id, made[4].entry_id}
    assert run(database, demo, 2).is_full
    last = run(database, demo, 2)
    assert (last.records, last.is_full) == (1, False)
    assert [len(said["erased"]) for said in payloads(database, demo, "erase")] == [2, 2, 1]


def test_a_persons_state_stays_with_a_record_that_stays_and_says_when_it_begins_now(database, demo):
    subject, made = a_person(database, demo, 3)
    for record, years in zip(made[:2], (8, 7), strict=True):
        age(database, record, years * YEAR)
    place(database, demo)
    assert run(database, demo).records == 2
    with database.reading() as session:
        state = session.get_one(SubjectState, (demo.site.id, subject))
        assert state.first_at == state.recorded_at == made[2].recorded_at
        assert [each.sequence for each in records.history(session, demo.site.id, subject)] == [2]
    assert decide(database, demo, subject).record.sequence == 3


def test_with_the_last_record_go_the_state_and_the_holds_that_are_over(database, demo):
    subject, [record] = a_person(database, demo)
    with database.transaction() as session:
        over = records.hold(session, demo.site, Scope(subject), "a lawsuit")
    with database.transaction() as session:
        records.release(session, demo.site, over.id, "settled")
    age(database, record, 6 * YEAR)
    place(database, demo)
    assert run(database, demo).erased.leaves == 3
    for model in (ConsentRecord, SubjectState, RecordedEvent, LegalHold):
        assert left(database, model) == 0
    assert payloads(database, demo, "hold") == []


def test_what_a_hold_covers_stays_and_is_counted(database, demo):
    held, [first] = a_person(database, demo)
    _, [second] = a_person(database, demo)
    _, [third] = a_person(database, demo)
    for record, years in ((first, 9), (second, 8), (third, 7)):
        age(database, record, years * YEAR)
    place(database, demo)
    with database.transaction() as session:
        records.hold(session, demo.site, Scope(held), "one person")
        start = clock.now() - 7.5 * YEAR
        records.hold(session, demo.site, Scope(start=start), "a period")
    found = due(database, demo)
    assert (found.records, found.held) == (1, 2)
    assert found.first == found.last
    assert run(database, demo).records == 1
    assert kept(database) == {first.entry_id, third.entry_id}


def test_notices_staff_and_holds_in_force_are_never_touched(database, demo):
    with database.transaction() as session:
        records.set_period(session, session.get_one(Site, demo.site.id), "P1M")
        records.hold(session, demo.site, Scope(end=clock.now() - 20 * YEAR), "before our time")
    _, [record] = a_person(database, demo)
    age(database, record, YEAR)
    place(database, demo)
    demo.site.retention = "P1M"
    assert run(database, demo).records == 1
    for kind in ("config", "staff", "hold"):
        assert len(payloads(database, demo, kind)) >= 1
    assert left(database, LegalHold) == 1


def test_what_has_no_place_yet_waits_for_the_next_time(database, demo):
    _, [record] = a_person(database, demo)
    age(database, record, 6 * YEAR)
    assert run(database, demo).records == 0
    place(database, demo)
    assert run(database, demo).records == 1


def test_who_decides_at_this_moment_is_passed_over(database, demo):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    busy, [one] = a_person(database, demo)
    _, [two] = a_person(database, demo)
    for record in (one, two):
        age(database, record, 6 * YEAR)
    place(database, demo)
    done = []
    with database.transaction() as session:
        session.execute(
            update(SubjectState)
            .where(SubjectState.subject_id == busy)
            .values(sequence=SubjectState.sequence)
        )
        other = threading.Thread(target=lambda: done.append(run(database, demo).records))
        other.start()
        other.join(20)
        assert done == [1]
    assert kept(database) == {one.entry_id}
    assert run(database, demo).records == 1


def test_the_job_goes_through_all_sites_until_nothing_is_left_and_then_purges(
    database, demo, monkeypatch
):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    for site in (demo, other):
        for _ in range(3):
            age(database, a_person(database, site)[1][0], 6 * YEAR)
        place(database, site)
    monkeypatch.setattr("consent.records.retention.expire.__defaults__", (2,))
    purged = []
    monkeypatch.setattr(type(database), "purge", lambda _: purged.append(left(database, Erasure)))
    [job] = [each for each in worker.JOBS if each.name == "retention"]
    assert worker._run(job, database)
    assert left(database, ConsentRecord) == 4
    worker.run_all(database)
    assert left(database, ConsentRecord) == 0
    assert purged == [left(database, Erasure)]


def test_an_installation_that_erased_nothing_is_not_purged(database, demo, monkeypatch):
    a_person(database, demo)
    monkeypatch.setattr(type(database), "purge", lambda _: pytest.fail("nothing to purge"))
    worker.run_all(database)


def test_a_period_is_set_in_the_site_and_in_the_trail(database, demo):
    with database.transaction() as session:
        records.set_period(session, session.get_one(Site, demo.site.id), "P3Y")
    with database.reading() as session:
        assert session.get_one(Site, demo.site.id).retention == "P3Y"
    [said] = [
        each for each in payloads(database, demo, "staff") if each["verb"] == "site.retention"
    ]
    assert said["facts"] == {"after": "P3Y", "before": "P5Y", "site": "demo"}


@pytest.mark.parametrize("period", ["", "3 years", "P0D", "-P3Y", "P", "PT0S", "P99999Y"])
def test_a_period_that_makes_no_sense_is_refused(database, demo, period):
    with pytest.raises(InvalidFieldsError, match="keep"), database.transaction() as session:
        records.set_period(session, session.get_one(Site, demo.site.id), period)
    with pytest.raises(InvalidFieldsError, match="keep"):
        due(database, demo, period)
    with database.reading() as session:
        assert session.get_one(Site, demo.site.id).retention == "P5Y"


@pytest.mark.parametrize("period", ["P9000Y", "P5000Y", "-P3Y", "P0D"])
def test_a_period_of_before_never_erases_what_is_in_force(database, demo, period):
    a_person(database, demo)
    place(database, demo)
    demo.site.retention = period
    assert run(database, demo).records == 0
