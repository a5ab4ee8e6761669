"""Migrations: one line of numbered steps, up and down on both databases, equal to the models."""

import ast
import re
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Uuid, insert, inspect, text

from consent import migrate, paths, tables
from consent.db import Database, UtcTime
from tests import postgres

# With a row in one of these there is no way back to an earlier release.
LASTING = {"log_checkpoint", "log_key", "legal_hold", "erasure"}
VERSIONS = paths.MIGRATIONS / "versions"
FILES = sorted(VERSIONS.glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path):
    """Give a database without a single table."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path / 'blank.db'}")
        yield made
        made.close()
        return
    request.getfixturevalue("postgres_url")  # skips or fails where there is no server
    server = postgres.server_url()
    url = postgres.make_database(server)
    made = Database(url)
    yield made
    made.close()
    postgres.drop_database(server, url)


def a_row(table) -> dict:
    """Return a row with something in every column."""
    moment = datetime(2026, 11, 24, 10, 0, 0, 123000, tzinfo=UTC)
    found = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, UtcTime):
            found[column.name] = moment
        elif isinstance(kind, JSON):
            found[column.name] = {"a": ["ü"]}
        elif isinstance(kind, Uuid):
            found[column.name] = UUID(int=7)
        else:
            examples = {int: 1, str: "ä\u2028", bytes: b"\x00\xff", bool: True}
            found[column.name] = examples[kind.python_type]
    return found


def fill(database: Database, *, lasting: bool = True) -> dict[str, tuple]:
    with database.transaction() as session:
        for table in tables.metadata.sorted_tables:
            if lasting or table.name not in LASTING:
                session.execute(insert(table).values(**a_row(table)))
    return rows(database)


def rows(database: Database) -> dict[str, tuple]:
    with database.reading() as session:
        return {
            table.name: tuple(map(str, session.execute(table.select()).one_or_none() or ()))
            for table in tables.metadata.sorted_tables
        }


def test_steps_are_numbered_without_gaps_and_each_follows_the_one_before():
    assert [int(file.name[:4]) for file in FILES] == list(range(1, len(FILES) + 1))
    before = None
    for file in FILES:
        source = file.read_text()
        assert re.search(rf'^revision = "{file.stem}"$', source, re.MULTILINE), file.name
        expected = f'"{before}"' if before else "None"
        assert re.search(rf"^down_revision = {expected}$", source, re.MULTILINE), file.name
        before = file.stem


def test_the_file_head_names_the_last_step(blank):
    with blank.engine.connect() as connection:
        heads = ScriptDirectory.from_config(migrate.config_for(connection)).get_heads()
    assert heads == [FILES[-1].stem]
    assert (VERSIONS / "HEAD").read_text() == f"{FILES[-1].stem}\n"


def test_the_migrated_schema_is_what_the_models_say(blank):
    assert not migrate.is_current(blank)
    migrate.upgrade(blank)
    assert migrate.is_current(blank)
    assert migrate.differences(blank) == []


def test_every_model_is_a_table_and_the_other_way_round(blank):
    migrate.upgrade(blank)
    found = {
        name
        for name in inspect(blank.engine).get_table_names()
        if not name.startswith(("consent_record_", "log_opening_"))
    }
    assert found == {table.name for table in tables.metadata.sorted_tables} | {"alembic_version"}


def test_up_down_and_up_again_with_rows_in_every_table(blank):
    migrate.upgrade(blank)
    fill(blank, lasting=False)
    migrate.downgrade(blank, "base")
    left = set(inspect(blank.engine).get_table_names())
    assert left <= {"alembic_version"}
    migrate.upgrade(blank)
    fill(blank)
    assert migrate.differences(blank) == []


def test_migrating_again_leaves_every_row_as_it_was(blank):
    migrate.upgrade(blank)
    before = fill(blank)
    migrate.upgrade(blank)
    assert rows(blank) == before


@pytest.mark.parametrize("step", range(1, len(FILES)))
def test_each_step_goes_down_and_up_again_with_rows(blank, step):
    migrate.upgrade(blank)
    fill(blank, lasting=False)
    migrate.downgrade(blank, FILES[step - 1].stem)
    assert not migrate.is_current(blank)
    migrate.upgrade(blank)
    assert migrate.differences(blank) == []


@pytest.mark.parametrize("name", sorted(LASTING))
def test_what_was_signed_held_or_erased_is_not_forgotten_by_going_back(blank, name):
    migrate.upgrade(blank)
    fill(blank, lasting=False)
    with blank.transaction() as session:
        table = tables.metadata.tables[name]
        session.execute(insert(table).values(**a_row(table)))
    with pytest.raises(RuntimeError, match="restore a backup of the earlier release"):
        migrate.downgrade(blank, "0002_job_runs")
    with blank.reading() as session:
        assert session.scalar(text(f"SELECT count(*) FROM {name}")) == 1


def test_no_step_leans_on_code_that_will_change():
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] == "consent"], file.name


def test_a_row_of_any_time_has_a_place(blank):
    migrate.upgrade(blank)
    with blank.transaction() as session:
        session.execute(
            insert(tables.metadata.tables["site"]).values(**a_row(tables.metadata.tables["site"]))
        )
        for number, year in enumerate((1971, 2025, 2999), 1):
            opening = {"recorded_at": datetime(year, 1, 1, tzinfo=UTC), "entry_id": number}
            session.execute(insert(tables.metadata.tables["log_opening"]).values(**opening))
        assert session.scalar(text("SELECT count(*) FROM log_opening")) == 3
