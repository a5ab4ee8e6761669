"""SQLite: one file, one writer at a time, every commit on the disk before it is acknowledged.

The WAL-reset bug (SQLite 3.7.0 to 3.51.2, fixed in 3.51.3) can damage a file when two connections
write and checkpoint at once. Two guards: the newest library at hand is used, and no connection
checkpoints by itself (`wal_autocheckpoint=0`); `tidy` alone does, under a file lock that one
process holds at a time.
"""

import fcntl
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool, QueuePool

from consent.errors import BackupError, TargetNotEmptyError
from consent.files import claim, settle
from consent.storage import _json

try:
    from pysqlite3 import dbapi2 as newer
except ImportError:  # not on every platform; the library of Python itself then
    newer = sqlite3

T = TypeVar("T")
FIXED = (3, 51, 3)
# How long a writer waits for another.
PATIENCE_MS = 5000
PAGES_BEFORE_CHECKPOINT = 1000
STEPS_BETWEEN_LOOKS = 200_000
# How long a purge waits for a backup or a long reader, and keeps writers off at a time.
SECONDS_TO_PURGE = 60.0
PURGE_PATIENCE_MS = 100
PURGE_PAUSE = 0.2
COMPANIONS = ("-wal", "-shm", "-journal")


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
        connect_args={"check_same_thread": False, "timeout": PATIENCE_MS / 1000},
    )
    event.listen(made, "connect", _on_connect)
    event.listen(made, "begin", _begin)
    return made


def tidy(engine: Engine) -> None:
    """Move the write-ahead log into the file when it has grown, in one process at a time.

    It waits for nobody: while somebody reads long, as an export does, the next time will do.
    """
    database = engine.url.database
    if not database or not _has_grown(Path(database + "-wal")):
        return
    with Path(database + ".checkpoint").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _checkpoint(engine, "RESTART", 0)


def purge(engine: Engine) -> bool:
    """Empty the write-ahead log, in which erased rows still stand; False where a reader stayed on.

    In the file itself `secure_delete` has overwritten them. While it waits for a reader nobody can
    write, so it waits briefly and often.
    """
    database = engine.url.database
    if not database or database == ":memory:":
        return True
    end = time.monotonic() + SECONDS_TO_PURGE
    while not (is_empty := _emptied(engine, database)) and time.monotonic() < end:
        time.sleep(PURGE_PAUSE)
    return is_empty


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


def sizes(engine: Engine) -> dict[str, int]:
    """Return the bytes of the file and of its write-ahead log."""
    file = _file(engine.url)
    wal = file.with_name(file.name + "-wal")
    return {"database": file.stat().st_size, "wal": wal.stat().st_size if wal.exists() else 0}


def place(url: str) -> str:
    """Return the path of the file."""
    return str(_file(url))


def is_there(url: str) -> bool:
    """Say whether the file exists; opening it would make it."""
    return _file(url).exists()


def near(url: str) -> Path | None:
    """Return the folder of the file: a copy made there is put in place by renaming it."""
    folder = _file(url).parent
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def expected(engine: Engine) -> int | None:
    """Return about how many bytes a copy will have."""
    with engine.connect() as connection:
        pages = connection.scalar(text("PRAGMA page_count")) or 0
        return int(pages * (connection.scalar(text("PRAGMA page_size")) or 0))


def examine(engine: Engine, look: Callable[[Connection], T]) -> T:
    """Look into a database for as long as it takes."""
    with engine.connect() as connection:
        return look(connection)


def copy(
    engine: Engine, target: Path, look: Callable[[Connection], T], progress: Callable[[int], object]
) -> T:
    """Copy one consistent state into a new file while others write; check the copy, look into it.

    The lock keeps checkpoints off: one would make every writer wait for this long reader.
    """
    source = _file(engine.url)
    seen = 0

    def tell() -> int:
        nonlocal seen
        size = target.stat().st_size if target.exists() else 0
        progress(size - seen)
        seen = size
        return 0

    with Path(f"{source}.checkpoint").open("a") as lock, closing(engine.raw_connection()) as raw:
        fcntl.flock(lock, fcntl.LOCK_EX)
        driver: Any = raw.driver_connection
        driver.set_progress_handler(tell, STEPS_BETWEEN_LOOKS)
        try:
            driver.execute("VACUUM INTO ?", (str(target),))
        except library().Error as error:
            raise BackupError(f"The database {source} cannot be copied: {error}.") from error
        finally:
            driver.set_progress_handler(None, 0)
    tell()
    reader = create_engine(
        "sqlite://", module=library(), creator=lambda: _frozen(target), poolclass=NullPool
    )
    with reader.connect() as connection:
        if (said := connection.scalar(text("PRAGMA integrity_check"))) != "ok":
            raise BackupError(f"The database {source} is damaged, and so is a copy of it: {said}")
        return look(connection)


def refuse_full(url: str) -> None:
    """Refuse a file that holds anything, or beside which another database's files lie."""
    path = _file(url)
    beside = [path.with_name(path.name + end) for end in COMPANIONS]
    strays = [str(each) for each in beside if each.exists()]
    if path.exists() and (strays or not _is_empty(path)):
        raise TargetNotEmptyError(
            f"There is a database at {path} already; it was left as it is. End the service and "
            f"move it away with its {', '.join(COMPANIONS)} files, or restore to another path "
            "with --database-url sqlite:///PATH."
        )
    if strays:
        raise TargetNotEmptyError(
            f"{', '.join(strays)} belongs to a database that was here before, and would be mixed "
            "into this one: move it away, or restore to another path with --database-url."
        )


def load(url: str, source: Path, made_by: str, progress: Callable[[int], object]) -> None:  # noqa: ARG001 - the file format of SQLite 3 is one
    """Move a file into place, where nothing may be; it lies in the same file system."""
    path = _file(url)
    size = source.stat().st_size
    refuse_full(url)
    if not path.exists():
        # Claims the name: of two that restore at once, one finds it taken.
        claim(path)
    settle(source, path)
    progress(size)


def _file(url: Any) -> Path:
    name = make_url(url).database
    if not name or name == ":memory:":
        raise BackupError("A database in memory is nothing to back up or to restore.")
    return Path(name)


def _is_empty(path: Path) -> bool:
    try:
        with closing(_frozen(path)) as driver:
            found = driver.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except library().Error:  # whatever it is, it is something
        return False
    return bool(found == (0,))


def _frozen(path: Path) -> Any:
    # `immutable` leaves not even a lock file behind; nobody else writes what is opened so.
    return library().connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def _begin(connection: Connection) -> None:
    # Writers take the write lock first, so none fails half way.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _emptied(engine: Engine, database: str) -> bool:
    with Path(database + ".checkpoint").open("a") as lock, suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return _checkpoint(engine, "TRUNCATE", PURGE_PATIENCE_MS)
    return False


def _checkpoint(engine: Engine, mode: str, patience_ms: int) -> bool:
    """Move the log into the file, under the lock that the caller holds; say whether all of it."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute(f"PRAGMA busy_timeout={patience_ms}")
        try:
            [(busy, *_)] = cursor.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
    finally:
        raw.close()
    return not busy


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
    f"busy_timeout={PATIENCE_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "wal_autocheckpoint=0",
    # begun anew the log is cut to this, else it would look grown for ever after a burst
    f"journal_size_limit={PAGES_BEFORE_CHECKPOINT * 4096}",
    "mmap_size=0",
    "foreign_keys=ON",
    "trusted_schema=OFF",
    "secure_delete=ON",
)
