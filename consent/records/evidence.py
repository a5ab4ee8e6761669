"""The evidence of a record: its leaf, and the opening that the leaf commits to."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from consent.ledger.models import LogEntry, LogOpening
from consent.records.models import ConsentRecord


@dataclass(frozen=True)
class Evidence:
    """A leaf, its opening, and its proof as a `.tlog-proof`.

    The opening is None once erased, the proof until a public checkpoint covers the leaf.
    """

    entry: LogEntry
    opening: LogOpening | None
    proof: str | None = None


def evidence_of(session: Session, record: ConsentRecord, proof: str | None = None) -> Evidence:
    """Return the leaf and opening of a record, both by primary key, with a proof of it."""
    return Evidence(
        session.get_one(LogEntry, record.entry_id),
        session.get(LogOpening, (record.recorded_at, record.entry_id)),
        proof,
    )
