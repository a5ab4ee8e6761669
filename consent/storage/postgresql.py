"""PostgreSQL 15 and newer, by psycopg 3. Records and openings are partitioned by month."""

from datetime import UTC, datetime

import orjson
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from consent import clock
from consent.storage import _json

PARTITIONED = ("consent_record", "log_opening")
MONTHS_AHEAD = 3


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
            "application_name": "consent",
            "options": "-c synchronous_commit=on -c lock_timeout=10000 -c statement_timeout=120000"
            " -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        },
    )


def tidy(engine: Engine) -> None:
    """Do nothing: the server checkpoints by itself."""


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
