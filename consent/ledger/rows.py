"""The rows of a log with their openings, in the order of the tree, as a stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from consent.ledger.commitment import Kind
from consent.ledger.models import LogEntry, LogOpening

ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Leaf:
    """One leaf and what it commits to; payload and salt are None once erased, or in a clear one."""

    index: int
    kind: str
    leaf: str
    payload: str | None
    salt: bytes | None


def rows(session: Session, log_id: int, begin: int, end: int) -> Iterator[Leaf]:
    """Yield the leaves of a range by their place; memory does not grow with the number.

    Read it in one `reading()`, so that what it says of erasures is of one moment.
    """
    query = (
        _opened(log_id)
        .where(LogEntry.leaf_index >= begin, LogEntry.leaf_index < end)
        .order_by(LogEntry.leaf_index)
        .prefix_with("/* ledger.rows */")
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in session.execute(query):
        yield _leaf(row)


def rows_of(session: Session, log_id: int, kind: Kind) -> Iterator[Leaf]:
    """Yield the placed leaves of a kind other than decisions, in the order of the tree."""
    query = (
        _opened(log_id)
        # Said twice, since the index is of what is no decision.
        .where(LogEntry.kind == kind, LogEntry.kind != "consent", LogEntry.leaf_index.is_not(None))
        .order_by(LogEntry.leaf_index)
        .prefix_with("/* ledger.rows_of */")
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    for row in session.execute(query):
        yield _leaf(row)


def _opened(log_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LogEntry.leaf_index, LogEntry.kind, LogEntry.leaf, LogOpening.payload, LogOpening.salt
        )
        .outerjoin(LogOpening, LogOpening.entry_id == LogEntry.id)
        .where(LogEntry.log_id == log_id)
    )


def _leaf(row: Row[Any]) -> Leaf:
    return Leaf(row.leaf_index, row.kind, row.leaf, row.payload, row.salt)
