"""Retention: erase records whose time is over, oldest first, a batch a transaction.

A record goes when it is older than its site's period and has expired, so what is in force stays
however old it is. Nothing under a hold goes. Each batch is an `erase` leaf, ground `retention`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import isodate
from sqlalchemy import ColumnElement, bindparam, delete, exists, func, not_, select, update
from sqlalchemy.orm import Session

from consent import clock, ledger, sites, staff
from consent.db import table_of
from consent.errors import InvalidFieldsError
from consent.ledger.models import LogEntry
from consent.records import holds, ties
from consent.records.models import ConsentRecord, Erasure, SubjectState
from consent.records.removal import (
    COLUMNS,
    RETENTION,
    Erased,
    Row,
    of_entry,
    released_holds,
    take_away,
)
from consent.sites import Site

AT_ONCE = 1000
# An erasure younger than this may still be owed its purge: a process may have ended before it.
PURGED_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Due:
    """What a run would erase, and what holds keep from it."""

    records: int
    first: datetime | None
    last: datetime | None
    held: int


@dataclass(frozen=True)
class Batch:
    """What one transaction erased; where it `is_full` there may be more."""

    records: int
    is_full: bool
    erased: Erased | None = None


@dataclass(frozen=True)
class Expired:
    """What one round over all sites erased, and whether the database has something to purge."""

    records: int
    is_full: bool
    owes_purge: bool


def set_period(session: Session, site: Site, period: str, actor: str = staff.COMMAND_LINE) -> None:
    """Set how long a site keeps records: an ISO 8601 duration, noted in the trail of staff."""
    _check(period)
    holds.lock_site(session, site)
    session.refresh(site)
    before, site.retention = site.retention, period
    facts = {"after": period, "before": before, "site": site.key}
    staff.note(session, ledger.log_id_of(session, site.id), "site.retention", facts, actor)


def due(session: Session, site: Site, period: str | None = None) -> Due:
    """Say what a run would erase now, or would if another period were set."""
    query = select(
        func.count(), func.min(ConsentRecord.recorded_at), func.max(ConsentRecord.recorded_at)
    )
    if period is not None:
        _check(period)
    over = _over(site, clock.now(), period)
    found = query.where(*over, not_(holds.is_held())).prefix_with("/* records.due */")
    count, first, last = session.execute(found).one()
    held = select(func.count()).select_from(ConsentRecord).where(*over, holds.is_held())
    return Due(count, first, last, session.scalar(held.prefix_with("/* records.due */")) or 0)


def run(session: Session, site: Site, limit: int = AT_ONCE) -> Batch:
    """Erase the oldest records of a site whose time is over, `limit` at most.

    Who decides at this moment is left for the next time, as is what has no place in the log yet.
    """
    over = _over(site, clock.now())
    # Most sites have nothing to do on most days, and need no lock for that.
    if limit < 1 or not session.scalar(select(exists().where(*over, not_(holds.is_held())))):
        return Batch(0, is_full=False)
    holds.lock_site(session, site)
    # Read after the lock: a hold that was just added is seen.
    query = (
        select(*COLUMNS)
        .join(LogEntry, of_entry)
        .where(*over, not_(holds.is_held()), LogEntry.leaf_index.is_not(None))
        .order_by(ConsentRecord.recorded_at, ConsentRecord.id)
        .limit(limit)
        .prefix_with("/* records.retention */")
    )
    found = [Row(*each) for each in session.execute(query)]
    free = _lock(session, site, {row.subject_id for row in found})
    rows = [row for row in found if row.subject_id in free]
    if not rows:
        return Batch(0, is_full=False)
    erased = _erase(session, site, rows, sorted({row.subject_id for row in rows}))
    return Batch(len(rows), is_full=len(found) == limit, erased=erased)


def expire(session: Session, limit: int = AT_ONCE) -> Expired:
    """Erase what is over on all sites, `limit` records at most: a job's transaction."""
    left, is_full = limit, False
    for site in sites.all_sites(session):
        batch = run(session, site, left)
        left, is_full = left - batch.records, is_full or batch.is_full
    recent = exists().where(Erasure.erased_at > clock.now() - PURGED_WITHIN)
    owes = session.scalar(select(recent).prefix_with("/* records.expire */"))
    return Expired(limit - left, is_full or left < 1, bool(owes))


def _check(period: str) -> None:
    try:
        found = isodate.parse_duration(period)
        is_sensible = _EPOCH + found > _EPOCH
    except (isodate.ISO8601Error, ValueError, OverflowError):
        is_sensible = False
    if not is_sensible:
        raise InvalidFieldsError({"keep": ["Use an ISO 8601 duration such as P3Y or P18M."]})


def _over(site: Site, now: datetime, period: str | None = None) -> Sequence[ColumnElement[bool]]:
    return (
        ConsentRecord.site_id == site.id,
        ConsentRecord.recorded_at < _before(period or site.retention, now),
        ConsentRecord.expires_at < now,
    )


def _before(period: str, now: datetime) -> datetime:
    try:
        found: datetime = now - isodate.parse_duration(period)
    except (ValueError, OverflowError):
        # Longer than there are years.
        return datetime(1, 1, 1, tzinfo=UTC)
    return min(found, now)


def _lock(session: Session, site: Site, subjects: set[str]) -> set[str]:
    """Lock people's states, so that none of them decides meanwhile; return those we have.

    Those who decide at this moment are passed over rather than waited for: a batch of decisions
    holds several of these locks and might wait for us.
    """
    theirs = select(SubjectState.subject_id).where(
        SubjectState.site_id == site.id, SubjectState.subject_id.in_(subjects)
    )
    known = set(session.scalars(theirs.prefix_with("/* records.retention */")))
    locked = theirs.with_for_update(skip_locked=True).prefix_with("/* records.retention */")
    return (subjects - known) | set(session.scalars(locked))


def _erase(session: Session, site: Site, rows: list[Row], subjects: list[str]) -> Erased:
    theirs = (SubjectState.site_id == site.id, SubjectState.subject_id.in_(subjects))
    going: dict[str, int] = {}
    for row in rows:
        going[row.subject_id] = going.get(row.subject_id, 0) + 1
    left = (
        select(ConsentRecord.subject_id, func.count())
        .where(ConsentRecord.site_id == site.id, ConsentRecord.subject_id.in_(subjects))
        .group_by(ConsentRecord.subject_id)
        .prefix_with("/* records.retention */")
    )
    gone = [each for each, count in session.execute(left) if count == going[each]]
    over = released_holds(session, site, gone)
    why = Erasure(ground=RETENTION, reason=f"kept for {site.retention}")
    erased = take_away(session, site, rows, over, why=why)

    # With the last record goes what holds for the person; else their history begins later now.
    ties.untie(session, site, gone)
    session.execute(delete(SubjectState).where(*theirs, SubjectState.subject_id.in_(gone)))
    first = (
        select(ConsentRecord.subject_id, func.min(ConsentRecord.recorded_at))
        .where(ConsentRecord.site_id == site.id, ConsentRecord.subject_id.in_(subjects))
        .group_by(ConsentRecord.subject_id)
        .prefix_with("/* records.retention */")
    )
    begins = [{"subject": each, "first": at} for each, at in session.execute(first)]
    if begins:
        session.execute(_BEGIN_LATER, [{"site": site.id, **each} for each in begins])
    return erased


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_states = table_of(SubjectState)
_BEGIN_LATER = (
    update(_states)
    .where(_states.c.site_id == bindparam("site"), _states.c.subject_id == bindparam("subject"))
    .values(first_at=bindparam("first"))
)
