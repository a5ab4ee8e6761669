"""A real Chromium, the real service and the demo shop, for tests that walk as visitors do."""

import atexit
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

from tests import postgres
from tests.journeys.town import Town, running_town
from tests.journeys.visitor import Visitor

STRICT = os.environ.get("CONSENT_TEST_STRICT") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the browser to drive, or None."""
    named = os.environ.get("CONSENT_TEST_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@cache
def one_playwright() -> Playwright:
    """Start Playwright: a process has one, however many fixtures launch browsers of their own."""
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all; each visitor has a profile of their own in it."""
    path = chromium()
    if path is None:
        message = "Chromium: none at CONSENT_TEST_CHROMIUM and none installed"
        pytest.fail(message) if STRICT else pytest.skip(message)
    expect.set_options(timeout=8000)
    launched = one_playwright().chromium.launch(executable_path=path, args=SWITCHES)
    yield launched
    launched.close()


@contextmanager
def new_town(kind: str, folder: Path) -> Iterator[Town]:
    """Run the service on a new database of a kind, and the demo shop."""
    if kind == "sqlite":
        with running_town(f"sqlite:///{folder}/consent.db", folder) as found:
            yield found
        return
    server = postgres.server_url()
    if server is None:
        message = "PostgreSQL: none at CONSENT_TEST_POSTGRES_URL, on port 5432 or from a wheel"
        pytest.fail(message) if STRICT else pytest.skip(message)
    url = postgres.make_database(server)
    with running_town(url, folder) as found:
        yield found
    postgres.drop_database(server, url)


@pytest.fixture(scope="session")
def sqlite_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Run the service on SQLite, for all who walk there."""
    with new_town("sqlite", tmp_path_factory.mktemp("town")) as found:
        yield found


@pytest.fixture(scope="session")
def postgresql_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Run the service on PostgreSQL, for all who walk there."""
    with new_town("postgresql", tmp_path_factory.mktemp("town")) as found:
        yield found


@pytest.fixture
def town(request: pytest.FixtureRequest) -> Town:
    """Give the town a test walks in: on SQLite unless it asks for both."""
    kind: str = getattr(request, "param", "sqlite")
    found: Town = request.getfixturevalue(f"{kind}_town")
    return found


@pytest.fixture
def arrive(browser: Browser, town: Town) -> Iterator[Callable[..., Visitor]]:
    """Somebody new arrives, with a fresh browser; at the end nobody has met an error."""
    visitors: list[Visitor] = []

    def arrive_in(place: Town = town, **options: object) -> Visitor:
        visitors.append(Visitor(browser, place, **options))
        return visitors[-1]

    yield arrive_in
    for each in visitors:
        each.leave()


@pytest.fixture
def visitor(arrive: Callable[..., Visitor]) -> Visitor:
    """Somebody new."""
    return arrive()


@pytest.fixture
def since(town: Town) -> int:
    """Remember the log's last entry before the test."""
    return town.last_entry()
