"""What comes back is what went in; nothing that is there is replaced."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text

from consent import create_app, migrate, tables
from consent.backups import Kept
from consent.config import Settings
from consent.db import Database
from consent.errors import BackupError, TargetNotEmptyError, ToolError
from tests.backups.rebuild import restored, with_manifest


def everything(url: str) -> dict[str, list]:
    database = Database(url)
    with database.reading() as session:
        found = {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in tables.metadata.sorted_tables
        }
    database.close()
    return found


def test_every_row_of_every_table_comes_back(backup, database, new_machine):
    done = restored(backup, new_machine)
    before, after = everything(database.url), everything(new_machine.database_url)
    assert after == before
    assert done.facts.counts == {name: len(rows) for name, rows in before.items()}
    assert not done.needs_upgrade


def test_the_schema_is_whole_and_takes_new_records(backup, new_machine):
    restored(backup, new_machine)
    database = Database(new_machine.database_url)
    assert migrate.is_current(database)
    assert migrate.differences(database) == []
    settings = replace(new_machine, secret_keys=("k" * 32,), public_url="https://consent.example")
    client = create_app(settings, database).test_client()
    assert client.get("/readyz").status_code == 200
    database.close()


def test_keys_are_written_where_none_are_for_their_owner_alone(backup, new_machine, settings):
    done = restored(backup, new_machine)
    assert done.keys == {"secret_keys": Kept.WRITTEN, "ledger_key": Kept.WRITTEN}
    assert done.missing_keys == ()
    folder = Path(new_machine.state_dir)
    assert (folder / "secret_keys").read_text().strip() == ",".join(settings.secret_keys)
    assert (folder / "ledger_key").read_text().strip() == settings.ledger_key
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_keys_that_are_there_are_never_replaced(backup, new_machine, settings):
    folder = Path(new_machine.state_dir)
    folder.mkdir()
    (folder / "secret_keys").write_text("another-key-of-32-characters-123\n")
    done = restored(backup, replace(new_machine, ledger_key=settings.ledger_key))
    assert done.keys == {"secret_keys": Kept.OTHER, "ledger_key": Kept.SAME}
    assert (folder / "secret_keys").read_text() == "another-key-of-32-characters-123\n"
    assert not (folder / "ledger_key").exists()


def test_a_target_that_is_not_empty_is_refused_and_untouched(backup, database, kept):
    before = everything(database.url)
    with pytest.raises(TargetNotEmptyError, match="--database-url"):
        restored(backup, kept)
    assert everything(database.url) == before


def test_the_bytes_of_a_refused_sqlite_file_stay_the_same(sqlite_template, tmp_path):
    path = tmp_path / "consent.db"
    for content in (sqlite_template.read_bytes(), b"not a database"):
        path.write_bytes(content)
        with pytest.raises(TargetNotEmptyError):
            restored(tmp_path / "no.tar.gz", Settings(f"sqlite:///{path}"))
        assert path.read_bytes() == content
        assert [each.name for each in tmp_path.iterdir()] == ["consent.db"]


@pytest.mark.parametrize("end", ["-wal", "-shm", "-journal"])
def test_files_of_an_older_sqlite_database_are_never_mixed_into_a_new_one(tmp_path, end):
    (tmp_path / f"consent.db{end}").write_bytes(b"")
    with pytest.raises(TargetNotEmptyError, match=f"consent.db{end}"):
        restored(tmp_path / "no.tar.gz", Settings(f"sqlite:///{tmp_path / 'consent.db'}"))


def test_a_database_without_tables_takes_a_backup(backup, database, new_machine):
    other = Database(new_machine.database_url)
    with other.engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    other.close()
    restored(backup, new_machine)
    assert everything(new_machine.database_url) == everything(database.url)


def test_a_backup_of_a_newer_release_is_refused(backup, new_machine):
    newer = with_manifest(backup, lambda manifest: manifest.update(product="99.0.0"))
    with pytest.raises(BackupError, match=r"release 99\.0\.0"):
        restored(newer, new_machine)
    unknown = with_manifest(backup, lambda manifest: manifest["database"].update(revision="9999"))
    with pytest.raises(BackupError, match="schema this release does not know"):
        restored(unknown, new_machine)
    assert not Path(new_machine.state_dir).exists()


def test_a_backup_of_an_older_schema_is_restored_and_asks_for_the_upgrade(
    backup, new_machine, monkeypatch
):
    monkeypatch.setattr(
        "alembic.script.ScriptDirectory.get_current_head", lambda _self: "a later one"
    )
    assert restored(backup, new_machine).needs_upgrade


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_backup_of_another_kind_of_database_is_refused(backup, tmp_path):
    target = Settings(f"sqlite:///{tmp_path / 'x.db'}", state_dir=str(tmp_path / "new"))
    with pytest.raises(BackupError, match="is of postgresql, the target is sqlite"):
        restored(backup, target)
    assert not (tmp_path / "x.db").exists()


def test_what_is_not_what_the_manifest_says_is_a_failure(backup, new_machine):
    lying = with_manifest(
        backup, lambda manifest: manifest["database"]["counts"].update(consent_record=31)
    )
    with pytest.raises(BackupError, match="consent_record 30 rows instead of 31"):
        restored(lying, new_machine)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_restore_into_postgresql_is_whole_or_nothing(backup, server, new_machine, monkeypatch):
    tool = Path(new_machine.state_dir).parent / "bin" / "pg_restore"
    tool.parent.mkdir()
    monkeypatch.setenv("PATH", str(tool.parent))
    with pytest.raises(ToolError, match=r"pg_restore is not on PATH"):
        restored(backup, new_machine)
    monkeypatch.undo()
    tool.write_text(
        f"#!/bin/sh\n[ $1 = --version ] || exit 3\necho 'pg_restore (PostgreSQL) {server}'\n"
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(BackupError, match="pg_restore failed"):
        restored(backup, new_machine)
    assert not Path(new_machine.state_dir).exists()
