"""`consent export` of 200,000 records: rows a second and peak memory, CSV and JSONL."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from consent import clock, ids, migrate
from consent.db import Database
from consent.demo import seed
from consent.ledger.models import LogEntry
from consent.records.models import ConsentRecord

RECORDS = 200_000
FEW = 2_000
AT_ONCE = 5_000


def run(folder: Path) -> None:
    """Fill a database of each kind at hand and export it."""
    print(f"\nExport of {RECORDS:,} records (memory is the whole process)")
    print(f"  {'':24}{'seconds':>9}{'rows/s':>10}{'peak MB':>9}{'file MB':>9}")
    url = f"sqlite:///{folder / 'bench.db'}"
    environ = {**os.environ, "CONSENT_DATABASE_URL": url, "CONSENT_STATE_DIR": str(folder)}
    fill(url, FEW)
    for key in ("csv", "jsonl"):
        _measure(environ, folder, key, FEW)
    fill(url, RECORDS - FEW)
    for key in ("csv", "jsonl"):
        _measure(environ, folder, key, RECORDS)


def fill(url: str, count: int) -> None:
    """Add rows like the demo's first one, each with ids, moment and leaf of its own."""
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        seed.seed(session, "http://127.0.0.1:8000")
        model = session.scalars(select(ConsentRecord).limit(1)).one()
        facts = {
            column.name: getattr(model, column.name) for column in ConsentRecord.__table__.columns
        }
        entry = session.get_one(LogEntry, model.entry_id)
        last = session.scalars(select(LogEntry.id).order_by(LogEntry.id.desc()).limit(1)).one()
        leaf = {"log_id": entry.log_id, "kind": "consent", "leaf": entry.leaf}
    for start in range(0, count, AT_ONCE):
        rows = list(_rows(facts, last + start, min(AT_ONCE, count - start)))
        leaves = [{**leaf, "id": row["entry_id"], "leaf_hash": os.urandom(32)} for row in rows]
        with database.transaction() as session:
            session.execute(insert(LogEntry), leaves)
            session.execute(insert(ConsentRecord), rows)
        database.tidy()
    database.close()


def _rows(facts: dict[str, Any], after: int, count: int) -> Iterator[dict[str, Any]]:
    now = clock.now()
    for number in range(1, count + 1):
        moment = now + timedelta(milliseconds=number)
        yield {
            **facts,
            "id": ids.new_record_id(moment),
            "recorded_at": moment,
            "subject_id": ids.new_subject_id(),
            "entry_id": after + number,
        }


def _measure(environ: dict[str, str], folder: Path, key: str, count: int) -> None:
    target = folder / f"out.{key}"
    words = ["export", "--site", "demo", "--format", key, "--output", str(target)]
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "consent", *words], env=environ, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    took = time.monotonic() - started
    assert process.returncode == 0
    size = target.stat().st_size / 1e6
    rate = count / took
    peak = usage.ru_maxrss / 1024
    print(f"  {key + f', {count:,} rows':24}{took:>9.1f}{rate:>10,.0f}{peak:>9.0f}{size:>9.1f}")
