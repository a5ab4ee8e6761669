"""Search records of one site, in keyset order, as a stream of plain rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from consent import ids
from consent.ledger.models import LogEntry
from consent.records.models import ConsentRecord

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Covered:
    """The leaves of a log up to a size: what a checkpoint of that size covers."""

    log_id: int
    size: int


@dataclass(frozen=True)
class Search:
    """Which records: of one site, from a moment (included) to another (excluded).

    `subject` and `record` narrow it to one person's or to a single one, `covered` to those that a
    checkpoint covers.
    """

    site_id: int
    start: datetime | None = None
    end: datetime | None = None
    subject: str | None = None
    record: UUID | None = None
    covered: Covered | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions, site first."""
        found: list[ColumnElement[bool]] = [ConsentRecord.site_id == self.site_id]
        if self.start is not None:
            found.append(ConsentRecord.recorded_at >= self.start)
        if self.end is not None:
            found.append(ConsentRecord.recorded_at < self.end)
        if self.subject is not None:
            found.append(ConsentRecord.subject_id == self.subject)
        if self.record is not None:
            # An id carries its moment, which leads to the month that holds the row.
            found.append(ConsentRecord.recorded_at == ids.moment_of(self.record))
            found.append(ConsentRecord.id == self.record)
        if self.covered is not None:
            # Sums, so that no database looks for the leaves first: each is found by its record,
            # and the other way round a log is searched once a record.
            found.append(LogEntry.log_id + 0 == self.covered.log_id)
            found.append(LogEntry.leaf_index + 0 < self.covered.size)
        return found


def count(session: Session, search: Search) -> int:
    """Return how many records match."""
    query = select(func.count()).select_from(ConsentRecord).where(*search.conditions())
    if search.covered is not None:
        query = query.join(LogEntry, LogEntry.id == ConsentRecord.entry_id)
    return session.scalar(query.prefix_with("/* records.count */")) or 0


def stream(session: Session, search: Search) -> Iterator[Row[Any]]:
    """Yield matching records, oldest first, with their leaf; memory does not grow with the number.

    Read it in one `reading()`: the rows are those of one moment, and equal `count`.
    """
    query = (
        select(*ConsentRecord.__table__.columns, LogEntry.leaf_hash)
        .join(LogEntry, LogEntry.id == ConsentRecord.entry_id)
        .where(*search.conditions())
        .order_by(ConsentRecord.recorded_at, ConsentRecord.id)
        .prefix_with("/* records.stream */")
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    found: Iterator[Row[Any]] = iter(session.execute(query))
    yield from found
