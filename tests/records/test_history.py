"""A subject's history: newest first, page by page, by index, and nobody else's rows in it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from consent import records
from consent.db import Database
from consent.records import Known
from consent.records.models import ConsentRecord
from consent.storage import postgresql
from tests.factories import Demo, a_decision, a_published_site


def decided(session: Session, demo: Demo, times: int, subject: str | None = None) -> str:
    """Record decisions of one subject and return its id."""
    for _ in range(times):
        captured = records.capture(session, demo.site, a_decision(demo), Known(), subject)
        subject = captured.record.subject_id
    return subject


def sequences(found: list[ConsentRecord]) -> list[int]:
    return [record.sequence for record in found]


def test_it_is_newest_first_and_nobody_elses(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    alice = decided(session, demo, 2)
    decided(session, demo, 3)
    decided(session, other, 2)
    decided(session, other, 1, alice)
    decided(session, demo, 1, alice)

    found = records.history(session, demo.site.id, alice)
    assert sequences(found) == [2, 1, 0]
    assert {(record.site_id, record.subject_id) for record in found} == {(demo.site.id, alice)}


def test_a_stranger_has_no_history(session, demo):
    decided(session, demo, 2)
    assert records.history(session, demo.site.id, "s_unknown") == []
    assert records.state_of(session, demo.site.id, "s_unknown") is None


def test_a_subject_of_another_site_has_none_here(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    alice = decided(session, demo, 2)
    assert records.history(session, other.site.id, alice) == []
    assert records.state_of(session, other.site.id, alice) is None


def test_pages_follow_each_other_without_gap_or_double(session, demo):
    alice = decided(session, demo, 7)
    pages, before = [], None
    while found := records.history(session, demo.site.id, alice, before=before, limit=3):
        pages.append(sequences(found))
        before = found[-1].sequence
    assert pages == [[6, 5, 4], [3, 2, 1], [0]]


def test_the_state_is_the_newest_record(session, demo):
    alice = decided(session, demo, 3)
    assert records.state_of(session, demo.site.id, alice).sequence == 2


def test_history_and_state_are_found_by_index(database: Database, demo: Demo):
    with database.transaction() as session:
        alice = decided(session, demo, 3)
        decided(session, demo, 20)
    statements = []

    def note(_connection, _cursor, statement, parameters, _context, _many) -> None:
        statements.append((statement, parameters))

    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", note)
        records.history(session, demo.site.id, alice)
        records.state_of(session, demo.site.id, alice)
        event.remove(database.engine, "before_cursor_execute", note)
        plans = [_plan(session, *each) for each in statements if "SELECT" in each[0]]
    assert len(plans) >= 3
    for plan in plans:
        assert not re.search(r"Seq Scan|^SCAN |; SCAN ", plan), plan
        assert re.search(r"Index|SEARCH \w+ USING", plan), plan


def _plan(session: Session, statement: str, parameters: object) -> str:
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return "; ".join(row[3] for row in found)
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    found = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
    return "; ".join(row[0] for row in found)


def test_history_visits_only_the_months_the_subject_was_seen_in(database: Database, demo: Demo):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no partitions")
    with database.transaction() as session:
        alice = decided(session, demo, 1)
        state = records.state_of(session, demo.site.id, alice)
        query = select(ConsentRecord.id).where(
            ConsentRecord.site_id == demo.site.id,
            ConsentRecord.subject_id == alice,
            ConsentRecord.recorded_at.between(state.recorded_at, state.recorded_at),
        )
        compiled = query.compile(session.connection(), compile_kwargs={"render_postcompile": True})
        plan = _plan(session, str(compiled), compiled.params)
    month = state.recorded_at.strftime("%Y_%m")
    assert set(re.findall(r"on (consent_record\w*)", plan)) == {f"consent_record_{month}"}


def test_a_row_lies_in_the_partition_of_its_month_and_strays_in_the_default(database: Database):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no partitions")
    with database.reading() as session:
        bounds = dict(
            session.execute(
                text(
                    "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_class c "
                    "JOIN pg_inherits i ON i.inhrelid = c.oid "
                    "WHERE i.inhparent IN ('consent_record'::regclass, 'log_opening'::regclass)"
                )
            ).all()
        )
    start = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for table in postgresql.PARTITIONED:
        assert bounds[f"{table}_default"] == "DEFAULT"
        end = (start + timedelta(days=32)).replace(day=1)
        expected = f"FROM ('{start:%Y-%m-%d} 00:00:00+00') TO ('{end:%Y-%m-%d} 00:00:00+00')"
        assert expected in bounds[f"{table}_{start:%Y_%m}"]
        assert (
            len([name for name in bounds if name.startswith(table)]) == 1 + postgresql.MONTHS_AHEAD
        )


@pytest.mark.parametrize(
    ("month", "following"),
    [((2026, 1), (2026, 2)), ((2026, 12), (2027, 1)), ((2028, 2), (2028, 3))],
)
def test_a_month_ends_where_the_next_begins(month, following):
    assert postgresql._next_month(datetime(*month, 1, tzinfo=UTC)) == datetime(
        *following, 1, tzinfo=UTC
    )


def test_making_partitions_twice_makes_none_twice(database: Database):
    with database.transaction() as session:
        database.dialect.prepare(session)
        database.dialect.prepare(session)
