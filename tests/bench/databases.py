"""Each kind of database that is here, empty, one after the other."""

from collections.abc import Iterator
from pathlib import Path

from tests import postgres


def each(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the URL of each; says so where PostgreSQL is missing."""
    yield "SQLite", f"sqlite:///{folder / 'bench.db'}"
    server = postgres.server_url()
    if server is None:
        print("  PostgreSQL: not run, none was found")
        return
    url = postgres.make_database(server)
    try:
        yield "PostgreSQL", url
    finally:
        postgres.drop_database(server, url)
