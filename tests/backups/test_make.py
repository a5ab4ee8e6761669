"""A backup is one file, of one state, that nobody else can read and that replaces nothing."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from consent import backups, records
from consent.config import Settings
from consent.db import Database
from consent.errors import BackupError, ToolError
from consent.storage import sqlite
from tests.backups.rebuild import members, quiet
from tests.factories import a_decision


def test_the_manifest_says_what_is_inside(backup, database):
    found = members(backup)
    manifest = json.loads(found["manifest.json"])
    assert list(found)[:2] == ["manifest.json", "manifest.sha256"]
    assert manifest["format"] == "consent-backup@v1"
    assert manifest["database"]["kind"] == database.engine.dialect.name
    assert manifest["database"]["counts"]["consent_record"] == 30
    assert manifest["database"]["newest_entry"] >= 31
    assert {each["name"] for each in manifest["members"]} == set(list(found)[2:])


def test_its_checksum_is_read_by_the_systems_own_tool(backup, tmp_path):
    folder = tmp_path / "by hand"
    folder.mkdir()
    subprocess.run(["tar", "xzf", backup, "-C", folder], check=True)
    subprocess.run(["sha256sum", "--quiet", "-c", "manifest.sha256"], cwd=folder, check=True)


def test_it_is_for_its_owner_alone_whatever_the_umask(tools, shop, kept, tmp_path):
    before = os.umask(0)
    try:
        backups.make(kept, tmp_path / "b.tar.gz", with_keys=True, work=quiet)
    finally:
        os.umask(before)
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600


def test_keys_left_out_are_nowhere_in_it(tools, shop, kept, settings, tmp_path):
    path = tmp_path / "b.tar.gz"
    backups.make(kept, path, with_keys=False, work=quiet)
    inside = b"".join(members(path).values())
    for key in (*settings.secret_keys, settings.ledger_key):
        assert key.encode() not in inside + path.read_bytes()
    assert not any(name.startswith("keys/") for name in members(path))


def test_the_keys_in_force_are_inside_also_when_they_come_from_the_environment(
    tools, shop, settings, tmp_path
):
    backups.make(settings, tmp_path / "b.tar.gz", with_keys=True, work=quiet)
    found = members(tmp_path / "b.tar.gz")
    assert found["keys/secret_keys"].decode().strip() == ",".join(settings.secret_keys)
    assert found["keys/ledger_key"].decode().strip() == settings.ledger_key


def test_keys_that_are_nowhere_are_not_made_and_fail_the_backup(tools, shop, settings, tmp_path):
    bare = Settings(database_url=settings.database_url, state_dir=str(tmp_path / "none"))
    with pytest.raises(BackupError, match=r"no key at .*leave-out"):
        backups.make(bare, tmp_path / "b.tar.gz", with_keys=True, work=quiet)
    assert not (tmp_path / "b.tar.gz").exists()
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_there_is_never_overwritten(tools, shop, kept, tmp_path):
    path = tmp_path / "b.tar.gz"
    path.write_text("mine")
    with pytest.raises(BackupError, match="there already"):
        backups.make(kept, path, with_keys=False, work=quiet)
    path.unlink()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(BackupError, match="there already"):
        backups.make(kept, path, with_keys=False, work=quiet)
    assert path.is_symlink()


def test_a_file_made_meanwhile_is_not_overwritten_either(tools, shop, kept, tmp_path, monkeypatch):
    path = tmp_path / "b.tar.gz"
    real = backups.archive.pack

    def slow(*words):
        real(*words)
        path.write_text("mine")

    monkeypatch.setattr("consent.backups.archive.pack", slow)
    with pytest.raises(BackupError, match="there already"):
        backups.make(kept, path, with_keys=False, work=quiet)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_said(shop, kept, tmp_path):
    with pytest.raises(BackupError, match="no folder"):
        backups.make(kept, tmp_path / "no" / "b.tar.gz", with_keys=False, work=quiet)


def test_a_database_that_is_not_there_is_not_made(tmp_path):
    url = f"sqlite:///{tmp_path / 'var' / 'consent.db'}"
    with pytest.raises(BackupError, match="no database"):
        backups.make(Settings(url), tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_our_tables_is_nothing_to_back_up(tools, elsewhere, tmp_path):
    if elsewhere.startswith("sqlite"):
        Database(elsewhere).engine.connect().close()
    with pytest.raises(BackupError, match="no tables of this service"):
        backups.make(Settings(elsewhere), tmp_path / "b.tar.gz", with_keys=False, work=quiet)


def test_a_damaged_sqlite_file_gives_no_backup(sqlite_template, tmp_path):
    body = bytearray(sqlite_template.read_bytes())
    body[4096 * 2 : 4096 * 9] = b"\xff" * (4096 * 7)
    (tmp_path / "bad.db").write_bytes(body)
    (tmp_path / "text.db").write_text("no database at all, but long enough to be asked about it")
    for name in ("bad.db", "text.db"):
        settings = Settings(f"sqlite:///{tmp_path / name}")
        with pytest.raises(BackupError):
            backups.make(settings, tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    assert not (tmp_path / "b.tar.gz").exists()


def test_what_is_counted_is_what_is_copied(backup, tools, shop, kept, database, tmp_path):
    """A decision that comes between counting and dumping is in neither."""

    def meddling(name, total):
        if name == "Packing":
            with database.transaction() as session:
                records.capture(session, shop.site, a_decision(shop), records.Known(), None)
        return quiet(name, total)

    path = tmp_path / "b.tar.gz"
    manifest = backups.make(kept, path, with_keys=False, work=meddling)
    assert manifest.database.counts["consent_record"] == 30
    assert json.loads(members(path)["manifest.json"])["database"]["counts"]["consent_record"] == 30


def test_no_writer_waits_for_a_backup_of_sqlite(sqlite_template, tmp_path, monkeypatch):
    """A checkpoint that waited for the copy would hold up every decision for seconds."""
    path = tmp_path / "consent.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE filler (body BLOB)"))
        session.execute(text("INSERT INTO filler VALUES (randomblob(6000000))"))
    waited = []

    def write(_done):
        if len(waited) == 5:
            return
        started = time.monotonic()
        with database.transaction() as session:
            session.execute(text("INSERT INTO filler VALUES (1)"))
        database.tidy()
        waited.append(time.monotonic() - started)

    monkeypatch.setattr(sqlite, "STEPS_BETWEEN_LOOKS", 50)
    reader = Database(database.url)
    seen = sqlite.copy(
        reader.engine,
        tmp_path / "copy",
        lambda connection: connection.scalar(text("SELECT count(*) FROM filler")),
        write,
    )
    assert seen == 1
    assert len(waited) == 5
    assert max(waited) < 2
    reader.close()
    database.tidy()
    database.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_tools_that_do_not_fit_are_said_with_their_package(
    shop, kept, server, tmp_path, monkeypatch
):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    monkeypatch.setenv("PATH", str(tool.parent))
    with pytest.raises(ToolError, match=r"pg_dump is not on PATH.* postgresql-client-\d+"):
        backups.make(kept, tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.1'\n")
    tool.chmod(0o755)
    with pytest.raises(ToolError, match=r"pg_dump 9 is too old"):
        backups.make(kept, tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    if server < 17:
        tool.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 17.2'\n")
        with pytest.raises(ToolError, match=r"pg_dump 17 is too new"):
            backups.make(kept, tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    assert not Path(tmp_path / "b.tar.gz").exists()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_password_is_not_among_the_tools_words_nor_in_what_they_say(
    shop, kept, database, server, tmp_path, monkeypatch
):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = --version ] && {{ echo "pg_dump (PostgreSQL) {server}.1"; exit; }}\n'
        f'echo "$@" > {tmp_path}/words\n'
        f'cat $(echo "$@" | sed "s/.*passfile=\'\\([^\']*\\)\'.*/\\1/") > {tmp_path}/passwords\n'
        'echo "no such luck" >&2; exit 1\n'
    )
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    url = database.engine.url.set(password="pa:ss'w\\ord").render_as_string(hide_password=False)
    with pytest.raises(BackupError, match="no such luck") as failed:
        backups.make(Settings(url), tmp_path / "b.tar.gz", with_keys=False, work=quiet)
    assert "pa:ss" not in str(failed.value)
    assert "pa:ss" not in (tmp_path / "words").read_text()
    assert (tmp_path / "passwords").read_text() == "*:*:*:*:pa\\:ss'w\\\\ord\n"


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_told_to_end_it_takes_its_drafts_along(shop, kept, server, tmp_path, monkeypatch):
    tool = tmp_path / "bin" / "pg_dump"
    tool.parent.mkdir()
    tool.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = --version ] && {{ echo "pg_dump (PostgreSQL) {server}.1"; exit; }}\n'
        f"touch {tmp_path}/begun\nexec sleep 60\n"
    )
    tool.chmod(0o755)
    output = tmp_path / "out" / "b.tar.gz"
    output.parent.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "consent", "backup", "--output", output, "--keys", "include"],
        env={
            **os.environ,
            "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}",
            "CONSENT_DATABASE_URL": kept.database_url,
            "CONSENT_STATE_DIR": kept.state_dir,
        },
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "begun").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert len(list(output.parent.iterdir())) == 1
    process.terminate()
    assert process.wait(30) == 1
    assert list(output.parent.iterdir()) == []
