"""What differs between databases. A new one is a module with these functions and a line in TABLE.

engine(url)         a SQLAlchemy engine with the settings that make commits durable
tidy(engine)        upkeep between commits, such as a checkpoint
purge(engine)       after erasing: leave nothing of the rows; False if a reader was in the way
prepare(session)    upkeep of tables ahead of time, such as next month's partition
explain(engine)     sentences for the operator about a build or setting that is not safe
sizes(engine)       bytes on the disk, by part: always `database`, where there is one also `wal`

and, for backups:

place(url)          where a database is, in words without a secret
is_there(url)       whether there is a database to copy; asking makes none
near(url)           the folder in which a copy must lie before it is loaded, if that matters
expected(engine)    about how many bytes a copy will have, if that can be known
examine(engine, look)  what `look` finds in a database, however long it takes
copy(engine, ...)   one consistent state as a file, with what `look` finds in that very state
refuse_full(url)    an error that says what to do unless a backup may be restored there
load(url, ...)      put such a file into an empty place, whole or not at all
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
