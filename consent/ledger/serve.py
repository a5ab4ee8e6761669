"""What of a log is served as files (C2SP tlog-tiles): no more than a public checkpoint has."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from consent.files import put
from consent.ledger import canonical, tiles
from consent.ledger.models import LogCheckpoint
from consent.ledger.publish import published
from consent.ledger.sequence import leaves, tile
from consent.ledger.tiles import WIDTH, Tile
from consent.ledger.tree import HASH_BYTES

MOST_LISTED = 100


@dataclass(frozen=True)
class Listed:
    """One checkpoint of the past."""

    size: int
    note: str
    published_at: datetime


def file(session: Session, log_id: int, path: str) -> bytes | None:
    """Return a tile or an entry bundle by its path, None where there is none to serve."""
    asked = tiles.parse(path)
    if asked is None or not _is_covered(session, log_id, asked):
        return None
    return _body(session, log_id, asked)


def compressed(body: bytes) -> bytes:
    """Return a body as gzip, the same bytes each time."""
    return gzip.compress(body, 6, mtime=0)


def count_files(size: int) -> int:
    """Return how many tiles and bundles a log of a size has."""
    return sum(2 if each.level == 0 else 1 for each in tiles.of_size(size))


def write_files(
    session: Session,
    shown: LogCheckpoint,
    keys: object,
    folder: Path,
    progress: Callable[[int], object],
) -> int:
    """Write a log as a folder that a static host can serve; return how many tiles were new.

    What is there already stays: a tile never changes. The checkpoint comes last, so that a reader
    of the folder finds all that it covers.
    """
    written = 0
    for each in tiles.of_size(shown.size):
        bundle = [Tile(None, each.number, each.width)] if each.level == 0 else []
        for found in (each, *bundle):
            path = folder / found.path
            if not path.exists():
                put(path, _body(session, shown.log_id, found))
                written += 1
            progress(1)
    put(folder / "keys.json", canonical.dump(keys) + b"\n")
    put(folder / "checkpoint", shown.note.encode())
    return written


def checkpoints(session: Session, log_id: int, from_size: int) -> list[Listed]:
    """Return public checkpoints from a size on, the smallest first, a hundred at most."""
    query = (
        select(LogCheckpoint.size, LogCheckpoint.note, LogCheckpoint.published_at)
        .where(
            LogCheckpoint.log_id == log_id,
            LogCheckpoint.size >= from_size,
            LogCheckpoint.published_at.is_not(None),
        )
        .order_by(LogCheckpoint.size)
        .limit(MOST_LISTED)
        .prefix_with("/* ledger.checkpoints */")
    )
    return [Listed(row.size, row.note, row.published_at) for row in session.execute(query)]


def _body(session: Session, log_id: int, asked: Tile) -> bytes:
    if asked.level is None:
        begin = asked.number * WIDTH
        return tiles.bundle(leaves(session, log_id, begin, begin + asked.width))
    return tile(session, log_id, asked.level, asked.number)[: asked.width * HASH_BYTES]


def _is_covered(session: Session, log_id: int, asked: Tile) -> bool:
    newest = published(session, log_id)
    sizes = asked.sizes
    if newest is None or newest.size < sizes.start:
        return False
    if asked.width == WIDTH:
        return True
    # A partial tile exists for those who hold a checkpoint of just such a size.
    return bool(
        session.scalar(
            select(
                exists().where(
                    LogCheckpoint.log_id == log_id,
                    LogCheckpoint.size >= sizes.start,
                    LogCheckpoint.size < sizes.stop,
                    LogCheckpoint.published_at.is_not(None),
                )
            )
        )
    )
