"""The evidence of a record: its leaf, and the opening that the leaf commits to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consent.ledger.models import LogEntry, LogOpening
from consent.records.models import ConsentRecord


@dataclass(frozen=True)
class Evidence:
    """A leaf and its opening; the opening is None once erased."""

    entry: LogEntry
    opening: LogOpening | None


def evidence_of(session: Session, record: ConsentRecord) -> Evidence:
    """Return the leaf and opening of a record, both by primary key."""
    return Evidence(
        session.get_one(LogEntry, record.entry_id),
        session.get(LogOpening, (record.recorded_at, record.entry_id)),
    )
