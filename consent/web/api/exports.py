"""Exports for programs: asked for, watched, fetched; and the schedules that ask by themselves."""

from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint

from consent import clock, exports, records
from consent.exports import Asked, Export, ExportSchedule, Plan, State
from consent.exports.schemas import (
    ExportListSchema,
    ExportOrderSchema,
    ExportPausedSchema,
    ExportPlanSchema,
    ExportScheduleListSchema,
    ExportScheduleSchema,
    ExportSchema,
)
from consent.sites import Site
from consent.staff import Ability
from consent.web import downloads
from consent.web.api import guards
from consent.web.api.pages import PageSchema, linked
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint(
    "api_exports",
    __name__,
    url_prefix="/api/v1/sites/<site_key>/exports",
    description="Records and evidence taken away, whole or not at all",
)


@door.get("")
@guards.token(Ability.EXPORT)
@door.doc(summary="List exports", operationId="listExports")
@door.arguments(PageSchema, location="query")
@door.response(200, ExportListSchema)
@problems(door, 401, 403, 404, 422)
def listed(page: dict[str, Any], site: Site) -> Any:
    """Return the site's exports, newest first."""
    before, limit = records.place(page.get("cursor", "")), page["limit"]
    with services().database.reading() as session:
        found = exports.listed(session, site.id, before=before, limit=limit + 1)
    items = [_said(site, each) for each in found[:limit]]
    return linked(items, items[-1]["id"] if len(found) > limit else None)


@door.post("")
@guards.token(Ability.EXPORT)
@door.doc(summary="Ask for an export", operationId="createExport")
@door.arguments(ExportOrderSchema)
@door.response(202, ExportSchema)
@problems(door, 400, 401, 403, 404, 422)
def create(order: dict[str, Any], site: Site) -> Any:
    """Put an export into the queue; it is made in the background."""
    search = records.asked(site.id, order["conditions"])
    asked = Asked(order["format"], search, order.get("epoch"))
    with services().database.transaction() as session:
        export = downloads.begin(session, site, asked, guards.current().actor)
    said = _said(site, export)
    return said, 202, {"Location": _url(site, export.id)}


@door.get("/<uuid:export_id>")
@guards.token(Ability.EXPORT)
@door.doc(summary="Read an export", operationId="readExport")
@door.response(200, ExportSchema)
@problems(door, 401, 403, 404)
def read(site: Site, export_id: UUID) -> Any:
    """Return how far an export is."""
    with services().database.reading() as session:
        return _said(site, exports.find(session, site.id, export_id))


@door.post("/<uuid:export_id>/cancel")
@guards.token(Ability.EXPORT)
@door.doc(summary="Stop an export", operationId="cancelExport")
@door.response(200, ExportSchema)
@problems(door, 401, 403, 404, 409)
def cancel(site: Site, export_id: UUID) -> Any:
    """Stop an export that has not ended; nothing of it is kept."""
    with services().database.transaction() as session:
        export = exports.find(session, site.id, export_id, locked=True)
        exports.cancel(session, export)
        downloads.note(session, site, "export.cancel", export, guards.current().actor)
    return _said(site, export)


@door.get("/<uuid:export_id>/file")
@guards.token(Ability.EXPORT)
@door.doc(summary="Fetch an export", operationId="fetchExport")
@door.response(200, {"type": "string", "format": "binary"}, content_type="*/*")
@problems(door, 401, 403, 404, 409)
def fetch(site: Site, export_id: UUID) -> Response:
    """Return the file, or the part of it that `Range` asks for."""
    with services().database.reading() as session:
        export = exports.find(session, site.id, export_id)
    return downloads.file_answer(site, export, guards.current().actor)


@door.get("/<uuid:export_id>/manifest")
@guards.token(Ability.EXPORT)
@door.doc(summary="Fetch the signed manifest of an export", operationId="fetchManifest")
@door.response(200, {"type": "object"})
@problems(door, 401, 403, 404, 409)
def manifest(site: Site, export_id: UUID) -> Response:
    """Return what is in the file and its SHA-256, signed with the keys of the site's log."""
    with services().database.reading() as session:
        export = exports.find(session, site.id, export_id)
    return downloads.manifest_answer(export)


