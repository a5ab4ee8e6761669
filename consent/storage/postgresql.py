"""PostgreSQL 15 and newer, by psycopg 3. Records and openings are partitioned by month."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import orjson
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import BackupError, TargetNotEmptyError
from consent.storage import _client, _json

T = TypeVar("T")
PARTITIONED = ("consent_record", "log_opening")
MONTHS_AHEAD = 3
# What holds rows of people.
PERSONAL = (
    *PARTITIONED,
    "subject_state",
    "recorded_event",
    "legal_hold",
    "subject_tie",
    "rights_request",
    "rights_contact",
)


def engine(url: str) -> Engine:
    """Return an engine whose sessions wait for the disk and never for ever."""
    return create_engine(
        url,
        # Statements may reach a log; what visitors decided may not.
        hide_parameters=True,
        json_serializer=_json.dump,
        json_deserializer=orjson.loads,
        pool_size=8,
        max_overflow=64,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            # A server or network that is gone without a word is noticed in seconds; the kernel's
            # own patience is a quarter of an hour, and two hours where nothing is being sent.
            "tcp_user_timeout": 15_000,
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "application_name": "consent",
            "options": "-c synchronous_commit=on -c lock_timeout=10000 -c statement_timeout=120000"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def tidy(engine: Engine) -> None:
    """Do nothing: the server checkpoints by itself."""


def purge(engine: Engine) -> bool:
    """Take erased rows out of tables and indexes, which needs no lock that intake would notice.

    What the server frees it gives to new rows and does not overwrite: docs/compliance.md says more.
    """
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        # Of a big table it takes long, and another VACUUM is waited for.
        patient = ("statement_timeout", "lock_timeout")
        try:
            for name in patient:
                connection.execute(text(f"SET {name} = 0"))
            connection.execute(text(f"/* storage.purge */ VACUUM {', '.join(PERSONAL)}"))
        finally:
            for name in patient:
                connection.execute(text(f"RESET {name}"))
    return True


def prepare(session: Session) -> None:
    """Make the partitions of this month and the next ones; rows of other times use the default."""
    start = clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for _ in range(MONTHS_AHEAD):
        end = _next_month(start)
        for table in PARTITIONED:
            _make_partition(session, table, start, end)
        start = end


def explain(engine: Engine) -> list[str]:
    """Warn about a server that may lose what it acknowledged."""
    with engine.connect() as connection:
        off = [
            name
            for name in ("fsync", "full_page_writes", "synchronous_commit")
            if connection.scalar(text(f"SHOW {name}")) == "off"
        ]
    return [f"PostgreSQL has {name}=off: acknowledged decisions can be lost." for name in off]


def sizes(engine: Engine) -> dict[str, int]:
    """Return the bytes of the database with its indexes; the server has one log for all."""
    with engine.connect() as connection:
        asked = text("/* storage.sizes */ SELECT pg_database_size(current_database())")
        return {"database": int(connection.scalar(asked) or 0)}


def place(url: str) -> str:
    """Return server and name, without password and options."""
    return make_url(url).set(query={}).render_as_string()


def is_there(url: str) -> bool:  # noqa: ARG001 - the server says so when it is asked
    """Say yes: connecting to a database never makes one."""
    return True


def near(url: str) -> Path | None:  # noqa: ARG001 - the server has the files
    """Return nothing: a dump may be unpacked anywhere."""
    return None


def expected(engine: Engine) -> int | None:  # noqa: ARG001 - a dump is no image of the files
    """Return nothing: how long a dump will be is not known before."""
    return None


def examine(engine: Engine, look: Callable[[Connection], T]) -> T:
    """Look into a database for as long as it takes."""
    with engine.connect() as connection:
        _wait_for_ever(connection)
        return look(connection)


def copy(
    engine: Engine, target: Path, look: Callable[[Connection], T], progress: Callable[[int], object]
) -> T:
    """Dump the state of one exported snapshot into a file, and look into that very state."""
    with engine.execution_options(isolation_level="REPEATABLE READ").connect() as connection:
        _wait_for_ever(connection)
        program = _client.tool("pg_dump", _major(connection))
        snapshot = connection.scalar(text("/* storage.copy */ SELECT pg_export_snapshot()"))
        found = look(connection)
        with _client.connection_words(engine) as words:
            # Uncompressed: the archive around it compresses.
            how = ["--format=custom", "--compress=0", "--no-password", f"--snapshot={snapshot}"]
            _client.write(
                [program, *how, f"--file={target}", f"--dbname={words}"], target, progress
            )
    return found


def refuse_full(url: str) -> None:
    """Refuse a database that has tables."""
    with _opened(url) as opened, opened.connect() as connection:
        found = connection.scalar(text(_ALL_TABLES))
    if found:
        raise TargetNotEmptyError(
            f"The database {place(url)} has tables already ({found}); it was left as it is. "
            "Make an empty one with `createdb NAME` and give it with --database-url."
        )


def load(url: str, source: Path, made_by: str, progress: Callable[[int], object]) -> None:
    """Restore a dump in one transaction; then let the planner look at the tables."""
    with _opened(url) as opened:
        with opened.connect() as connection:
            server = _major(connection)
        if server < int(made_by.partition(".")[0]):
            raise BackupError(
                f"The backup is of PostgreSQL {made_by}, the server is {server}: "
                "restore it into a server as new as that one."
            )
        program = _client.tool("pg_restore", server)
        with _client.connection_words(opened) as words:
            how = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
            _client.feed([program, *how, "--no-password", f"--dbname={words}"], source, progress)
        alone = opened.execution_options(isolation_level="AUTOCOMMIT")
        with alone.connect() as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("ANALYZE"))


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    made = engine(url)
    try:
        yield made
    finally:
        made.dispose()


def _major(connection: Connection) -> int:
    return int((connection.dialect.server_version_info or (0,))[0])


def _wait_for_ever(connection: Connection) -> None:
    # Counting and dumping may take longer than any request may.
    for name in ("statement_timeout", "idle_in_transaction_session_timeout"):
        connection.execute(text(f"SET LOCAL {name} = 0"))


def _next_month(start: datetime) -> datetime:
    return datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)


def _make_partition(session: Session, table: str, start: datetime, end: datetime) -> None:
    name = f"{table}_{start:%Y_%m}"
    if session.scalar(text("/* storage.partition */ SELECT to_regclass(:name)"), {"name": name}):
        return
    # A month that already has rows in the default partition stays there: moving rows is no upkeep.
    taken = session.scalar(
        text(
            f"/* storage.partition */ SELECT EXISTS (SELECT 1 FROM {table}_default "  # noqa: S608
            "WHERE recorded_at >= :start AND recorded_at < :end)"
        ),
        {"start": start, "end": end},
    )
    if not taken:
        session.execute(
            text(
                f"CREATE TABLE {name} PARTITION OF {table} "
                f"FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
            )
        )


# Tables, views and sequences of people; what belongs to an extension is not theirs.
_ALL_TABLES = r"""
/* storage.refuse_full */ SELECT count(*)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
"""
