"""What differs between databases. A new one is a module with these functions and a line in TABLE.

engine(url)         a SQLAlchemy engine with the settings that make commits durable
tidy(engine)        upkeep between commits, such as a checkpoint
prepare(session)    upkeep of tables ahead of time, such as next month's partition
explain(engine)     sentences for the operator about a build or setting that is not safe
"""

from types import ModuleType

from sqlalchemy.engine import make_url

from consent.storage import postgresql, sqlite

# Tables whose partitions the service makes itself, where the database has partitions.
PARTITIONED = postgresql.PARTITIONED

TABLE: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


def dialect(url: str) -> ModuleType:
    """Return the module for a database URL."""
    return TABLE[make_url(url).get_backend_name()]
