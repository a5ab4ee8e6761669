"""Many writers, many sequencers, `kill -9` at every point: one log, whole, and nothing unsaid.

CONSENT_TEST_KILLS sets how many sequencers are killed at random; the long form has thirty.
"""

import base64
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from consent import clock, ledger
from consent.config import Settings
from consent.db import Database
from consent.ledger import notes, tree
from consent.ledger.models import LogCheckpoint
from consent.sequencer import Sequencer
from tests.durability.sequencing import SEED, URL
from tests.ledger.test_sequence import check, log_id, queue  # noqa: F401 - a fixture

KILLS = int(os.environ.get("CONSENT_TEST_KILLS", "3"))
POINTS = (
    "inside placing", "after placing", "inside signing", "before the mark", "after the mark",
)  # fmt: skip
WRITERS, SEQUENCERS = 4, 3


class Keepers:
    """Sequencer processes, ended by pid."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url, self._folder = url, folder
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, point: str = "never", node: int = 0) -> subprocess.Popen[bytes]:
        """Start one on a node of its own folder."""
        folder = self._folder / f"node-{node}"
        words = [sys.executable, "-m", "tests.durability.sequencing", self._url, str(folder), point]
        made = subprocess.Popen(words)
        self._running.append(made)
        return made

    def stop(self) -> None:
        """End all that are left."""
        for each in self._running:
            each.kill()
            each.wait()


@pytest.fixture
def keepers(database: Database, tmp_path: Path) -> Iterator[Keepers]:
    made = Keepers(database.url, tmp_path)
    yield made
    made.stop()


def finish(database: Database, folder: Path, log: int) -> int:
    """Keep the log once more in this process, then hold everything against everything."""
    settings = Settings(
        database_url=database.url, public_url=URL, ledger_key=SEED,
        state_dir=str(folder / "node-0"), secret_keys=("k" * 32,),
    )  # fmt: skip
    keeper = Sequencer(database, settings)
    keeper.step()
    keeper.show(log)
    size = check(database, log)
    verifier = ledger.verifier(f"{URL.partition('://')[2]}/log/demo", base64.b64decode(SEED))
    with database.reading() as session:
        hash_of = ledger.hashes(session, log)
        shown = 0
        for row in session.scalars(select(LogCheckpoint).where(LogCheckpoint.log_id == log)):
            found = notes.checkpoint(notes.opened(row.note, [verifier]))
            assert found.size == row.size
            assert tree.root(hash_of, found.size) == found.root
            shown += row.published_at is not None
        assert shown
        assert ledger.published(session, log).size == size
    return size


@pytest.mark.parametrize("point", POINTS)
def test_a_sequencer_killed_at_any_point_leaves_a_whole_log(
    database: Database,
    tmp_path: Path,
    log_id: int,  # noqa: F811
    keepers: Keepers,
    point: str,
) -> None:
    entries = queue(database, log_id, 40)
    assert keepers.start(point).wait(60) == -9
    entries += queue(database, log_id, 40)
    finish(database, tmp_path, log_id)
    with database.reading() as session:
        assert None not in [ledger.place_of(session, entry)[1] for entry in entries]


def test_writers_and_sequencers_under_kill_9_make_one_log(
    database: Database,
    tmp_path: Path,
    log_id: int,  # noqa: F811
    keepers: Keepers,
) -> None:
    chance = random.Random(4)
    acknowledged: list[int] = []
    done = threading.Event()

    def write(number: int) -> None:
        at = 0
        while not done.is_set():
            at += 1
            with database.transaction() as session:
                found = ledger.queue(
                    session, log_id, ledger.Kind.CONSENT, f"{number}-{at}".encode(),
                    recorded_at=clock.now(),
                )  # fmt: skip
                # The first of them commits late, on a database where commits can cross.
                if number == 0 and database.url.startswith("postgresql"):
                    time.sleep(0.03)
            acknowledged.append(found.entry_id)
            time.sleep(0.005)

    running = [keepers.start(node=node) for node in range(SEQUENCERS)]
    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    time.sleep(2)
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.05, 0.5))
        node = chance.randrange(SEQUENCERS)
        running[node].kill()
        running[node].wait()
        running[node] = keepers.start(node=node)
    time.sleep(1)
    done.set()
    for writer in writers:
        writer.join()
    keepers.stop()

    size = finish(database, tmp_path, log_id)
    assert len(acknowledged) > 50
    with database.reading() as session:
        places = [ledger.place_of(session, entry)[1] for entry in acknowledged]
    assert None not in places
    assert len(set(places)) == len(acknowledged) <= size
