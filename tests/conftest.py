"""Fixtures: a migrated database of each kind, the app on it, a published site."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import create_app, migrate, tables
from consent.config import Settings
from consent.db import Database
from tests import postgres
from tests.factories import Demo, a_published_site

STRICT = os.environ.get("CONSENT_TEST_STRICT") == "1"


def pytest_report_header() -> str:
    server = postgres.server_url()
    return f"databases: SQLite and {'PostgreSQL' if server else 'NO PostgreSQL (none was found)'}"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "consent.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Make an empty migrated PostgreSQL database of this test process."""
    server = postgres.server_url()
    if server is None:
        message = "PostgreSQL: none at CONSENT_TEST_POSTGRES_URL, on port 5432 or from a wheel"
        pytest.fail(message) if STRICT else pytest.skip(message)
    url = postgres.make_database(server)
    database = Database(url)
    migrate.upgrade(database)
    database.close()
    yield url
    postgres.drop_database(server, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """Give an empty migrated database; every test that uses it runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "consent.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        made = Database(f"sqlite:///{path}")
    else:
        made = Database(request.getfixturevalue("postgres_url"))
        with made.transaction() as session:
            # Emptying a few rows is ten times faster than TRUNCATE, which makes new files.
            for table in reversed(tables.metadata.sorted_tables):
                session.execute(delete(table))
    yield made
    made.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One transaction, committed at the end of the test."""
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Give the settings of a service that limits nobody."""
    return Settings(
        database_url=database.url,
        public_url="https://consent.example",
        secret_keys=("an-old-key-of-32-characters-1234", "a-new-key-of-32-characters-12345"),
        ledger_key="A" * 43 + "=",
        state_dir=str(tmp_path),
        decisions_per_minute=0,
    )


@pytest.fixture
def app(settings: Settings, database: Database) -> Flask:
    """Make the service."""
    return create_app(settings, database)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a program that sends requests to it."""
    return app.test_client()


@pytest.fixture
def demo(database: Database) -> Demo:
    """Publish a site with the key `demo`, origin https://shop.example, and one published notice."""
    with database.transaction() as opened:
        return a_published_site(opened)
