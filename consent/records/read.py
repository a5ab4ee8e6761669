"""Read records: one by its id, a subject's state and history."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import ids
from consent.errors import NotFoundError
from consent.records.models import ConsentRecord, SubjectState


def record_of(session: Session, site_id: int, record_id: UUID) -> ConsentRecord:
    """Return a record of a site; an id of another site, or of none, is not found."""
    found = session.get(ConsentRecord, (site_id, ids.moment_of(record_id), record_id))
    if found is None:
        raise NotFoundError("There is no such record.")
    return found


def state_of(session: Session, site_id: int, subject_id: str) -> ConsentRecord | None:
    """Return the record that is in force for a subject, or None when there is none."""
    state = session.get(SubjectState, (site_id, subject_id))
    return record_of(session, site_id, state.record_id) if state else None


def history(
    session: Session, site_id: int, subject_id: str, *, before: int | None = None, limit: int = 50
) -> list[ConsentRecord]:
    """Return a subject's records, newest first, `limit` of them before a sequence number.

    By index, and only in the months the subject was seen in.
    """
    state = session.get(SubjectState, (site_id, subject_id))
    if state is None:
        return []
    query = select(ConsentRecord).where(
        ConsentRecord.site_id == site_id,
        ConsentRecord.subject_id == subject_id,
        ConsentRecord.recorded_at.between(state.first_at, state.recorded_at),
    )
    if before is not None:
        query = query.where(ConsentRecord.sequence < before)
    query = query.order_by(ConsentRecord.sequence.desc()).limit(limit)
    return list(session.scalars(query.prefix_with("/* records.history */")))
