"""The real server on each kind of database, and a site for it to serve."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.db import Database
from tests.factories import Demo, a_published_site
from tests.processes import Service


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[Service]:
    """The real server on each kind of database."""
    made = Service(database.url, tmp_path)
    yield made
    made.stop()


@pytest.fixture
def shop(database: Database) -> Demo:
    """A published site."""
    with database.transaction() as session:
        return a_published_site(session)
