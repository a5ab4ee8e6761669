"""The database: the declarative base and the only place that commits.

`transaction()` is one durable change, `reading()` one consistent look. Doors, commands and jobs
open them; verbs take the session they are given.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from consent import clock, storage

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite numbers rows by itself only in a column of type INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC moment; SQLite keeps milliseconds since 1970, so that order is by number."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> object:  # type: ignore[override]
        """Choose the column type."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(BigInteger())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> object:
        """Write a moment; a naive one is a mistake of ours."""
        if value is None or dialect.name != "sqlite":
            return value
        return clock.to_ms(value)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read a moment back in UTC."""
        if isinstance(value, int):
            return clock.from_ms(value)
        return value.astimezone(UTC) if isinstance(value, datetime) else None


class Base(DeclarativeBase):
    """What all tables share: names of constraints that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcTime}  # noqa: RUF012 - SQLAlchemy reads it


def table_of(model: type[Base]) -> Table:
    """Return the table behind a model, for inserts that need no object."""
    return cast("Table", model.__table__)


class Database:
    """One engine and the two ways into it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.dialect = storage.dialect(url)
        self.engine = self.dialect.engine(url)
        self._writer = self.engine.execution_options(writes=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit what is done inside, durably, or nothing of it."""
        with Session(self._writer, expire_on_commit=False) as session:
            try:
                yield session
                # Point of no return: after this line the change is on the disk.
                session.commit()
            except BaseException:
                session.rollback()
                raise

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Look at one consistent state; nothing is written."""
        engine = self.engine
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(engine, expire_on_commit=False) as session:
            yield session
            # What was read stays readable after the session; leaving rolls back.
            session.expunge_all()

    def tidy(self) -> None:
        """Do the database's upkeep between commits."""
        self.dialect.tidy(self.engine)

    def purge(self) -> bool:
        """Leave nothing of erased rows behind; False where a long reader was in the way."""
        return bool(self.dialect.purge(self.engine))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
