"""Search records of one site, in keyset order, as a stream of plain rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from consent.ledger.models import LogEntry
from consent.records.models import ConsentRecord

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Search:
    """Which records: of one site, from a moment (included) to another (excluded)."""

    site_id: int
    start: datetime | None = None
    end: datetime | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions, site first."""
        found: list[ColumnElement[bool]] = [ConsentRecord.site_id == self.site_id]
        if self.start is not None:
            found.append(ConsentRecord.recorded_at >= self.start)
        if self.end is not None:
            found.append(ConsentRecord.recorded_at < self.end)
        return found


def count(session: Session, search: Search) -> int:
    """Return how many records match."""
    query = select(func.count()).select_from(ConsentRecord).where(*search.conditions())
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
