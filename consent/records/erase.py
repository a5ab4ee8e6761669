"""Erase a person: every record, opening and trace of them, while the log stays whole.

One transaction: the rows go and the `erase` leaf that names their places is queued, or neither.
The caller places and shows the log afterwards, and then lets the database purge what it freed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from consent import webhooks
from consent.errors import InvalidFieldsError, NotFoundError
from consent.ledger.models import LogEntry
from consent.records import holds, ties
from consent.records.models import ConsentRecord, Erasure, LegalHold, SubjectState
from consent.records.read import record_of
from consent.records.removal import (
    ART17,
    COLUMNS,
    Erased,
    Row,
    of_entry,
    released_holds,
    take_away,
)
from consent.sites import Site

NOBODY = "This site has no records of such a person: nothing is left to erase, or the id is wrong."


@dataclass(frozen=True)
class Person:
    """What a site keeps of a person: how many records, the first and last, what holds them."""

    subject_id: str
    records: int
    first: datetime | None
    last: datetime | None
    holds: tuple[LegalHold, ...]


def subject_of(session: Session, site: Site, record_id: UUID) -> str:
    """Return whose record it is, for a person who noted only the record's id."""
    return record_of(session, site.id, record_id).subject_id


def person(session: Session, site: Site, subject_id: str) -> Person:
    """Return what is kept of a person; an unknown one is not found."""
    state = _state(session, site, subject_id, locked=False)
    query = select(
        func.count(), func.min(ConsentRecord.recorded_at), func.max(ConsentRecord.recorded_at)
    ).where(*_theirs(site, subject_id, state))
    count, first, last = session.execute(query.prefix_with("/* records.person */")).one()
    if not (state or count or released_holds(session, site, [subject_id])):
        raise NotFoundError(NOBODY)
    found = holds.holds_on(session, site, subject_id)
    return Person(subject_id, count, first, last, tuple(found))


def erase(session: Session, site: Site, subject_id: str, reason: str) -> Erased:
    """Erase all that is kept of a person (GDPR Art. 17).

    Refuses while a hold keeps them (`HeldError`), where a row has no place in the log yet
    (`NotPlacedError`: place and try again), and a person of whom nothing is kept.
    """
    if problem := holds.reason_problem(reason):
        raise InvalidFieldsError({"reason": [problem]})
    holds.lock_site(session, site)
    # From here on no decision of this person is recorded until we are through.
    state = _state(session, site, subject_id, locked=True)
    holds.refuse_held(session, site, subject_id)

    rows = _rows(session, site, subject_id, state)
    over = released_holds(session, site, [subject_id])
    if not (rows or over or state):
        raise NotFoundError(NOBODY)
    why = Erasure(ground=ART17, reason=reason.strip())
    erased = take_away(session, site, rows, over, why=why)
    told = {"ground": ART17, "leaves": erased.leaves, "request": str(erased.request)}
    webhooks.announce(session, site.id, webhooks.Event.RECORDS_ERASED, told)
    ties.untie(session, site, [subject_id])
    session.execute(
        delete(SubjectState).where(
            SubjectState.site_id == site.id, SubjectState.subject_id == subject_id
        )
    )
    return erased


def _state(session: Session, site: Site, subject_id: str, *, locked: bool) -> SubjectState | None:
    # PostgreSQL knows no NUL in text.
    if "\0" in subject_id:
        raise NotFoundError(NOBODY)
    return session.get(
        SubjectState, (site.id, subject_id), with_for_update=locked, populate_existing=True
    )


def _theirs(site: Site, subject_id: str, state: SubjectState | None) -> list[ColumnElement[bool]]:
    found = [ConsentRecord.site_id == site.id, ConsentRecord.subject_id == subject_id]
    if state is not None:
        # Only in the months the person was seen in.
        found.append(ConsentRecord.recorded_at.between(state.first_at, state.recorded_at))
    return found


def _rows(session: Session, site: Site, subject_id: str, state: SubjectState | None) -> list[Row]:
    query = select(*COLUMNS).join(LogEntry, of_entry).where(*_theirs(site, subject_id, state))
    return [Row(*each) for each in session.execute(query.prefix_with("/* records.erase */"))]
