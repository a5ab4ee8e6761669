"""Schedules: the period that is just over, exported to a folder, again and again.

Periods are days, weeks (from Monday) and months in UTC. Each is asked for once, in the transaction
that moves the schedule on; what was missed while nobody worked is made up for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ids, staff
from consent.errors import InvalidFieldsError, NotFoundError
from consent.exports.asked import Asked, kind_named
from consent.exports.models import Export, ExportSchedule
from consent.exports.queue import ask
from consent.records import Search

# A decision of the last second of a period is committed a moment after it.
MARGIN = timedelta(minutes=5)
MOST_AT_ONCE = 100


class Every(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Plan:
    """A schedule as it is asked for; `hour` is in UTC, after the period's end."""

    kind: str
    every: str
    hour: int
    folder: str


def add(
    session: Session, site_id: int, plan: Plan, actor: str, *, allowed: Sequence[str]
) -> ExportSchedule:
    """Begin a schedule with the period that runs now; its folder must be an allowed one."""
    _check(plan, allowed)
    now = clock.now()
    schedule = ExportSchedule(
        id=ids.new_record_id(now),
        site_id=site_id,
        asked_by=actor,
        kind=plan.kind,
        every=plan.every,
        hour=plan.hour,
        folder=plan.folder,
        starts_at=begin_of(Every(plan.every), now),
        made_at=now,
    )
    schedule.due_at = _due(schedule)
    session.add(schedule)
    session.flush()
    return schedule


def is_any_due(session: Session) -> bool:
    """Say whether an export is due; a look that holds up nobody."""
    query = select(ExportSchedule.id).where(ExportSchedule.due_at <= clock.now()).limit(1)
    return session.scalar(query.prefix_with("/* exports.is_any_due */")) is not None


def run_due(session: Session) -> list[Export]:
    """Ask for each export that is due, once; return them."""
    made: list[Export] = []
    # The lock keeps a second worker from the same period: it sees the schedule moved on.
    found = session.scalars(
        select(ExportSchedule)
        .where(ExportSchedule.due_at <= clock.now())
        .order_by(ExportSchedule.due_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
        .prefix_with("/* exports.run_due */")
    ).all()
    for schedule in found:
        while (
            schedule.due_at is not None
            and schedule.due_at <= clock.now()
            and len(made) < MOST_AT_ONCE
        ):
            made.append(_asked(session, schedule))
    return made


def pause(session: Session, schedule: ExportSchedule) -> None:
    """Ask for nothing until it goes on."""
    schedule.due_at = None
    session.flush()


def go_on(session: Session, schedule: ExportSchedule) -> None:
    """Go on with the period that runs now; those of the pause are left out."""
    if schedule.due_at is None:
        schedule.starts_at = begin_of(Every(schedule.every), clock.now())
        schedule.due_at = _due(schedule)
        session.flush()


def end(session: Session, schedule: ExportSchedule) -> None:
    """Take a schedule away; what it has made stays."""
    schedule.due_at, schedule.ended_at = None, clock.now()
    session.flush()


def find(session: Session, site_id: int, schedule_id: UUID) -> ExportSchedule:
    """Return a schedule of a site that was not taken away, to be changed."""
    query = select(ExportSchedule).where(
        ExportSchedule.site_id == site_id,
        ExportSchedule.id == schedule_id,
        ExportSchedule.ended_at.is_(None),
    )
    query = query.with_for_update().prefix_with("/* exports.find_schedule */")
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError("There is no such schedule.")
    return found


def listed(session: Session, site_id: int) -> Sequence[ExportSchedule]:
    """Return a site's schedules, the oldest first."""
    query = (
        select(ExportSchedule)
        .where(ExportSchedule.site_id == site_id, ExportSchedule.ended_at.is_(None))
        .order_by(ExportSchedule.id)
        .prefix_with("/* exports.schedules */")
    )
    return session.scalars(query).all()


def begin_of(every: Every, moment: datetime) -> datetime:
    """Return when the period of a moment began."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    if every is Every.DAY:
        return day
    return day - timedelta(days=day.weekday()) if every is Every.WEEK else day.replace(day=1)


def end_of(every: Every, start: datetime) -> datetime:
    """Return when the period that began then is over."""
    if every is Every.MONTH:
        return (start + timedelta(days=31)).replace(day=1)
    return start + timedelta(days=1 if every is Every.DAY else 7)


def _asked(session: Session, schedule: ExportSchedule) -> Export:
    start = schedule.starts_at
    until = end_of(Every(schedule.every), start)
    asked = Asked(schedule.kind, Search(schedule.site_id, start, until))
    export = ask(session, asked, staff.WORKER)
    export.schedule_id, export.folder = schedule.id, schedule.folder
    schedule.starts_at = until
    schedule.due_at = _due(schedule)
    session.flush()
    return export


def _due(schedule: ExportSchedule) -> datetime:
    over = end_of(Every(schedule.every), schedule.starts_at)
    return over + timedelta(hours=schedule.hour) + MARGIN


def _check(plan: Plan, allowed: Sequence[str]) -> None:
    problems: dict[str, object] = {}
    if missing := kind_named(plan.kind).missing:
        problems["format"] = [missing]
    if plan.every not in set(Every):
        problems["every"] = ["Use day, week or month."]
    if not 0 <= plan.hour <= 23:
        problems["hour"] = ["Use an hour of the day in UTC, 0 to 23."]
    if plan.folder not in allowed:
        which = ", ".join(allowed) or "none yet, see CONSENT_EXPORT_FOLDER"
        problems["folder"] = [f"Choose a folder that the operator allows: {which}."]
    if problems:
        raise InvalidFieldsError(problems)
