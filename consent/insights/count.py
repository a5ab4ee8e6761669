"""Count what the logs have since the last time, in one transaction with the mark of how far.

A log's places have no gaps and never change once a public checkpoint covers them, so a row that
commits late is simply placed later: nothing is passed over and nothing is counted twice. What was
erased before it could be counted is counted as missed (docs/adr/0028-roll-ups.md).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.db import table_of
from consent.insights.facets import SHOWN_THOUSANDTHS, Key, keys_of, keys_of_shown
from consent.insights.models import InsightCount, InsightMark, InsightShown
from consent.ledger import Kind
from consent.ledger.models import Log

# On SQLite a writer waits while this runs.
AT_ONCE = {"sqlite": 1000, "postgresql": 5000}


@dataclass(frozen=True)
class Counted:
    """How many leaves and banners one transaction counted; where it `is_full` there may be more."""

    leaves: int
    banners: int
    is_full: bool


def count(session: Session, limit: int | None = None) -> Counted:
    """Count what is new in all logs of sites, `limit` leaves at most: a job's transaction."""
    most = limit or AT_ONCE[_dialect(session)]
    left = most
    for log_id, site_id in _logs_with_news(session):
        if left > 0:
            left -= _count_log(session, log_id, site_id, left)
    banners = _count_shown(session, most)
    return Counted(most - left, banners, is_full=left <= 0 or banners == most)


def waiting(session: Session, site_id: int) -> int:
    """Return how many leaves of a site are placed and not counted yet."""
    query = (
        select(func.sum(Log.size - func.coalesce(InsightMark.size, 0)))
        .outerjoin(InsightMark, InsightMark.log_id == Log.id)
        .where(Log.site_id == site_id)
    )
    return max(0, int(session.scalar(query.prefix_with("/* insights.waiting */")) or 0))


def logs_of(session: Session) -> dict[int, int]:
    """Return the site of each log; one that has ended belongs to the site it went on for."""
    query = select(Log.id, Log.site_id, Log.continued_by).prefix_with("/* insights.logs_of */")
    logs = {row.id: row for row in session.execute(query)}
    found = {}
    for log_id, log in logs.items():
        last = log
        while last.continued_by is not None:
            last = logs[last.continued_by]
        if last.site_id is not None:
            found[log_id] = last.site_id
    return found


def _logs_with_news(session: Session) -> list[tuple[int, int]]:
    sites = logs_of(session)
    query = (
        select(Log.id)
        .outerjoin(InsightMark, InsightMark.log_id == Log.id)
        .where(Log.size > func.coalesce(InsightMark.size, 0))
        .order_by(Log.id)
        .prefix_with("/* insights.logs_with_news */")
    )
    return [(log_id, sites[log_id]) for log_id in session.scalars(query) if log_id in sites]


def _count_log(session: Session, log_id: int, site_id: int, most: int) -> int:
    shown = ledger.published(session, log_id)
    mark = _locked_mark(session, log_id) if shown else None
    if shown is None or mark is None:
        return 0
    begin, end = mark.size, min(shown.size, mark.size + most)
    if end <= begin:
        return 0
    found: Counter[Key] = Counter()
    missed = 0
    for leaf in ledger.rows(session, log_id, begin, end):
        if leaf.kind == Kind.CONSENT:
            payload: Any = ledger.parse(leaf.payload) if leaf.payload else None
            found.update(keys_of(payload) if payload else ())
            missed += payload is None
    _add(session, site_id, found)
    mark.size, mark.missed, mark.counted_at = end, mark.missed + missed, clock.now()
    session.flush()
    return end - begin


def _locked_mark(session: Session, log_id: int) -> InsightMark | None:
    """Return the mark of a log, made where there is none; None while another counts this log."""
    query = (
        select(InsightMark)
        .where(InsightMark.log_id == log_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
        .prefix_with("/* insights.locked_mark */")
    )
    found = session.scalar(query)
    # Made only where there is none: an insert would wait for whoever has changed the row.
    if found is None and not session.scalar(select(exists().where(InsightMark.log_id == log_id))):
        first = {"log_id": log_id, "size": 0, "missed": 0, "counted_at": clock.now()}
        session.execute(
            _insert(session)(table_of(InsightMark)).values(first).on_conflict_do_nothing()
        )
        found = session.scalar(query)
    return found


def _count_shown(session: Session, most: int) -> int:
    """Fold banners into the counts and take their rows away."""
    query = (
        select(InsightShown)
        .order_by(InsightShown.id)
        .limit(most)
        .with_for_update(skip_locked=True)
        .prefix_with("/* insights.count_shown */")
    )
    rows = session.scalars(query).all()
    found: dict[int, Counter[Key]] = {}
    for row in rows:
        counter = found.setdefault(row.site_id, Counter())
        for key in keys_of_shown(row.day, row.region, row.language, row.version, row.device):
            counter[key] += 1
            counter[replace(key, action=SHOWN_THOUSANDTHS)] += row.weight
    for site_id, counter in sorted(found.items()):
        _add(session, site_id, counter)
    if rows:
        ids = [row.id for row in rows]
        session.execute(delete(InsightShown).where(InsightShown.id.in_(ids)))
    return len(rows)


def _add(session: Session, site_id: int, found: Counter[Key]) -> None:
    if not found:
        return
    statement = _insert(session)(table_of(InsightCount))
    statement = statement.on_conflict_do_update(
        index_elements=["site_id", "facet", "day", "value", "action", "late", "suspicious"],
        set_={"number": table_of(InsightCount).c.number + statement.excluded.number},
    )
    session.execute(statement, list(_rows(site_id, found)))


def _rows(site_id: int, found: Counter[Key]) -> Iterator[dict[str, object]]:
    # In one order everywhere, so that two who add never wait for each other.
    for key, number in sorted(found.items()):
        yield {"site_id": site_id, "number": number, **vars(key)}


def _insert(session: Session) -> Any:
    return postgresql.insert if _dialect(session) == "postgresql" else sqlite.insert


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
