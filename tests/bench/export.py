"""Exports of many records: rows a second and peak memory of each format, beside a bare dump.

What the database's own tool takes for the same rows (`.dump` of SQLite, `COPY` of PostgreSQL) is
the floor: it knows no columns of ours, no counting and no formulas.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from consent import clock, exports, ids, migrate
from consent.db import Database
from consent.demo import seed
from consent.ledger.models import LogEntry
from consent.records.models import ConsentRecord
from tests.bench import databases

RECORDS = 1_000_000
FEW = 2_000
AT_ONCE = 5_000
KEYS = tuple(each.key for each in exports.TABLE if not each.missing)


def run(folder: Path, count: int = RECORDS) -> None:
    """Fill each database at hand and export it: memory must be that of a few rows."""
    print(f"\nExport of {count:,} records (memory is the whole process)")
    for label, url in databases.each(folder):
        print(f"  {label:24}{'seconds':>9}{'rows/s':>10}{'peak MB':>9}{'file MB':>9}")
        environ = {**os.environ, "CONSENT_DATABASE_URL": url, "CONSENT_STATE_DIR": str(folder)}
        fill(url, FEW)
        for key in KEYS:
            _measure(environ, folder, key, FEW)
        fill(url, count - FEW)
        for key in KEYS:
            _measure(environ, folder, key, count)
        if url.startswith("sqlite"):
            _dumped(".dump", folder, count, lambda target: _sqlite(folder / "bench.db", target))
        else:
            _dumped("COPY", folder, count, lambda target, url=url: _copy(url, target))


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
    peak = usage.ru_maxrss / 1024
    _line(f"{key}, {count:,} rows", took, count, peak, target)


def _dumped(name: str, folder: Path, count: int, dump: Callable[[Path], float]) -> None:
    target = folder / "out.dump"
    started = time.monotonic()
    peak = dump(target)
    _line(name, time.monotonic() - started, count, peak, target)


def _sqlite(file: Path, target: Path) -> float:
    if shutil.which("sqlite3") is None:
        # The library's own dump, in this process: its memory is not told apart.
        with target.open("w") as stream, sqlite3.connect(file) as database:
            for row in database.execute("SELECT * FROM consent_record"):
                stream.write(f"INSERT INTO consent_record VALUES{row!r};\n")
        return float("nan")
    with target.open("wb") as stream:
        process = subprocess.Popen(["sqlite3", str(file), ".dump consent_record"], stdout=stream)
        _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_maxrss / 1024


def _copy(url: str, target: Path) -> float:
    database = Database(url)
    statement = "COPY (SELECT * FROM consent_record) TO STDOUT"
    with database.engine.connect() as connection, target.open("wb") as stream:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        with raw.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[attr-defined]
            stream.writelines(copy)
        connection.execute(text("SELECT 1"))
    database.close()
    return float("nan")


def _line(name: str, took: float, count: int, peak: float, target: Path) -> None:
    size = target.stat().st_size / 1e6
    print(f"  {name:24}{took:>9.1f}{count / took:>10,.0f}{peak:>9.0f}{size:>9.1f}")
