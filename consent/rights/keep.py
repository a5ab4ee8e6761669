"""Holds made by staff: what the records room does, with who did it in the trail."""

from uuid import UUID

from sqlalchemy.orm import Session

from consent import ledger, records, staff
from consent.records import LegalHold, Scope
from consent.sites import Site


def hold(session: Session, site: Site, scope: Scope, reason: str, actor: str) -> LegalHold:
    """Keep what a scope covers from being erased, in the name of a member of staff."""
    made = records.hold(session, site, scope, reason)
    _note(session, site, made, "add", actor)
    return made


def release(session: Session, site: Site, hold_id: UUID, reason: str, actor: str) -> LegalHold:
    """End a hold in the name of a member of staff."""
    found = records.release(session, site, hold_id, reason)
    _note(session, site, found, "release", actor)
    return found


def _note(session: Session, site: Site, found: LegalHold, act: str, actor: str) -> None:
    # Whom it keeps and why the hold itself says, and that ends when the person is erased.
    facts = {"hold": str(found.id), "site": site.key}
    staff.note(session, ledger.log_id_of(session, site.id), f"hold.{act}", facts, actor)
