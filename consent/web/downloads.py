"""Exports handed over: asked for, stopped, downloaded, each noted, by pages and programs alike."""

from collections.abc import Mapping
from pathlib import Path

from flask import Response, request, send_file
from sqlalchemy.orm import Session

from consent import exports, ledger, staff
from consent.errors import ExportStateError
from consent.exporter import FOLDER
from consent.exports import Asked, Export, ExportSchedule
from consent.sites import Site
from consent.web import headers
from consent.web.services import services

_PERSONAL = frozenset({"subject", "record"})


def begin(session: Session, site: Site, asked: Asked, actor: str) -> Export:
    """Ask for an export and note who did."""
    export = exports.ask(session, asked, actor)
    note(session, site, "export.start", export, actor)
    return export


def note(
    session: Session,
    site: Site,
    verb: str,
    export: Export,
    actor: str,
    **more: object,
) -> None:
    """Note an act on an export. Whom a pack is about stays out of the trail, which has no end."""
    facts = {"export": str(export.id), "format": export.kind}
    details = {**conditions_of(export), **more}
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, verb, facts, actor, details=details)


def note_schedule(
    session: Session, site: Site, verb: str, schedule: ExportSchedule, actor: str
) -> None:
    """Note an act on a schedule."""
    facts = {"every": schedule.every, "format": schedule.kind, "schedule": str(schedule.id)}
    details = {"folder": schedule.folder, "hour": schedule.hour}
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, verb, facts, actor, details=details)


def conditions_of(export: Export) -> dict[str, object]:
    """Return what an export was narrowed to, without saying whom it is about."""
    found = {key: value for key, value in export.conditions.items() if key not in _PERSONAL}
    is_personal = bool(export.conditions.keys() & _PERSONAL)
    return {**found, "about": "one person"} if is_personal else dict(found)


def file_answer(site: Site, export: Export, actor: str) -> Response:
    """Hand a file over, whole or the part that is asked for, and note it."""
    name = exports.downloadable(export)
    path = Path(services().settings.state_dir).resolve() / FOLDER / name
    kind = exports.kind_named(export.kind)
    try:
        response = send_file(
            path,
            mimetype=kind.media_type,
            as_attachment=True,
            download_name=name,
            conditional=True,
            etag=export.sha256 or True,
        )
    except OSError as error:
        raise ExportStateError(
            "The file is not on this machine: share the folder `exports` of CONSENT_STATE_DIR "
            "between the machines, or ask for the export again."
        ) from error
    if response.status_code in {200, 206}:
        # As it is: Flask would name the character set of a text once more.
        response.content_type = kind.media_type
        part: Mapping[str, object] = {}
        if response.status_code == 206:
            part = {"part": request.headers.get("Range", "")[:100]}
        with services().database.transaction() as session:
            note(session, site, "export.download", export, actor, **part)
    response.headers["Cache-Control"] = "no-store"
    return headers.apply(response, headers.API)


def manifest_answer(export: Export) -> Response:
    """Hand over what an export says about itself, with its signature."""
    exports.downloadable(export)
    if export.manifest is None:
        raise ExportStateError("This export has no manifest any more: ask for it again.")
    response = Response(export.manifest, mimetype="application/json")
    name = f"{export.file_name}{exports.manifest.SUFFIX}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return headers.apply(response, headers.API)
