"""A worker is killed in the middle of an export: nothing half is found, and it is made anew."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import time_machine

from consent import clock
from consent.jobs import leases
from tests.exports.background import asked, filled, found, jobs_of
from tests.exports.readers import READERS

# Writes so slowly that it is surely killed in the middle.
SLOW = """
import sys, time
from consent import config, records
from consent.db import Database
from consent.exporter import Jobs

stream = records.stream
def slow(*words):
    for row in stream(*words):
        yield row
        print("row", flush=True)
        time.sleep(0.2)
records.stream = slow
settings = config.with_keys(config.load())
Jobs(Database(settings.database_url), settings).run_once()
"""


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_killed_worker_leaves_nothing_and_the_next_makes_it_whole(database, demo, settings, kind):
    filled(database, demo, 30)
    with database.transaction() as session:
        export = asked(session, demo, kind)
    environ = {
        **os.environ,
        "CONSENT_DATABASE_URL": settings.database_url,
        "CONSENT_PUBLIC_URL": settings.public_url,
        "CONSENT_STATE_DIR": settings.state_dir,
    }
    worker = subprocess.Popen(
        [sys.executable, "-c", SLOW], env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    for _ in range(8):
        worker.stdout.readline()
    # A second of claim is renewed meanwhile, so the row tells how far it is.
    time.sleep(0.2)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()

    folder = Path(settings.state_dir) / "exports"
    half = found(database, export)
    assert (half.state, half.file_name, half.attempts) == ("running", None, 1)
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".export-")] == []
    assert len(list(folder.iterdir())) == 1

    assert not jobs_of(database, settings).step()
    with time_machine.travel(clock.now() + 2 * leases.LEASE):
        assert jobs_of(database, settings).step()
    whole = found(database, export)
    assert (whole.state, whole.written, whole.attempts) == ("done", 30, 2)
    assert [path.name for path in folder.iterdir()] == [whole.file_name]
    assert len(READERS[kind]((folder / whole.file_name).read_bytes())) == 30
