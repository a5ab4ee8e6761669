"""The worker's loop does not wait for anybody outside: the real command, in a process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from consent import anchors, ledger
from consent.ledger.models import Log
from tests.anchors.servers import AWitness, hanging, serving
from tests.ledger.test_sequence import queue


@contextmanager
def working(log, folder: Path, *words: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `consent worker` with the same database and keys."""
    environ = {name: each for name, each in os.environ.items() if not name.startswith("CONSENT_")}
    known = {
        "CONSENT_DATABASE_URL": log.settings.database_url,
        "CONSENT_PUBLIC_URL": log.settings.public_url,
        "CONSENT_LEDGER_KEY": log.settings.ledger_key,
        "CONSENT_STATE_DIR": log.settings.state_dir,
        "CONSENT_LOG_FORMAT": "text",
    }
    with (folder / "worker.log").open("ab") as told:
        running = subprocess.Popen(
            [sys.executable, "-m", "consent", "worker", *words],
            env={**environ, **known, **settings}, stdout=told, stderr=told,
        )  # fmt: skip
        try:
            yield running
        finally:
            if running.poll() is None:
                running.send_signal(signal.SIGTERM)
            running.wait(20)


def until(is_so, seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.1)
    return False


def size(log) -> int:
    with log.database.reading() as session:
        return session.get_one(Log, log.log_id).size


def test_decisions_are_placed_and_signed_while_everybody_outside_hangs(log, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    witness = AWitness({log.origin: log.verifier})
    with ExitStack() as stack:
        silent, deaf = stack.enter_context(hanging()), stack.enter_context(hanging())
        running = stack.enter_context(
            working(
                log,
                tmp_path,
                CONSENT_WITNESSES=f"{silent}={witness.verifier.vkey}",
                CONSENT_ANCHOR_WEBHOOK=deaf,
                CONSENT_ANCHOR_FOLDER=str(outside),
            )
        )
        # The first target, a file, is laid down; the next one hangs from now on for five seconds.
        assert until(lambda: list(outside.rglob("*.note")))
        begun = time.monotonic()
        for _ in range(3):
            before = size(log)
            queue(log.database, log.log_id, 256)
            assert until(lambda before=before: size(log) >= before + 256, 4)
        assert time.monotonic() - begun < 10
        assert until(lambda: log.newest().size == size(log), 4), "and signed"

        told = tmp_path / "worker.log"
        assert until(lambda: f"webhook {deaf}: it did not answer within 5 s" in told.read_text(), 9)
        # Now the witness hangs.
        running.send_signal(signal.SIGTERM)
        assert running.wait(4) == 0, "a hanging call does not hold the end up"
    assert "witness" not in told.read_text()


def test_the_worker_lays_down_what_it_signs(log, tmp_path):
    witness = AWitness({log.origin: log.verifier})
    queue(log.database, log.log_id, 300)
    with (
        serving(witness) as address,
        working(log, tmp_path, CONSENT_WITNESSES=f"{address}={witness.verifier.vkey}"),
    ):
        assert until(log.listed)
    (kept,) = log.listed()[:1]
    with log.database.reading() as session:
        assert ledger.published(session, log.log_id).size >= kept.size > 0


@pytest.mark.parametrize("words", [("--once",), ()])
def test_a_wrong_key_stops_the_start_with_a_sentence(log, tmp_path, words):
    vkey = AWitness({}).verifier.vkey.replace("w1", "w2")
    setting = f"https://w.example={vkey}"
    with working(log, tmp_path, *words, CONSENT_WITNESSES=setting) as running:
        assert running.wait(30) == 1
    told = (tmp_path / "worker.log").read_text()
    assert "CONSENT_WITNESSES: " in told
    assert "Traceback" not in told


def test_once_lays_down_and_ends(log, tmp_path):
    witness = AWitness({log.origin: log.verifier})
    with serving(witness) as address:
        setting = f"{address}={witness.verifier.vkey}"
        for _ in range(2):
            with working(log, tmp_path, "--once", CONSENT_WITNESSES=setting) as running:
                assert running.wait(30) == 0
        with log.database.transaction() as session:
            session.delete(session.get(anchors.read.LogAnchor, _key(log, witness)))
        with working(log, tmp_path, "--once", CONSENT_WITNESSES=setting) as running:
            assert running.wait(30) == 0
    assert witness.answered == [200, 409, 200]
    assert len(log.listed()) == 1


def _key(log, witness):
    return log.log_id, log.newest().size, "witness", witness.verifier.vkey
