"""Give waiting leaves their place: one transaction under the lock of the log's head.

Any number of processes may do it at any time. There is no cursor: a row that commits late is
simply still without an index next time. Index, tiles and head change together or not at all, so
nothing is skipped and nothing doubles (evidence-log design, section 4.2).
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import CursorResult, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consent.db import table_of
from consent.errors import ProofError
from consent.ledger import tiles, tree
from consent.ledger.models import Log, LogEntry, LogTile

# On SQLite a writer waits while this runs; on PostgreSQL nobody does.
AT_ONCE = {"sqlite": 256, "postgresql": 1024}


def waiting_logs(session: Session) -> Sequence[int]:
    """Return the logs in which leaves wait."""
    waits = exists().where(LogEntry.log_id == Log.id, LogEntry.leaf_index.is_(None))
    return session.scalars(
        select(Log.id).where(waits).order_by(Log.id).prefix_with("/* ledger.waiting_logs */")
    ).all()


def sequence(session: Session, log_id: int, at_once: int | None = None) -> int:
    """Place the oldest waiting leaves of a log; return how many, 0 also where another does it."""
    # The lock comes first and the queue is read after it: a look from before would be an old one.
    head = session.execute(_HEAD, {"log": log_id}).one_or_none()
    if head is None:
        return 0
    if head.continued_by is not None:
        return _hand_on(session, log_id, head.continued_by)
    limit = at_once or AT_ONCE[_dialect(session)]
    rows = session.execute(_QUEUE, {"log": log_id, "most": limit}).all()
    if not rows:
        return 0
    size = head.size + len(rows)
    changed = tiles.extend(_stored(session, log_id), head.size, [row.leaf_hash for row in rows])
    tile_of = tiles.overlaid(changed, _stored(session, log_id))
    root = tree.root(tiles.reader(tile_of), size)
    session.execute(
        _PLACE, [{"entry": row.id, "place": head.size + at} for at, row in enumerate(rows)]
    )
    _put(session, log_id, changed)
    moved: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        _MOVE, {"log": log_id, "before": head.size, "after": size, "hash": root}
    )
    if moved.rowcount != 1:
        raise ProofError("The head of a log moved under its lock; nothing was written.")
    return len(rows)


def _hand_on(session: Session, log_id: int, continued_by: int) -> int:
    """Move what was still queued for a log that has ended to the one that continues it."""
    session.execute(_HAND_ON, {"log": log_id, "next": continued_by})
    return 0


def hashes(session: Session, log_id: int) -> tree.Node:
    """Return how to read the tree of a log."""
    return tiles.reader(_stored(session, log_id))


def tile(session: Session, log_id: int, level: int, number: int) -> bytes:
    """Return the widest version of a tile; empty where there is none."""
    key = {"log": log_id, "level": level, "number": number}
    return session.execute(_TILE, key).scalar_one_or_none() or b""


def leaves(session: Session, log_id: int, begin: int, end: int) -> list[bytes]:
    """Return the leaves of a range by their place."""
    found = session.execute(_LEAVES, {"log": log_id, "begin": begin, "end": end})
    return [leaf.encode() for leaf in found.scalars()]


class _Stored:
    """Tiles of one log as they lie in the database, each read once."""

    def __init__(self, session: Session, log_id: int) -> None:
        self._session = session
        self._log_id = log_id
        self._known: dict[tuple[int, int], bytes] = {}

    def __call__(self, level: int, number: int) -> bytes:
        key = level, number
        if key not in self._known:
            self._known[key] = tile(self._session, self._log_id, level, number)
        return self._known[key]


def _stored(session: Session, log_id: int) -> _Stored:
    return _Stored(session, log_id)


def _put(session: Session, log_id: int, changed: Mapping[tuple[int, int], bytes]) -> None:
    insert = postgresql.insert if _dialect(session) == "postgresql" else sqlite.insert
    statement = insert(table_of(LogTile))
    statement = statement.on_conflict_do_update(
        index_elements=["log_id", "level", "number"], set_={"data": statement.excluded.data}
    )
    rows = [
        {"log_id": log_id, "level": level, "number": number, "data": data}
        for (level, number), data in changed.items()
    ]
    session.execute(statement, rows)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


_log, _entry, _tile = table_of(Log), table_of(LogEntry), table_of(LogTile)
# "No key": a decision under way holds the head's key by its foreign key; that must not
# hold this off.
_HEAD = (
    select(_log.c.size, _log.c.continued_by)
    .where(_log.c.id == bindparam("log"))
    .with_for_update(skip_locked=True, key_share=True)
    .prefix_with("/* ledger.sequence */")
)
_QUEUE = (
    select(_entry.c.id, _entry.c.leaf_hash)
    .where(_entry.c.log_id == bindparam("log"), _entry.c.leaf_index.is_(None))
    .order_by(_entry.c.id)
    .limit(bindparam("most"))
    .prefix_with("/* ledger.sequence */")
)
_PLACE = (
    update(_entry).where(_entry.c.id == bindparam("entry")).values(leaf_index=bindparam("place"))
)
_HAND_ON = (
    update(_entry)
    .where(_entry.c.log_id == bindparam("log"), _entry.c.leaf_index.is_(None))
    .values(log_id=bindparam("next"))
)
_MOVE = (
    update(_log)
    .where(_log.c.id == bindparam("log"), _log.c.size == bindparam("before"))
    .values(size=bindparam("after"), root=bindparam("hash"))
)
_TILE = (
    select(_tile.c.data)
    .where(
        _tile.c.log_id == bindparam("log"),
        _tile.c.level == bindparam("level"),
        _tile.c.number == bindparam("number"),
    )
    .prefix_with("/* ledger.tile */")
)
_LEAVES = (
    select(_entry.c.leaf)
    .where(
        _entry.c.log_id == bindparam("log"),
        _entry.c.leaf_index >= bindparam("begin"),
        _entry.c.leaf_index < bindparam("end"),
    )
    .order_by(_entry.c.leaf_index)
    .prefix_with("/* ledger.leaves */")
)
