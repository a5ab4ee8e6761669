"""The queue is read from its two ends: right while nothing is placed, never too small after."""

import shutil
from datetime import timedelta

from sqlalchemy import text, update
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.db import Database
from consent.ledger import Kind
from consent.ledger.models import LogEntry
from consent.ledger.queue import _ENDS
from tests.factories import a_site

NOON = clock.from_ms(1_795_000_000_000)


def queued(session: Session, site_id: int, minutes: int) -> int:
    """Queue a leaf some minutes after noon."""
    log_id = ledger.log_id_of(session, site_id)
    at = NOON + timedelta(minutes=minutes)
    return ledger.queue(session, log_id, Kind.CONSENT, b"{}", recorded_at=at).entry_id


def place(session: Session, *entry_ids: int) -> None:
    """Give leaves a place, as a sequencer will."""
    for entry_id in entry_ids:
        session.execute(update(LogEntry).where(LogEntry.id == entry_id).values(leaf_index=entry_id))


def test_nothing_waits_in_a_new_service(session):
    assert ledger.waiting(session) == ledger.Waiting(0, None)


def test_leaves_of_all_sites_are_seen_and_the_oldest_tells_since_when(session):
    first, second = a_site(session), a_site(session, "other", "https://other.example")
    for minutes, site in enumerate((second, first, first, second, first)):
        queued(session, site.id, minutes)
    assert ledger.waiting(session) == ledger.Waiting(5, NOON)


def test_what_has_its_place_no_longer_waits(session):
    site = a_site(session)
    entries = [queued(session, site.id, minutes) for minutes in range(5)]
    place(session, *entries[:3])
    assert ledger.waiting(session) == ledger.Waiting(2, NOON + timedelta(minutes=3))
    place(session, *entries[3:])
    assert ledger.waiting(session) == ledger.Waiting(0, None)


def test_what_others_placed_in_between_makes_the_figure_too_large_and_never_too_small(session):
    first, second = a_site(session), a_site(session, "other", "https://other.example")
    queued(session, first.id, 0)
    place(session, *[queued(session, second.id, minutes) for minutes in range(1, 4)])
    queued(session, first.id, 9)
    found = ledger.waiting(session)
    assert 2 <= found.leaves <= 5
    assert found.since == NOON


def test_an_opening_that_is_gone_leaves_the_age_unknown(session):
    queued(session, a_site(session).id, 0)
    session.execute(text("/* tests */ DELETE FROM log_opening"))
    assert ledger.waiting(session) == ledger.Waiting(1, None)


def test_no_row_is_counted_on_sqlite(tmp_path, sqlite_template):
    copy = shutil.copy(sqlite_template, tmp_path / "copy.db")
    database = Database(f"sqlite:///{copy}")
    with database.reading() as session:
        plan = session.execute(text(f"EXPLAIN QUERY PLAN {_ENDS.compile(database.engine)}"))
        steps = [row[-1] for row in plan]
    database.close()
    assert any("SEARCH log_entry USING COVERING INDEX" in step for step in steps)
    assert not any("SCAN log_entry" in step for step in steps)
