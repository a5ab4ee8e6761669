"""How fast the log grows, and how long a proof takes in a large one."""

import time
from pathlib import Path
from statistics import median

from sqlalchemy import insert, update

from consent import clock, ledger, migrate
from consent.db import Database
from consent.ledger import tiles
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogTile
from tests import postgres
from tests.factories import a_published_site
from tests.ledger import naive

BATCHES = (1, 100, 1000)
SECONDS = 5.0
LARGE = 1_000_000
PROOFS = 200


def run(folder: Path) -> None:
    """Measure placing on each database, then proofs out of a million leaves."""
    print("\nEvidence log: leaves placed a second, by batch (one process, nothing else)")
    database = Database(f"sqlite:///{folder}/ledger.db")
    _placing("SQLite", database)
    _proofs(database)
    database.close()
    server = postgres.server_url()
    if server is None:
        print("  PostgreSQL: none here")
        return
    url = postgres.make_database(server)
    database = Database(url)
    _placing("PostgreSQL", database)
    database.close()
    postgres.drop_database(server, url)


def _placing(name: str, database: Database) -> None:
    migrate.upgrade(database)
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, a_published_site(session).site.id)
    for batch in BATCHES:
        _fill(database, log_id, min(20_000, batch * 2_000))
        placed, began = 0, time.perf_counter()
        while time.perf_counter() - began < SECONDS:
            with database.transaction() as session:
                count = ledger.sequence(session, log_id, batch)
            placed += count
            if not count:
                break
        rate = placed / (time.perf_counter() - began)
        print(f"  {name:<12}{batch:>6} at once {rate:>10,.0f}/s")


def _fill(database: Database, log_id: int, count: int) -> None:
    rows = [
        {
            "log_id": log_id,
            "kind": "consent",
            "leaf": f"leaf-{at}",
            "leaf_hash": naive.leaf_hash(at),
        }
        for at in range(count)
    ]
    with database.transaction() as session:
        session.execute(insert(LogEntry), rows)


def _proofs(database: Database) -> None:
    """Build a log of a million leaves out of its tiles alone, and prove some of them."""
    with database.transaction() as session:
        log = Log(site_id=None, created_at=clock.now())
        session.add(log)
        session.flush()
        stored: dict[tuple[int, int], bytes] = {}
        hashes = [naive.leaf_hash(at) for at in range(LARGE)]
        for begin in range(0, LARGE, 50_000):
            part = hashes[begin : begin + 50_000]
            stored.update(tiles.extend(lambda *key: stored[key], begin, part))
        rows = [
            {"log_id": log.id, "level": level, "number": number, "data": data}
            for (level, number), data in stored.items()
        ]
        session.execute(insert(LogTile), rows)
        session.execute(update(Log).where(Log.id == log.id).values(size=LARGE))
        session.add(LogCheckpoint(log_id=log.id, size=LARGE, note="-", published_at=clock.now()))
        log_id = log.id
    times = []
    for at in range(PROOFS):
        with database.reading() as session:
            began = time.perf_counter()
            proof = ledger.proof_of(session, log_id, at * 4999)
            times.append(time.perf_counter() - began)
        assert proof is not None
    size = sum(map(len, stored.values()))
    print(
        f"  a proof in a log of {LARGE:,}: {median(times) * 1000:.1f} ms, {len(proof.hashes)} "
        f"hashes; tiles {size / LARGE:.2f} bytes a leaf"
    )
