"""What keeping the log costs intake: decisions a second with and without it.

Both rounds have the database's upkeep beside them, so that the log alone makes the difference.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from consent import ledger, migrate
from consent.db import Database
from consent.ledger.models import LogCheckpoint
from tests.bench import databases
from tests.durability.test_acknowledged import _send
from tests.factories import Demo, a_body, a_published_site
from tests.processes import Service

ROUNDS = 6
DECISIONS = 1_000
THREADS = 16


def run(folder: Path) -> None:
    """Post decisions in pairs of rounds, one with the log kept and one without, in turns."""
    print(f"\nIntake with the log kept beside it, {ROUNDS} pairs of {DECISIONS:,} decisions")
    for label, url in databases.each(folder):
        _on(label, url, folder)


def _on(label: str, url: str, folder: Path) -> None:
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        demo = a_published_site(session)
    service = Service(url, folder)
    service.start()
    _rate(service, demo)
    shares, busy = [], 0.0
    for at in range(ROUNDS):
        found = {}
        for kept in (at % 2 == 0, at % 2 == 1):
            with _keeper(service, database, kept=kept):
                began = time.monotonic()
                found[kept] = _rate(service, demo)
                busy += kept * (time.monotonic() - began)
        shares.append(found[True] / found[False])
    lost = (1 - median(shares)) * 100
    spread = f"{(1 - max(shares)) * 100:.1f} to {(1 - min(shares)) * 100:.1f}"
    print(f"  {label:<12}{lost:5.1f} % of intake lost (pairs: {spread} %)")
    _say_bytes(database, busy)
    service.stop()
    database.close()


def _rate(service: Service, demo: Demo) -> float:
    def post(body: dict[str, object]) -> int:
        return _send(service, body)[0]

    bodies = [a_body(demo) for _ in range(DECISIONS)]
    began = time.monotonic()
    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(post, bodies)) == {201}
    return len(bodies) / (time.monotonic() - began)


@contextmanager
def _keeper(service: Service, database: Database, *, kept: bool) -> Iterator[None]:
    words = [sys.executable, "-m", "tests.bench.keeper", *(["log"] if kept else [])]
    process = subprocess.Popen(words, env=service.environ)
    try:
        # What the round before left behind is not this round's work.
        deadline = time.monotonic() + 60
        while kept and time.monotonic() < deadline:
            with database.reading() as session:
                if ledger.waiting(session).leaves == 0:
                    break
            time.sleep(0.2)
        time.sleep(2)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _say_bytes(database: Database, seconds: float) -> None:
    with database.reading() as session:
        length = func.coalesce(func.sum(func.length(LogCheckpoint.note)), 0)
        count, size = session.execute(select(func.count(), length)).one()
    decisions = ROUNDS * DECISIONS
    print(
        f"  {'':<12}{count} checkpoints, {size / decisions:.1f} bytes a decision "
        f"({decisions / seconds:,.0f} decisions/s)"
    )
