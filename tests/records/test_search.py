"""Searching: one site's records of a period, oldest first, as many as were counted."""

from datetime import UTC, datetime, timedelta

import time_machine
from sqlalchemy.orm import Session

from consent import records
from consent.db import Database
from consent.records import Known, Search
from consent.records.search import ROWS_AT_ONCE
from tests.factories import Demo, a_decision, a_published_site


def decided(session: Session, demo: Demo, times: int) -> list:
    return [
        records.capture(session, demo.site, a_decision(demo), Known(), None).record
        for _ in range(times)
    ]


def test_the_stream_holds_what_was_counted_and_nothing_of_other_sites(
    database: Database, demo: Demo
):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        decided(session, other, 4)
        mine = decided(session, demo, 5)
        decided(session, other, 4)
    with database.reading() as session:
        search = Search(demo.site.id)
        found = list(records.stream(session, search))
        assert records.count(session, search) == len(found) == 5
    assert {row.id for row in found} == {record.id for record in mine}
    assert [(row.recorded_at, row.id) for row in found] == sorted(
        (record.recorded_at, record.id) for record in mine
    )


def test_the_first_moment_is_included_and_the_last_is_not(session, demo):
    moments = []
    for hour in range(3):
        with time_machine.travel(datetime(2026, 11, 1, hour, tzinfo=UTC), tick=False):
            moments += decided(session, demo, 1)
    first, middle, last = moments
    search = Search(demo.site.id, first.recorded_at, last.recorded_at)
    assert [row.id for row in records.stream(session, search)] == [first.id, middle.id]
    assert records.count(session, search) == 2


def test_each_row_comes_with_the_hash_of_its_leaf(session, demo):
    (record,) = decided(session, demo, 1)
    (row,) = records.stream(session, Search(demo.site.id))
    assert row.leaf_hash == records.evidence_of(session, record).entry.leaf_hash


def test_an_empty_period_is_an_empty_stream(session, demo):
    (record,) = decided(session, demo, 1)
    later = Search(demo.site.id, record.recorded_at + timedelta(seconds=1))
    assert list(records.stream(session, later)) == []
    assert records.count(session, later) == 0


def test_a_reading_shows_one_moment_while_others_write(database: Database, demo: Demo):
    with database.transaction() as session:
        decided(session, demo, 3)
    with database.reading() as looking:
        counted = records.count(looking, Search(demo.site.id))
        with database.transaction() as session:
            decided(session, demo, 2)
        assert len(list(records.stream(looking, Search(demo.site.id)))) == counted == 3


def test_rows_arrive_in_portions():
    assert 0 < ROWS_AT_ONCE <= 10_000
