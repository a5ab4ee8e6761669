"""A site's evidence log for programs: how it stands, and checks of it."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from consent import clock, ledger, staff, verification
from consent.sites import Site
from consent.staff import Ability
from consent.verification import LogCheck
from consent.verification.schemas import LogCheckListSchema, LogCheckSchema, LogStateSchema
from consent.web.api import guards
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint(
    "api_ledger",
    __name__,
    url_prefix="/api/v1/sites/<site_key>/ledger",
    description="The evidence log: how it stands, and whether it holds",
)


@door.get("")
@guards.token(Ability.VERIFY)
@door.doc(summary="Read how the log stands", operationId="readLedger")
@door.response(200, LogStateSchema)
@problems(door, 401, 403, 404)
def state(site: Site) -> Any:
    """Return size, checkpoint, keys, epochs, and where checkpoints were laid down."""
    settings = services().settings
    with services().database.reading() as session:
        found = verification.state_of(session, site, settings.public_url, settings.ledger_seeds)
    newest = found.newest
    return {
        "origin": found.origin,
        "epoch": found.number,
        "size": found.size,
        "waiting": found.waiting,
        "public_size": newest.size if newest else None,
        "published_at": clock.to_text(newest.published_at) if newest else None,
        "checkpoint": newest.note if newest else None,
        "keys": [
            {"vkey": each.vkey, "from_size": each.from_size, "until_size": each.until_size}
            for each in found.keys
        ],
        "epochs": [
            {"epoch": each.number, "origin": each.origin, "is_current": each.is_current}
            for each in found.epochs
        ],
        "anchors": [
            {"size": each.size, "kind": each.kind, "at": clock.to_text(each.anchored_at)}
            for each in found.anchored
        ],
    }


@door.get("/checks")
@guards.token(Ability.VERIFY)
@door.doc(summary="List checks of the log", operationId="listChecks")
@door.response(200, LogCheckListSchema)
@problems(door, 401, 403, 404)
def listed(site: Site) -> Any:
    """Return the last checks, the newest first."""
    with services().database.reading() as session:
        found = verification.checks_of(session, site.id)
    return {"items": [_said(each) for each in found], "next": None}


@door.post("/checks")
@guards.token(Ability.VERIFY)
@door.doc(summary="Check the log", operationId="createCheck")
@door.response(202, LogCheckSchema)
@problems(door, 401, 403, 404)
def ask(site: Site) -> Any:
    """Hold this database against the log, in the background; one check at a time."""
    actor = guards.current().actor
    with services().database.transaction() as session:
        check = verification.ask_check(session, site.id, actor)
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "ledger.verify", {"check": str(check.id)}, actor)
    return _said(check)


@door.get("/checks/<uuid:check_id>")
@guards.token(Ability.VERIFY)
@door.doc(summary="Read a check of the log", operationId="readCheck")
@door.response(200, LogCheckSchema)
@problems(door, 401, 403, 404)
def read(site: Site, check_id: UUID) -> Any:
    """Return how far a check is and what it found."""
    with services().database.reading() as session:
        return _said(verification.find_check(session, site.id, check_id))


def _said(check: LogCheck) -> dict[str, Any]:
    return {
        "id": str(check.id),
        "state": check.state,
        "rows": check.counted,
        "checked": check.checked,
        "report": check.report,
        "error": check.error,
        "asked_by": check.asked_by,
        "asked_at": clock.to_text(check.asked_at),
        "ended_at": clock.to_text(check.ended_at) if check.ended_at else None,
    }
