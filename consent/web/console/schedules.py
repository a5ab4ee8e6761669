"""Schedules of exports: the period just over, to a folder, without anybody asking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import exports
from consent.errors import InvalidFieldsError
from consent.exports import Every, ExportSchedule, Plan
from consent.sites import Site
from consent.staff import Ability
from consent.web import downloads, inputs
from consent.web.console import guards
from consent.web.console.export_words import FORMATS
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_schedules", __name__)

EVERY = {
    Every.DAY: N_("every day"),
    Every.WEEK: N_("every week, from Monday"),
    Every.MONTH: N_("every month"),
}

says(
    {
        "schedule.begun": N_("The schedule begins with the period that runs now."),
        "schedule.paused": N_("The schedule is paused: it asks for nothing."),
        "schedule.resumed": N_("The schedule goes on with the period that runs now."),
        "schedule.ended": N_("The schedule is taken away. Its files stay where they are."),
    }
)


@dataclass(frozen=True)
class Row:
    """A schedule as it is shown."""

    id: UUID
    kind: str
    every: str
    hour: int
    folder: str
    starts_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class SchedulePage(ConsolePage):
    """Schedules there are, and the form for another."""

    template: ClassVar[str] = "console/exports/schedules.html"
    section: ClassVar[str] = "exports"
    rows: tuple[Row, ...]
    formats: tuple[tuple[str, str], ...]
    periods: tuple[tuple[str, str], ...]
    hours: tuple[tuple[str, str], ...]
    folders: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/sites/<site_key>/exports/schedules")
@guards.staff(Ability.EXPORT)
def show(site: Site) -> Response:
    """Show all schedules."""
    return _page(site, {})


@door.post("/console/sites/<site_key>/exports/schedules")
@guards.staff(Ability.MANAGE, fresh=True)
def begin(site: Site) -> Response:
    """Begin a schedule."""
    form, hour = request.form, inputs.whole(request.form.get("hour", ""), 2)
    plan = Plan(
        form.get("format", ""),
        form.get("every", ""),
        -1 if hour is None else hour,
        form.get("folder", ""),
    )
    allowed, actor = services().settings.export_folder, guards.current().actor
    try:
        with services().database.transaction() as session:
            schedule = exports.schedules.add(session, site.id, plan, actor, allowed=allowed)
            downloads.note_schedule(session, site, "schedule.begin", schedule, actor)
    except InvalidFieldsError as error:
        return _page(site, form, problems(error))
    return _done(site, "schedule.begun")


@door.post("/console/sites/<site_key>/exports/schedules/<uuid:schedule_id>/pause")
@guards.staff(Ability.MANAGE)
def pause(site: Site, schedule_id: UUID) -> Response:
    """Pause a schedule."""
    _change(site, schedule_id, exports.schedules.pause, "schedule.pause")
    return _done(site, "schedule.paused")


@door.post("/console/sites/<site_key>/exports/schedules/<uuid:schedule_id>/resume")
@guards.staff(Ability.MANAGE)
def resume(site: Site, schedule_id: UUID) -> Response:
    """Let a schedule go on."""
    _change(site, schedule_id, exports.schedules.go_on, "schedule.resume")
    return _done(site, "schedule.resumed")


@door.post("/console/sites/<site_key>/exports/schedules/<uuid:schedule_id>/end")
@guards.staff(Ability.MANAGE)
def end(site: Site, schedule_id: UUID) -> Response:
    """Take a schedule away."""
    _change(site, schedule_id, exports.schedules.end, "schedule.end")
    return _done(site, "schedule.ended")


def _change(
    site: Site, schedule_id: UUID, verb: Callable[[Session, ExportSchedule], None], said: str
) -> None:
    with services().database.transaction() as session:
        schedule = exports.schedules.find(session, site.id, schedule_id)
        verb(session, schedule)
        downloads.note_schedule(session, site, said, schedule, guards.current().actor)


def _page(
    site: Site, given: Mapping[str, str], wrong: Mapping[str, list[str]] | None = None
) -> Response:
    with services().database.reading() as session:
        found = exports.schedules.listed(session, site.id)
    page = SchedulePage(
        title=_("Schedules of exports"),
        site=site,
        rows=tuple(_row(each) for each in found),
        formats=tuple((each.key, _(FORMATS[each.key])) for each in exports.KINDS),
        periods=tuple((key.value, _(text)) for key, text in EVERY.items()),
        hours=tuple((str(hour), f"{hour:02}:05 UTC") for hour in range(24)),
        folders=tuple((each, each) for each in services().settings.export_folder),
        given=given,
        problems=wrong,
    )
    return render(page, 422 if wrong else 200)


def _row(schedule: ExportSchedule) -> Row:
    return Row(
        schedule.id,
        _(FORMATS.get(schedule.kind, schedule.kind)),
        _(EVERY[Every(schedule.every)]),
        schedule.hour,
        schedule.folder,
        schedule.starts_at,
        schedule.due_at,
    )


def _done(site: Site, said: str) -> Response:
    return done(url_for("console_schedules.show", site_key=site.key), said)
