"""What several pages say of people: their requests as rows, what is kept and what holds it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from consent import clock, records
from consent.errors import NotFoundError
from consent.records import LegalHold
from consent.rights import Kind, RightsRequest, State
from consent.sites import Site
from consent.web.console.words import N_, _

KINDS = {
    Kind.ACCESS: N_("Copy of the data"),
    Kind.ERASE: N_("Erasure"),
    Kind.OBJECT: N_("Objection"),
    Kind.RECTIFY: N_("Something is wrong"),
}
STATES = {
    State.OPEN: N_("waits for an answer"),
    State.EXTENDED: N_("takes longer"),
    State.DONE: N_("done"),
    State.REFUSED: N_("refused"),
}


@dataclass(frozen=True)
class Row:
    """A request in the list; `days` are left, or fewer than none."""

    id: UUID
    reference: str
    kind: str
    state: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    days: int


@dataclass(frozen=True)
class Kept:
    """What is kept under one of the person's subjects."""

    subject: str
    records: int
    first: datetime | None
    last: datetime | None


def number(text: str) -> UUID:
    """Return an id of an address; anything that is none is not found."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError from None


def row(found: RightsRequest) -> Row:
    """Return a request as the list shows it."""
    return Row(
        found.id,
        found.reference,
        _(KINDS[Kind(found.kind)]),
        _(STATES[State(found.state)]),
        found.opened_at,
        found.due_at,
        found.closed_at,
        (found.due_at.date() - clock.now().date()).days,
    )


def kept(session: Session, site: Site, subject_id: str) -> tuple[list[Kept], list[LegalHold]]:
    """Return what is kept of a person under each of their subjects, and what holds it."""
    rows, holds = [], dict[UUID, LegalHold]()
    for each in records.same_person(session, site, subject_id):
        try:
            found = records.person(session, site, each)
        except NotFoundError:
            continue
        rows.append(Kept(each, found.records, found.first, found.last))
        holds |= {hold.id: hold for hold in found.holds}
    return rows, list(holds.values())
