"""Decisions a second through the whole server, client and server on the same cores."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import text

from consent import migrate
from consent.db import Database
from tests.bench import databases
from tests.durability.test_acknowledged import _send
from tests.factories import a_body, a_published_site
from tests.processes import Service

DECISIONS = 2_000


def run(folder: Path) -> None:
    """Post decisions from 1 and from 16 threads, on each database."""
    print(f"\n{DECISIONS:,} decisions, each acknowledged after its durable commit")
    print(f"  {'':24}{'per second':>11}{'median ms':>11}{'p95 ms':>8}")
    for label, url in databases.each(folder):
        _on(label, url, folder)


def _on(label: str, url: str, folder: Path) -> None:
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        demo = a_published_site(session)
        session.execute(text("SELECT 1"))
    service = Service(url, folder)
    service.start()
    for threads in (1, 16):
        bodies = [a_body(demo) for _ in range(DECISIONS // (4 if threads == 1 else 1))]

        def timed(body: dict[str, object]) -> float:
            started = time.monotonic()
            status, _ = _send(service, body)
            assert status == 201
            return (time.monotonic() - started) * 1000

        started = time.monotonic()
        with ThreadPoolExecutor(threads) as pool:
            took = sorted(pool.map(timed, bodies))
        rate = len(bodies) / (time.monotonic() - started)
        median, p95 = statistics.median(took), took[int(len(took) * 0.95)]
        print(f"  {label + f', {threads} threads':24}{rate:>11,.0f}{median:>11.1f}{p95:>8.1f}")
    service.stop()
    database.close()
