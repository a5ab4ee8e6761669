"""Move the database's schema to what this release expects. Alembic, configured in code."""

from functools import cache

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from consent import paths, tables
from consent.db import Database
from consent.storage import PARTITIONED


def config_for(connection: Connection) -> Config:
    """Return Alembic's configuration for one connection."""
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Migrate up; a database that is there already is only looked at."""
    with database.engine.connect() as connection:
        _set_timeouts(connection)
        command.upgrade(config_for(connection), revision)
        connection.commit()
    with database.transaction() as session:
        database.dialect.prepare(session)


def downgrade(database: Database, revision: str) -> None:
    """Migrate down."""
    with database.engine.connect() as connection:
        command.downgrade(config_for(connection), revision)
        connection.commit()


def is_current(database: Database) -> bool:
    """Say whether the schema is the one this release expects."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == _head()


def differences(database: Database) -> list[object]:
    """Return what the models say and the migrated schema does not."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": is_migrated, "compare_type": True}
        )
        return list(compare_metadata(context, tables.metadata))


def is_migrated(_object: object, name: str, kind: str, *_: object) -> bool:
    """Say whether migrations make this: partitions are made by the service, ahead of time."""
    return not (kind == "table" and name.startswith(_PARTITIONS))


@cache
def _head() -> str | None:
    # Reading the scripts costs more than asking the database, and a monitor asks every second.
    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head()


def _set_timeouts(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # A migration that cannot get its lock soon must not hold up the whole service behind it.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '10min'"))


_PARTITIONS = tuple(f"{table}_" for table in PARTITIONED)
