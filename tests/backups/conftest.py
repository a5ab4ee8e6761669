"""A shop with records, an empty place of the same kind elsewhere, and PostgreSQL's tools."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from consent import backups, records
from consent.config import Settings
from consent.db import Database
from tests import postgres
from tests.backups.rebuild import quiet, tools_folder
from tests.conftest import STRICT
from tests.factories import Demo, a_decision


@pytest.fixture
def server(database: Database) -> int:
    """The major version of the PostgreSQL server."""
    with database.reading() as session:
        return int(session.scalar(text("SHOW server_version_num")) or 0) // 10000


@pytest.fixture
def tools(
    database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """See that pg_dump and pg_restore fit the server: from PATH, or those of the wheel."""
    if database.engine.dialect.name != "postgresql":
        return
    server = request.getfixturevalue("server")
    folder = tools_folder(server)
    if folder is None:
        message = f"PostgreSQL: no pg_dump {server} or newer, neither on PATH nor from a wheel"
        pytest.fail(message) if STRICT else pytest.skip(message)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def elsewhere(database: Database, tmp_path: Path) -> Iterator[str]:
    """Give the URL of an empty place of the same kind."""
    if database.engine.dialect.name == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'consent.db'}"
        return
    server = postgres.server_url()
    assert server is not None
    url = postgres.make_database(server)
    yield url
    postgres.drop_database(server, url)


@pytest.fixture
def shop(database: Database, demo: Demo) -> Demo:
    """A published site with 30 records."""
    with database.transaction() as session:
        for _ in range(30):
            records.capture(session, demo.site, a_decision(demo), records.Known(), None)
    return demo


@pytest.fixture
def kept(settings: Settings) -> Settings:
    """Settings whose keys lie in the state folder, as after a first start."""
    folder = Path(settings.state_dir)
    (folder / "secret_keys").write_text(",".join(settings.secret_keys) + "\n")
    (folder / "ledger_key").write_text(settings.ledger_key + "\n")
    return Settings(database_url=settings.database_url, state_dir=settings.state_dir)


@pytest.fixture
def new_machine(tmp_path: Path, elsewhere: str) -> Settings:
    """Settings of an installation that was never started."""
    return Settings(database_url=elsewhere, state_dir=str(tmp_path / "new"))


@pytest.fixture
def backup(tools: None, shop: Demo, kept: Settings, tmp_path: Path) -> Path:
    """A backup with keys."""
    path = tmp_path / "backup.tar.gz"
    backups.make(kept, path, with_keys=True, work=quiet)
    return path


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path) -> Iterator[None]:
    """Every test leaves its folder without drafts."""
    yield
    assert [path.name for path in tmp_path.rglob(".*")] == []
