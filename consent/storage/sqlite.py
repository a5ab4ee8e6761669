"""SQLite: one file, one writer at a time, every commit on the disk before it is acknowledged.

The WAL-reset bug (SQLite 3.7.0 to 3.51.2, fixed in 3.51.3) can damage a file when two connections
write and checkpoint at once. Two guards: the newest library at hand is used, and no connection
checkpoints by itself (`wal_autocheckpoint=0`); `tidy` alone does, under a file lock that one
process holds at a time.
"""

import fcntl
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool

from consent.storage import _json

try:
    from pysqlite3 import dbapi2 as newer
except ImportError:  # not on every platform; the library of Python itself then
    newer = sqlite3

FIXED = (3, 51, 3)
PAGES_BEFORE_CHECKPOINT = 1000


def library() -> ModuleType:
    """Return the newest SQLite at hand."""
    newest: ModuleType = max((newer, sqlite3), key=lambda module: module.sqlite_version_info)
    return newest


def engine(url: str) -> Engine:
    """Return an engine whose connections are durable: WAL, `synchronous=FULL`, own transactions."""
    database = make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(
        url,
        module=library(),
        poolclass=QueuePool,
        # Statements may reach a log; what visitors decided may not.
        hide_parameters=True,
        json_serializer=_json.dump,
        json_deserializer=orjson.loads,
        pool_size=8,
        max_overflow=64,
        connect_args={"check_same_thread": False, "timeout": 5},
    )
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _begin)
    return made


def tidy(engine: Engine) -> None:
    """Move the write-ahead log into the file when it has grown, in one process at a time."""
    database = engine.url.database
    if not database or not _has_grown(Path(database + "-wal")):
        return
    with Path(database + ".checkpoint").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
        finally:
            raw.close()


def prepare(session: Session) -> None:
    """Do nothing: SQLite has no partitions."""


def explain(engine: Engine) -> list[str]:
    """Warn about a library with the WAL-reset bug."""
    with engine.connect() as connection:
        version = connection.scalar(text("SELECT sqlite_version()"))
    if tuple(map(int, str(version).split("."))) >= FIXED:
        return []
    warning = (
        f"SQLite {version} can damage its file when several processes use it (fixed in 3.51.3): "
        "install the package pysqlite3."
    )
    return [warning]


def _begin(connection: Connection) -> None:
    # Writers take the write lock first, so none fails half way.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _has_grown(wal: Path) -> bool:
    try:
        return wal.stat().st_size > PAGES_BEFORE_CHECKPOINT * 4096
    except FileNotFoundError:
        return False


def _on_connect(connection: Any, _record: object) -> None:
    # Autocommit mode of the driver: transactions begin and end only where we say so.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


_PRAGMAS = (
    "busy_timeout=5000",
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    "mmap_size=0",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)
