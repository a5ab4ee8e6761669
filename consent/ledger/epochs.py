"""A new epoch: a log that cannot go on ends, and another takes its place and says so.

The old one ends at its last checkpoint that still holds and keeps its name, so what was proved with
it stays proved. Leaves after that move to the new log, whose first leaf is of kind `epoch`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from consent import clock
from consent.db import table_of
from consent.errors import EpochError, LogForkedError, NotFoundError, ProofError
from consent.ledger import canonical, keys, notes, tree
from consent.ledger.commitment import Kind
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogOpening
from consent.ledger.publish import name_of, refuse_fork
from consent.ledger.queue import queue, queue_clear
from consent.ledger.sequence import hashes, sequence

_EPOCH = re.compile(r"/e[1-9][0-9]*$")
STOLEN = "compromised"


@dataclass(frozen=True)
class Epoch:
    """One log of a site or of the instance: the first, or one that continues another."""

    number: int
    log_id: int
    origin: str | None
    is_current: bool


@dataclass(frozen=True)
class Begun:
    """What became of a log: where it ended, where it goes on, what was lost of it."""

    old: str
    new: str
    kept: int
    lost: int
    moved: int


def epochs(session: Session, log_id: int) -> list[Epoch]:
    """Return all epochs of a current log, the first one first."""
    found = [session.get_one(Log, log_id)]
    query = select(Log).prefix_with("/* ledger.epochs */")
    while (before := session.scalar(query.where(Log.continued_by == found[0].id))) is not None:
        found.insert(0, before)
    return [Epoch(each.epoch, each.id, each.origin, each.continued_by is None) for each in found]


def find_epoch(session: Session, log_id: int, number: int) -> Epoch:
    """Return one epoch of a current log by its number."""
    for each in epochs(session, log_id):
        if each.number == number:
            return each
    raise NotFoundError(f"This log has no epoch {number}.")


def key_document(
    session: Session, log_id: int, public_url: str, site_key: str, seeds: Sequence[bytes]
) -> dict[str, object]:
    """Return what `keys.json` says of a log: its name, its keys, and the epochs beside it."""
    log = session.get_one(Log, log_id)
    current = log
    while current.continued_by is not None:
        current = session.get_one(Log, current.continued_by)
    origin = name_of(session, log_id, public_url, site_key)
    known = keys.signing_keys(session, log_id, origin, seeds)
    return {
        "origin": origin,
        "min_index": log.min_index,
        "epochs": [
            {"epoch": each.number, "origin": each.origin or origin, "ended": not each.is_current}
            for each in epochs(session, current.id)
        ],
        "keys": [
            {"vkey": each.vkey, "from_size": each.from_size, "until_size": each.until_size}
            for each in known
        ],
    }


def begin(session: Session, log_id: int, mark: str | None, *, stolen: bool = False) -> Begun:
    """End a log that cannot go on and begin the next epoch, in one transaction.

    Refused while the log goes on by itself, unless its key was stolen.
    """
    head = session.scalars(select(Log).where(Log.id == log_id).with_for_update()).one()
    if head.continued_by is not None or head.origin is None:
        raise EpochError("This log has ended already, or was never signed.")
    if not stolen and not _is_forked(session, head, mark):
        raise EpochError(
            f"The log {head.origin} goes on by itself. A new epoch is for a database that is older "
            "than what was signed, and cannot be brought back."
        )
    kept = _last_that_holds(session, head)
    known = notes.claimed(mark) if mark else None
    end = kept.size if kept else 0
    lost = max(0, known.size - end) if known else 0
    revoked = keys.end_all(session, head, STOLEN) if stolen else []
    made = _continue(session, head, end, kept)
    last = mark or (kept.note if kept else "")
    facts = {"last": last, "lost": f"{lost} leaves from {end} on", "old": head.origin}
    queue_clear(session, made.id, Kind.EPOCH, facts)
    for vkey in revoked:
        queue_clear(session, made.id, Kind.KEY, {"reason": STOLEN, "until": end, "vkey": vkey})
    # It comes first: what moves here has waited longer and would be placed before it.
    _place_all(session, made)
    moved = _move(session, head, made, end)
    return Begun(head.origin, made.origin or "", end, lost, moved)


def _is_forked(session: Session, head: Log, mark: str | None) -> bool:
    try:
        refuse_fork(session, head, mark)
    except (LogForkedError, ProofError):
        return True
    return False


def _last_that_holds(session: Session, head: Log) -> LogCheckpoint | None:
    """Return the newest public checkpoint of which the log as it lies here is a continuation."""
    query = (
        select(LogCheckpoint)
        .where(LogCheckpoint.log_id == head.id, LogCheckpoint.published_at.is_not(None))
        .order_by(LogCheckpoint.size.desc())
        .prefix_with("/* ledger.last_that_holds */")
    )
    hash_of = hashes(session, head.id)
    for row in session.scalars(query):
        if row.size <= head.size and tree.root(hash_of, row.size) == notes.claimed(row.note).root:
            return row
    return None


def _continue(session: Session, head: Log, end: int, kept: LogCheckpoint | None) -> Log:
    site_id, head.site_id = head.site_id, None
    head.size = end
    head.root = notes.claimed(kept.note).root if kept else None
    session.flush()
    origin = f"{_EPOCH.sub('', head.origin or '')}/e{head.epoch + 1}"
    made = Log(site_id=site_id, origin=origin, epoch=head.epoch + 1, created_at=clock.now())
    session.add(made)
    session.flush()
    head.continued_by = made.id
    # Signed and never shown: nobody can miss them.
    session.execute(
        delete(LogCheckpoint).where(
            LogCheckpoint.log_id == head.id, LogCheckpoint.published_at.is_(None)
        )
    )
    session.flush()
    return made


def _move(session: Session, old: Log, new: Log, end: int) -> int:
    """Give the leaves after the end a place in the new log; say anew which of them were erased."""
    entry = table_of(LogEntry)
    moving = entry.c.leaf_index.is_(None) | (entry.c.leaf_index >= end)
    erasures = list(_taken_erasures(session, old, end))
    taken = update(entry).where(entry.c.log_id == old.id, moving)
    moved = session.connection().execute(taken.values(log_id=new.id, leaf_index=None)).rowcount
    _place_all(session, new)
    for facts, entries, recorded_at in erasures:
        places = select(LogEntry.leaf_index).where(LogEntry.id.in_(entries))
        facts["erased"] = sorted(session.scalars(places).all()) if entries else []
        queue(session, new.id, Kind.ERASE, canonical.dump(facts), recorded_at=recorded_at)
    _place_all(session, new)
    return int(moved)


def _place_all(session: Session, log: Log) -> None:
    while sequence(session, log.id):
        pass


def _taken_erasures(
    session: Session, old: Log, end: int
) -> Iterator[tuple[dict[str, Any], list[int], datetime]]:
    """Take out erase leaves whose indexes will mean other rows; yield what each says, and of which.

    No public checkpoint has them, and what they say is said again in the new log.
    """
    query = select(LogEntry, LogOpening).join(LogOpening, LogOpening.entry_id == LogEntry.id)
    moving = LogEntry.leaf_index.is_(None) | (LogEntry.leaf_index >= end)
    query = query.where(LogEntry.log_id == old.id, LogEntry.kind == Kind.ERASE, moving)
    for entry, opening in session.execute(query.prefix_with("/* ledger.taken_erasures */")).all():
        facts: Any = canonical.parse(opening.payload or "")
        stays = [index for index in facts["erased"] if index < end]
        moves = [index for index in facts["erased"] if index >= end]
        earlier = {**facts.get("earlier", {}), **({old.origin: stays} if stays else {})}
        said = {**facts, **({"earlier": earlier} if earlier else {})}
        ids = select(LogEntry.id).where(LogEntry.log_id == old.id, LogEntry.leaf_index.in_(moves))
        yield said, list(session.scalars(ids)), opening.recorded_at
        session.delete(opening)
        session.delete(entry)
        session.flush()
