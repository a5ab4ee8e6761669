"""`consent doctor`: each mistake of an installation provoked, found, and said what to do about."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest

from consent import clock, doctor, migrate, records, worker
from tests.doctor.conftest import KEYS, found, setting
from tests.factories import a_decision


def not_ok() -> set[tuple[str, str]]:
    found = doctor.examine_installation()
    return {(each.name, str(each.status)) for each in found if each.status != "ok"}


def test_an_installation_that_is_well_has_nothing_to_do_but_be_reachable(here, database):
    worker.run_all(database)
    expected = {("public address", "note"), ("public address", "failed")}
    notes = {("postgresql", "note"), ("postgresql", "warning")}
    assert not_ok() - notes == expected


def test_looking_makes_nothing_and_changes_nothing(folder, tmp_path, monkeypatch):
    setting(monkeypatch, public_url="http://127.0.0.1:9", state_dir=str(tmp_path / "none"),
            database_url=f"sqlite:///{tmp_path}/nowhere/consent.db")  # fmt: skip
    before = sorted(tmp_path.rglob("*"))
    assert found("database", "failed")[0].startswith(f"There is no database at {tmp_path}/nowhere")
    assert len(found("keys", "note")) == 2
    assert sorted(tmp_path.rglob("*")) == before


def test_settings_that_cannot_be_read_are_said_and_the_snippet_is_looked_at(monkeypatch):
    setting(monkeypatch, bind="nonsense", trusted_proxies="-1")
    [said] = found("settings", "failed")
    assert "CONSENT_BIND" in said
    assert "CONSENT_TRUSTED_PROXIES" in said
    assert len(doctor.examine_installation()) == 2


@pytest.mark.parametrize("key", ["secret_keys", "ledger_key"])
def test_a_key_that_others_may_read_is_found(here, key):
    (here / key).chmod(0o640)
    [said] = found("keys", "failed")
    assert f"chmod 600 {here / key}" in said


@pytest.mark.parametrize("key", ["secret_keys", "ledger_key"])
def test_a_key_missing_beside_a_database_is_found_and_none_is_made(here, key):
    (here / key).unlink()
    [said] = found("keys", "failed")
    assert f"no key at {here / key}" in said
    assert not (here / key).exists()


def test_a_short_or_monotonous_key_is_counted_and_not_shown(here, monkeypatch):
    setting(monkeypatch, secret_keys=f"{KEYS[0]},only-16-letters!,{'x' * 40}")
    [said] = found("keys", "warning")
    assert "number 2, 3 of 3" in said
    assert "only-16" not in said


def test_a_folder_in_which_others_write_is_found(here):
    here.chmod(0o777)
    assert f"chmod go-w {here}" in found("folder", "failed")[0]


def test_a_database_that_is_not_migrated_is_found(here, database):
    with database.engine.connect() as connection:
        migrate.command.stamp(migrate.config_for(connection), "0001", purge=True)
        connection.commit()
    try:
        assert found("migrations", "failed") == [
            "The schema is not that of this release. Run `consent upgrade`."
        ]
        assert found("keys", "ok")
    finally:
        with database.engine.connect() as connection:
            migrate.command.stamp(migrate.config_for(connection), "head", purge=True)
            connection.commit()


def test_an_empty_database_is_one_that_is_not_migrated(here, tmp_path, monkeypatch):
    sqlite3.connect(tmp_path / "empty.db").close()
    setting(monkeypatch, database_url=f"sqlite:///{tmp_path}/empty.db")
    assert found("migrations", "failed")


def test_a_file_that_is_no_database_is_said(here, tmp_path, monkeypatch):
    (tmp_path / "letter.db").write_text("Dear diary, " * 100)
    setting(monkeypatch, database_url=f"sqlite:///{tmp_path}/letter.db")
    assert "not a database" in found("database", "failed")[0]


def test_a_server_that_is_not_there_is_said_without_its_password(here, monkeypatch):
    setting(monkeypatch, database_url="postgresql+psycopg://shop:hunter2@127.0.0.1:9/consent")
    [said] = found("database", "failed")
    assert "127.0.0.1:9" in said
    assert found("keys")
    assert found("public address")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_found(here, url, monkeypatch):
    setting(monkeypatch, database_url=url)
    assert found("disk", "failed")


def test_what_waits_and_since_when_is_told_and_nothing_fails(here, database, demo, monkeypatch):
    with database.transaction() as session:
        for _ in range(3):
            records.capture(session, demo.site, a_decision(demo), records.Known(), None)
    [said] = found("queue", "ok")
    # three decisions and the notice
    assert re.match(r"4 leaves wait for a place in the log, the oldest since 20\d\d-", said)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=3))
    assert "Start `consent worker`" in found("queue", "warning")[0]


def test_a_worker_that_never_ran_or_fell_silent_is_found(here, database, monkeypatch):
    assert found("worker", "warning") == ["No worker has reported yet. Start `consent worker`."]
    worker.run_all(database)
    assert found("worker", "ok")
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=6))
    assert "No worker has reported since" in found("worker", "warning")[0]


@pytest.mark.parametrize(("seconds", "status"), [(20, "warning"), (-3600, "failed")])
def test_a_wrong_clock_is_found(here, database, monkeypatch, seconds, status):
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(seconds=seconds))
    said = found("clock", status)
    if database.engine.dialect.name == "postgresql":
        way = "ahead of" if seconds > 0 else "behind"
        assert said
        assert f"{abs(seconds):,} s {way} the database server's" in said[0]
    else:
        # One machine, one clock; a file of the future tells only that it was set back.
        assert bool(said) == (seconds < 0)


def test_no_redis_is_found_and_its_password_not_shown(here, monkeypatch):
    setting(monkeypatch, redis_url="redis://:hunter2@127.0.0.1:9/0")
    [said] = found("limits", "failed")
    assert "Redis" in said


def test_several_processes_without_redis_are_told_what_the_limit_is_then(here, monkeypatch):
    setting(monkeypatch, workers="4")
    assert "up to 12,000 a minute, not 3,000" in found("limits", "warning")[0]


def test_a_check_that_breaks_hides_no_other(here, monkeypatch):
    monkeypatch.setattr(
        "consent.doctor.installation.keys.os.access", lambda *_: 1 / 0, raising=True
    )
    assert found("keys", "failed") == [
        "This could not be looked at (ZeroDivisionError). Run it again."
    ]
    assert found("folder", "ok")


def test_a_shell_gets_a_line_for_each_and_the_status(here):
    words = [sys.executable, "-m", "consent", "doctor"]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert all(re.match(r"(ok|note|warning|failed) +[a-z]", line) for line in lines)
    done = subprocess.run([*words, "--json"], capture_output=True, env=os.environ, check=False)
    assert len(json.loads(done.stdout)["findings"]) == len(lines)
    assert done.returncode == 1
