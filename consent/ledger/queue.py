"""Queue leaves in the transaction of the change they prove; their place comes later, in a batch."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from consent import clock
from consent.db import table_of
from consent.ledger import commitment
from consent.ledger.commitment import Kind
from consent.ledger.models import Log, LogEntry, LogOpening


def open_log(session: Session, site_id: int) -> Log:
    """Make the log of a new site; its origin is fixed when it is first signed."""
    log = Log(site_id=site_id, created_at=clock.now())
    session.add(log)
    session.flush()
    return log


def instance_log(session: Session) -> int:
    """Return the id of the instance's own log, for what happens outside sites; made if absent."""
    found = instance_log_id(session)
    if found is None:
        made = Log(site_id=None, created_at=clock.now())
        session.add(made)
        session.flush()
        found = made.id
    return found


def instance_log_id(session: Session) -> int | None:
    """Return the id of the instance's own log; None before anything happened outside sites."""
    query = select(Log.id).where(Log.site_id.is_(None), Log.continued_by.is_(None))
    return session.scalars(query.prefix_with("/* ledger.instance_log_id */")).first()


def touch(session: Session) -> None:
    """Write to a head row, so that the commit must reach the disk; make the first log if none is.

    The first one is the instance's own, for what happens outside any site.
    """
    first = session.scalar(select(func.min(Log.id)))
    if first is None:
        instance_log(session)
    else:
        session.execute(update(Log).where(Log.id == first).values(min_index=Log.min_index))


@dataclass(frozen=True)
class Waiting:
    """The queue as its two ends show it: about how many leaves, and when the oldest was queued."""

    leaves: int
    since: datetime | None


def waiting(session: Session) -> Waiting:
    """Look at both ends of the queue, which costs the same for ten leaves and for ten million.

    Rows are not counted: `leaves` is how many were numbered from the oldest that waits to the
    newest, so it is never too small, and too large by what lies between them placed or rolled back.
    """
    first, last = session.execute(_ENDS).one()
    if first is None:
        return Waiting(0, None)
    queued = select(func.min(LogOpening.recorded_at)).where(LogOpening.entry_id == first)
    return Waiting(last - first + 1, session.scalar(queued))


def log_id_of(session: Session, site_id: int) -> int:
    """Return the id of a site's log."""
    return session.scalars(
        select(Log.id).where(Log.site_id == site_id).prefix_with("/* ledger.log_id_of */")
    ).one()


@dataclass(frozen=True)
class Queued:
    """A leaf that waits for its place."""

    entry_id: int
    leaf_hash: bytes


def queue(
    session: Session, log_id: int, kind: Kind, payload: bytes, *, recorded_at: datetime
) -> Queued:
    """Queue one committed leaf and keep its opening.

    Writes the entry and its opening in the caller's transaction and takes no lock on the head, so
    no visitor ever waits for the log.
    """
    salt = os.urandom(commitment.SALT_BYTES)
    data = commitment.leaf(kind, commitment.commit(kind, payload, salt))
    # Plain inserts rather than objects: this is on the path of every decision.
    queued = _queued(session, log_id, kind, data)
    opening = {"entry_id": queued.entry_id, "recorded_at": recorded_at, "salt": salt}
    session.execute(_OPENING, {**opening, "payload": payload.decode()})
    return queued


def queue_clear(session: Session, log_id: int, kind: Kind, facts: object) -> Queued:
    """Queue one leaf that says openly what happened, of a kind that holds nothing personal."""
    if kind not in commitment.CLEAR:
        raise ValueError(f"A leaf of kind {kind} is never in clear.")
    return _queued(session, log_id, kind, commitment.clear_leaf(kind, facts))


def _queued(session: Session, log_id: int, kind: Kind, data: bytes) -> Queued:
    leaf_hash = commitment.leaf_hash(data)
    entry_id = session.execute(
        _ENTRY, {"log_id": log_id, "kind": kind, "leaf": data.decode(), "leaf_hash": leaf_hash}
    ).scalar_one()
    return Queued(entry_id, leaf_hash)


def _end(pick: Callable[[Any], Any]) -> Any:
    # One step into the queue's index for each log.
    found = select(pick(LogEntry.id)).where(
        LogEntry.log_id == Log.id, LogEntry.leaf_index.is_(None)
    )
    return found.correlate(Log).scalar_subquery()


_EACH = (
    select(_end(func.min).label("first"), _end(func.max).label("last")).select_from(Log).subquery()
)
_ENDS = select(func.min(_EACH.c.first), func.max(_EACH.c.last)).prefix_with("/* ledger.waiting */")
_ENTRY = insert(table_of(LogEntry)).returning(table_of(LogEntry).c.id)
_OPENING = insert(table_of(LogOpening))
