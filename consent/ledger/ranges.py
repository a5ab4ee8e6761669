"""A stretch of a log between two public checkpoints, and what proves that nothing of it is missing.

All of it is read in one `reading()`: checkpoints, rows and erasures of one moment.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from consent.ledger import tree
from consent.ledger.commitment import Kind
from consent.ledger.epochs import find_epoch
from consent.ledger.models import Log, LogAnchor, LogCheckpoint, LogEntry, LogOpening
from consent.ledger.queue import log_id_of
from consent.ledger.rows import Leaf, rows_of
from consent.ledger.sequence import hashes
from consent.ledger.serve import Listed

AT_ONCE = 500


@dataclass(frozen=True)
class Extent:
    """Where the rows of a period lie in a log; `waits` where one of them has no place yet."""

    least: int | None
    greatest: int | None
    waits: bool


@dataclass(frozen=True)
class LaterErasure:
    """An `erase` leaf beyond a stretch that names rows in it, with the proof that it is there."""

    leaf: Leaf
    path: Sequence[bytes]


def epoch_of(session: Session, site_id: int, number: int | None) -> Log:
    """Return the log a site uses now, or that of an epoch."""
    log_id = log_id_of(session, site_id)
    if number is not None:
        log_id = find_epoch(session, log_id, number).log_id
    return session.get_one(Log, log_id)


def is_settled(session: Session, log_id: int, size: int) -> bool:
    """Say whether every erasure is in the log below a size.

    One that waits names rows which are gone already: they would look concealed.
    """
    query = select(
        exists().where(
            LogEntry.log_id == log_id,
            LogEntry.kind == Kind.ERASE,
            # Said again, since the index is of what is no decision.
            LogEntry.kind != "consent",
            or_(LogEntry.leaf_index.is_(None), LogEntry.leaf_index >= size),
        )
    )
    return not session.scalar(query.prefix_with("/* ledger.is_settled */"))


def extent(session: Session, log_id: int, start: datetime | None, end: datetime | None) -> Extent:
    """Return where the rows recorded in a period lie, as far as they still have an opening."""
    query = (
        select(
            func.min(LogEntry.leaf_index),
            func.max(LogEntry.leaf_index),
            func.count() - func.count(LogEntry.leaf_index),
        )
        .join(LogOpening, LogOpening.entry_id == LogEntry.id)
        .where(LogEntry.log_id == log_id)
    )
    if start is not None:
        query = query.where(LogOpening.recorded_at >= start)
    if end is not None:
        query = query.where(LogOpening.recorded_at < end)
    least, greatest, waiting = session.execute(query.prefix_with("/* ledger.extent */")).one()
    return Extent(least, greatest, waiting > 0)


def public_before(
    session: Session, log_id: int, moment: datetime, most: int | None
) -> Listed | None:
    """Return the largest checkpoint that was public at a moment, and is no larger than `most`."""
    query = _public(log_id).where(LogCheckpoint.published_at <= moment)
    if most is not None:
        query = query.where(LogCheckpoint.size <= most)
    return _one(session, query.order_by(LogCheckpoint.size.desc()))


def public_from(session: Session, log_id: int, moment: datetime, least: int) -> Listed | None:
    """Return the smallest checkpoint that became public from a moment on, of a size or more."""
    query = _public(log_id).where(LogCheckpoint.published_at >= moment, LogCheckpoint.size >= least)
    return _one(session, query.order_by(LogCheckpoint.size))


def newest(session: Session, log_id: int) -> Listed | None:
    """Return the largest public checkpoint."""
    return _one(session, _public(log_id).order_by(LogCheckpoint.size.desc()))


def public_between(session: Session, log_id: int, least: int, most: int) -> Iterator[Listed]:
    """Yield the public checkpoints of the sizes from one to another, the smallest first."""
    query = (
        _public(log_id)
        .where(LogCheckpoint.size >= least, LogCheckpoint.size <= most)
        .order_by(LogCheckpoint.size)
        .execution_options(yield_per=AT_ONCE)
    )
    for row in session.execute(query):
        yield Listed(row.size, row.note, row.published_at)


def left_of(session: Session, log_id: int, size: int) -> list[bytes]:
    """Return the hashes of what lies before a stretch: its perfect subtrees, the largest first."""
    hash_of = hashes(session, log_id)
    return [hash_of(level, index) for level, index in tree.perfect(0, size)]


def continuing(session: Session, log_id: int, old: int, new: int) -> list[bytes]:
    """Return what proves that the log of one size is the beginning of that of another."""
    return tree.consistency(hashes(session, log_id), old, new)


def later_erasures(
    session: Session, log_id: int, begin: int, end: int, size: int
) -> Iterator[LaterErasure]:
    """Yield the `erase` leaves from `end` on, below `size`, that name rows from `begin` to it."""
    for leaf in rows_of(session, log_id, Kind.ERASE):
        if not end <= leaf.index < size or leaf.payload is None:
            continue
        if _names(json.loads(leaf.payload)["erased"], begin, end):
            path = tree.inclusion(hashes(session, log_id), leaf.index, size)
            yield LaterErasure(leaf, path)


def erasures_elsewhere(
    session: Session, log: Log, begin: int, end: int
) -> Iterator[tuple[Log, Listed, LaterErasure]]:
    """Yield what names rows of a log that has ended: `erase` leaves of those that continue it."""
    origin, following = log.origin, log.continued_by
    while following is not None:
        later = session.get_one(Log, following)
        shown = newest(session, later.id)
        for leaf in rows_of(session, later.id, Kind.ERASE) if shown else ():
            named = json.loads(leaf.payload or "{}").get("earlier", {}).get(origin, [])
            if shown and leaf.index < shown.size and _names(named, begin, end):
                path = tree.inclusion(hashes(session, later.id), leaf.index, shown.size)
                yield later, shown, LaterErasure(leaf, path)
        following = later.continued_by


def _names(indexes: list[int], begin: int, end: int) -> bool:
    return any(begin <= index < end for index in indexes)


def anchors_between(
    session: Session,
    log_id: int,
    sizes: Sequence[range],
    kind: str,
    most: int | None = None,
) -> Iterator[LogAnchor]:
    """Yield what came back from outside for checkpoints of some sizes, the newest first."""
    within = [and_(LogAnchor.size >= each.start, LogAnchor.size < each.stop) for each in sizes]
    query = (
        select(LogAnchor)
        .where(LogAnchor.log_id == log_id, LogAnchor.kind == kind, or_(*within))
        .order_by(LogAnchor.size.desc(), LogAnchor.target)
        .limit(most)
        .prefix_with("/* ledger.anchors_between */")
        .execution_options(yield_per=AT_ONCE)
    )
    yield from session.scalars(query)


def _public(log_id: int) -> Select[int, str, datetime | None]:
    return (
        select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.published_at)
        .join(Log, Log.id == LogCheckpoint.log_id)
        # A log that ended at an earlier size has none of a later one, whatever was once signed.
        .where(
            LogCheckpoint.log_id == log_id,
            LogCheckpoint.size <= Log.size,
            LogCheckpoint.published_at.is_not(None),
        )
        .prefix_with("/* ledger.public */")
    )


def _one(session: Session, query: Select[int, str, datetime | None]) -> Listed | None:
    row = session.execute(query.limit(1)).one_or_none()
    return None if row is None else Listed(row.size, row.note, row.published_at)
