"""Made in the background: whole, counted, signed, in its place; or not there at all."""

import errno
import json
import os
import stat
import threading
import time
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine

from consent import clock, exports, records
from consent.exporter import heart, jobs
from consent.exports import State
from consent.jobs import leases
from consent.records import Search
from tests.exports.background import asked, filled, found, jobs_of
from tests.exports.evidence import verified
from tests.exports.readers import READERS

ALL = [each.key for each in exports.KINDS]


def folder_of(settings) -> Path:
    return Path(settings.state_dir) / jobs.FOLDER


def names(settings) -> list[str]:
    return sorted(path.name for path in folder_of(settings).iterdir())


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_is_made_whole_and_counted(database, demo, settings, kind):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo, kind)
    assert jobs_of(database, settings).step()
    now = found(database, export)
    assert (now.state, now.error, now.counted == now.written > 0) == (State.DONE, None, True)
    path = folder_of(settings) / now.file_name
    assert names(settings) == [now.file_name]
    assert (now.bytes, now.sha256) == (path.stat().st_size, sha256(path.read_bytes()).hexdigest())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    if kind in READERS:
        with database.reading() as session:
            counted = records.count(session, Search(demo.site.id))
        assert len(READERS[kind](path.read_bytes())) == counted == now.written
    else:
        checked = verified(path)
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_manifest_says_what_is_in_the_file(database, demo, settings):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo, "jsonl", action="save")
    jobs_of(database, settings).step()
    now = found(database, export)
    said = json.loads(now.manifest)
    assert said["file"] == {"name": now.file_name, "bytes": now.bytes, "sha256": now.sha256}
    assert said["rows"] == {"counted": 5, "written": 5}
    assert (said["site"], said["kind"], said["conditions"]) == ("demo", "jsonl", {"action": "save"})
    assert said["note"].startswith("consent.example/log/demo/export\n")


def test_nothing_to_do_is_nothing_done(database, demo, settings):
    assert not jobs_of(database, settings).step()
    assert not folder_of(settings).exists()


def test_a_full_disk_is_a_sentence_and_leaves_no_half_file(database, demo, settings, monkeypatch):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo)

    def full(*_words):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(heart._WatchedFile, "write", full)
    jobs_of(database, settings).step()
    now = found(database, export)
    assert (now.state, now.error, now.file_name) == ("failed", jobs.NO_ROOM, None)
    assert names(settings) == []


def test_rows_that_are_missing_fail_the_export(database, demo, settings, monkeypatch):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo)
    monkeypatch.setattr(records, "count", lambda *_: 7)
    jobs_of(database, settings).step()
    now = found(database, export)
    assert now.state == "failed"
    assert now.error == "5 of 7 records were written: nothing is kept."
    assert names(settings) == []


def test_a_fault_of_ours_is_told_as_one(database, demo, settings, monkeypatch):
    with database.transaction() as session:
        export = asked(session, demo)
    monkeypatch.setattr(exports, "run", lambda *_, **__: 1 / 0)
    jobs_of(database, settings).step()
    assert found(database, export).error == jobs.OURS


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pack"])
def test_a_cancel_is_seen_while_it_is_written(database, demo, settings, monkeypatch, kind):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo, kind)
    monkeypatch.setattr(heart, "SECONDS_BETWEEN", 0.05)
    stream = records.stream

    def slow(*words):
        for row in stream(*words):
            yield row
            with database.transaction() as session:
                now = exports.find(session, demo.site.id, export.id, locked=True)
                if now.state == State.RUNNING:
                    exports.cancel(session, now)
            time.sleep(0.2)

    monkeypatch.setattr(records, "stream", slow)
    jobs_of(database, settings).step()
    now = found(database, export)
    assert (now.state, now.file_name) == ("cancelled", None)
    assert names(settings) == []


def test_a_worker_that_is_told_to_end_gives_the_export_back(database, demo, settings, monkeypatch):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo)
    stop = threading.Event()
    stream = records.stream

    def stopping(*words):
        stop.set()
        yield from stream(*words)

    monkeypatch.setattr(records, "stream", stopping)
    assert not jobs_of(database, settings, stop).step()
    now = found(database, export)
    assert (now.state, now.attempts, now.lease) == ("requested", 0, None)
    assert jobs_of(database, settings).step()
    assert found(database, export).state == "done"


def test_what_a_killed_attempt_left_is_gone_and_the_file_is_whole(database, demo, settings):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo)
        claimed = exports.claim(session)
    left = folder_of(settings) / f".export-{export.id.hex}-{claimed.lease}"
    left.mkdir(parents=True)
    (left / "half.csv").write_text("half")
    with time_machine.travel(clock.now() + 2 * leases.LEASE):
        assert jobs_of(database, settings).step()
    now = found(database, export)
    assert (now.state, now.attempts, names(settings)) == ("done", 2, [now.file_name])


def test_expired_files_go_and_what_no_row_names_goes_after_an_hour(database, demo, settings):
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo)
    worker = jobs_of(database, settings)
    worker.step()
    path = folder_of(settings) / found(database, export).file_name
    stray, fresh = path.parent / "stray.csv", path.parent / "fresh.csv"
    for each in (stray, fresh, path):
        each.touch()
    os.utime(stray, (0, 0))
    worker.tidy()
    assert names(settings) == sorted([path.name, "fresh.csv"])
    os.utime(path, (0, 0))
    with time_machine.travel(clock.now() + timedelta(days=8)):
        worker.tidy()
    assert found(database, export).state == "expired"
    assert not path.exists()


def test_a_folder_that_is_not_allowed_any_more_fails_with_a_sentence(
    database, demo, settings, tmp_path
):
    with database.transaction() as session:
        export = asked(session, demo)
        export.folder = str(tmp_path / "gone")
    jobs_of(database, settings).step()
    now = found(database, export)
    assert now.state == "failed"
    assert "CONSENT_EXPORT_FOLDER" in now.error