@door.get("/schedules")
@guards.token(Ability.EXPORT)
@door.doc(summary="List schedules", operationId="listSchedules")
@door.response(200, ExportScheduleListSchema)
@problems(door, 401, 403, 404)
def plans(site: Site) -> Any:
    """Return what is exported again and again."""
    with services().database.reading() as session:
        items = [_planned(each) for each in exports.schedules.listed(session, site.id)]
    return {"items": items, "next": None}


@door.post("/schedules")
@guards.token(Ability.MANAGE)
@door.doc(summary="Begin a schedule", operationId="createSchedule")
@door.arguments(ExportPlanSchema)
@door.response(201, ExportScheduleSchema)
@problems(door, 400, 401, 403, 404, 422)
def begin(order: dict[str, Any], site: Site) -> Any:
    """Export each period that is over to a folder, beginning with the one that runs now."""
    plan = Plan(order["format"], order["every"], order["hour"], order["folder"])
    allowed, actor = services().settings.export_folder, guards.current().actor
    with services().database.transaction() as session:
        schedule = exports.schedules.add(session, site.id, plan, actor, allowed=allowed)
        downloads.note_schedule(session, site, "schedule.begin", schedule, actor)
    return _planned(schedule)


@door.patch("/schedules/<uuid:schedule_id>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Pause a schedule, or let it go on", operationId="changeSchedule")
@door.arguments(ExportPausedSchema)
@door.response(200, ExportScheduleSchema)
@problems(door, 400, 401, 403, 404, 422)
def change(order: dict[str, Any], site: Site, schedule_id: UUID) -> Any:
    """Pause a schedule, or go on with the period that runs now."""
    verb = exports.schedules.pause if order["paused"] else exports.schedules.go_on
    with services().database.transaction() as session:
        schedule = exports.schedules.find(session, site.id, schedule_id)
        verb(session, schedule)
        said = "schedule.pause" if order["paused"] else "schedule.resume"
        downloads.note_schedule(session, site, said, schedule, guards.current().actor)
    return _planned(schedule)


@door.delete("/schedules/<uuid:schedule_id>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Take a schedule away", operationId="deleteSchedule")
@door.response(204)
@problems(door, 401, 403, 404)
def end(site: Site, schedule_id: UUID) -> None:
    """Take a schedule away; what it has made stays in its folder."""
    with services().database.transaction() as session:
        schedule = exports.schedules.find(session, site.id, schedule_id)
        exports.schedules.end(session, schedule)
        downloads.note_schedule(session, site, "schedule.end", schedule, guards.current().actor)


def _said(site: Site, export: Export) -> dict[str, Any]:
    is_here = export.state == State.DONE and export.folder is None
    url = _url(site, export.id)
    return {
        "id": str(export.id),
        "format": export.kind,
        "conditions": export.conditions,
        "epoch": export.epoch,
        "schedule": str(export.schedule_id) if export.schedule_id else None,
        "state": export.state,
        "rows": export.counted,
        "written": export.written,
        "error": export.error,
        "file_name": export.file_name,
        "bytes": export.bytes,
        "sha256": export.sha256,
        "file_url": f"{url}/file" if is_here else None,
        "manifest_url": f"{url}/manifest" if is_here else None,
        "asked_by": export.asked_by,
        "asked_at": clock.to_text(export.asked_at),
        "ended_at": clock.to_text(export.ended_at) if export.ended_at else None,
        "expires_at": clock.to_text(export.expires_at) if export.expires_at else None,
    }


def _planned(schedule: ExportSchedule) -> dict[str, Any]:
    return {
        "id": str(schedule.id),
        "format": schedule.kind,
        "every": schedule.every,
        "hour": schedule.hour,
        "folder": schedule.folder,
        "paused": schedule.due_at is None,
        "starts_at": clock.to_text(schedule.starts_at),
        "due_at": clock.to_text(schedule.due_at) if schedule.due_at else None,
    }


def _url(site: Site, export_id: UUID) -> str:
    return f"{request.script_root}/api/v1/sites/{site.key}/exports/{export_id}"
