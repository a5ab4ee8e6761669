"""After an erasure no byte of the person is left: in no file, no log, no export, no tile.

A real server records, a real command erases while it runs, and the raw bytes are searched.
"""

import fcntl
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from consent import ledger, records, sites
from consent.db import Database
from consent.records import ConsentRecord
from consent.records.models import SubjectState
from consent.storage import sqlite
from consent.storage.postgresql import PERSONAL
from tests.durability.test_acknowledged import _send
from tests.factories import ORIGIN, Demo, a_body
from tests.house.sources import ROOT
from tests.processes import Service
from tests.records.keeping import a_person, place

OTHERS = 360
THEIRS = 12


def a_canary_body(shop: Demo, name: str, **facts: Any) -> dict[str, Any]:
    """Return a decision with something to look for in every field that takes free text."""
    signals = {"tcf": f"tcf{name}", "gpp": f"gpp{name}", "ac": None}
    return a_body(shop, page=f"{ORIGIN}/page-{name}", signals=signals, **facts)


def visit(service: Service, shop: Demo, name: str, times: int) -> list[dict[str, Any]]:
    """Let one person decide several times, each with the subject of the answer before."""
    answers: list[dict[str, Any]] = []
    for at in range(times):
        body = a_canary_body(
            shop, f"{name}{at:03}", subject=answers[-1]["subject"] if answers else None
        )
        status, answer = _send(service, body)
        assert status == 201
        answers.append({**answer, "event_id": body["event_id"], "name": f"{name}{at:03}"})
    return answers


def canaries(answers: Iterable[dict[str, Any]], subject: str) -> dict[str, list[bytes]]:
    """Return every form in which something of the person could lie somewhere."""
    found: dict[str, list[bytes]] = {"subject": [subject.encode()]}
    for answer in answers:
        for part in ("page-", "tcf", "gpp"):
            found.setdefault(part, []).append(f"{part}{answer['name']}".encode())
        for part in ("record_id", "event_id"):
            value = UUID(answer[part])
            found.setdefault(part, []).extend(
                [value.bytes, value.hex.encode(), str(value).encode()]
            )
    return found


def seen(files: Iterable[tuple[str, bytes]], wanted: dict[str, list[bytes]]) -> set[str]:
    """Return which canaries lie in which files."""
    searched = {
        kind: re.compile(b"|".join(map(re.escape, forms))) for kind, forms in wanted.items()
    }
    return {
        f"{kind} in {name}"
        for name, data in files
        for kind, pattern in searched.items()
        if pattern.search(data)
    }


def database_files(database: Database) -> list[tuple[str, bytes]]:
    """Return all bytes in which the database keeps rows."""
    if database.engine.dialect.name == "sqlite":
        path = Path(str(database.engine.url.database))
        return [(each.name, each.read_bytes()) for each in path.parent.glob(f"{path.name}*")]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(str(connection.scalar(text("SHOW data_directory"))))
        if not os.access(folder, os.R_OK):
            pytest.skip(f"the server's files in {folder} cannot be read")
        query = (
            "/* tests */ SELECT relname, pg_relation_filepath(oid) FROM pg_class "
            "WHERE relkind IN ('r', 'i', 't') AND relnamespace <> 'pg_catalog'::regnamespace"
        )
        rows = connection.execute(text(query)).all()
    return [(name, (folder / path).read_bytes()) for name, path in rows if path]


def exports(service: Service, folder: Path, name: str) -> list[tuple[str, bytes]]:
    found = []
    for kind in ("csv", "jsonl"):
        target = folder / f"{name}.{kind}"
        service.command("export", "--site", "demo", "--format", kind, "--output", str(target))
        found.append((target.name, target.read_bytes()))
    return found


def tiles(database: Database, site_key: str) -> list[tuple[str, bytes]]:
    """Return what the log shows to everybody."""
    with database.reading() as session:
        log_id = ledger.log_id_of(session, sites.find(session, site_key).id)
        bundle = b"".join(ledger.leaves(session, log_id, 0, 100_000))
        return [("entries", bundle), ("tile", ledger.tile(session, log_id, 0, 0))]


def test_no_byte_of_an_erased_person_is_left(
    service: Service, shop: Demo, database: Database, tmp_path: Path
) -> None:
    service.start()
    with ThreadPoolExecutor(4) as pool:
        others = pool.map(lambda at: visit(service, shop, f"other{at:03}x", 3), range(OTHERS // 3))
        hers = visit(service, shop, "canary-of-a-", THEIRS)
        stranger = next(iter(others))
        list(others)
    service.command("worker", "--once")
    with database.reading() as session:
        record = records.record_of(session, shop.site.id, UUID(hers[0]["record_id"]))
        subject = record.subject_id
        b = records.record_of(session, shop.site.id, UUID(stranger[0]["record_id"])).subject_id
    words = ("--site", "demo", "--reason", "a letter")
    held = service.command("hold", "add", "--subject", subject, *words).strip()
    service.command("hold", "release", held, *words)
    wanted = canaries(hers, subject)
    before = seen([*database_files(database), *exports(service, tmp_path, "before")], wanted)
    # The search finds what is there: each thing in the database and in an export.
    for kind in wanted:
        assert f"{kind} in before.csv" in before
        assert [each for each in before if each.startswith(kind) and "before" not in each], kind

    said = service.command("subject", "erase", subject, "--yes", *words)
    assert f"{THEIRS} records" in said

    files = [
        *database_files(database),
        *exports(service, tmp_path, "after"),
        *tiles(database, "demo"),
        ("serve.log", (tmp_path / "serve.log").read_bytes()),
    ]
    assert len(dict(files)["after.csv"].splitlines()) == 1 + OTHERS
    after = seen(files, wanted)
    if database.engine.dialect.name == "sqlite":
        assert after == set()
        assert dict(files)[f"{Path(str(database.engine.url.database)).name}-wal"] == b""
    else:
        # The server frees space and overwrites it when it is used again; no row leads there, and
        # who wants the bytes gone at once does what docs/compliance.md says.
        # Tables, their partitions and their indexes, named after them.
        where = {each.partition(" in ")[2] for each in after}
        assert all(any(name in each for name in PERSONAL) for each in where), where
        assert dead_rows(database) in (0, None)
        rewrite(database)
        assert seen(database_files(database), wanted) == set()
    assert seen(database_files(database), canaries(stranger, b))
    with database.reading() as session:
        assert session.get(SubjectState, (shop.site.id, subject)) is None


def rewrite(database: Database) -> None:
    """Do what the page for compliance staff says."""
    page = (ROOT / "docs" / "compliance.md").read_text("utf-8")
    [statement] = re.findall(r"VACUUM FULL [a-z_, ]+;", page)
    assert set(re.findall(r"[a-z_]+", statement)) == set(PERSONAL)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))


def dead_rows(database: Database) -> int | None:
    """Return how many rows lie in the pages of openings beyond those that live, if that shows."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        try:
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pageinspect"))
        except DBAPIError:
            return None
        found = connection.scalar(
            text(
                "/* tests */ SELECT sum(there) FROM (SELECT c.oid, (SELECT count(*) FROM "
                "generate_series(0, pg_relation_size(c.oid) / 8192 - 1) AS block, "
                "heap_page_items(get_raw_page(c.oid::regclass::text, block::int)) "
                "WHERE lp_flags = 1) AS there FROM pg_class c JOIN pg_inherits i "
                "ON i.inhrelid = c.oid WHERE i.inhparent = 'log_opening'::regclass) AS pages"
            )
        )
        living = connection.scalar(text("/* tests */ SELECT count(*) FROM log_opening"))
        connection.execute(text("DROP EXTENSION pageinspect"))
    return int(found) - int(living)


@pytest.fixture
def erased(database: Database, demo: Demo) -> dict[str, list[bytes]]:
    """Erase a person in this process, and do no more."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has one log for all, which is the server's")
    subject, made = a_person(database, demo, 3)
    place(database, demo)
    with database.transaction() as session:
        records.erase(session, demo.site, subject, "asked")
    return {
        "subject": [subject.encode()],
        "record_id": [each.id.hex.encode() for each in made],
    }


def test_without_a_purge_the_write_ahead_log_still_has_it_and_with_it_not(database, erased):
    kinds = {each.partition(" in ")[0] for each in seen(database_files(database), erased)}
    assert kinds == erased.keys()
    assert database.purge()
    assert seen(database_files(database), erased) == set()


def test_a_long_reader_delays_the_purge_and_is_told(database, erased, monkeypatch):
    monkeypatch.setattr(sqlite, "SECONDS_TO_PURGE", 0.5)
    with database.reading() as session:
        assert session.scalars(select(ConsentRecord)).all() == []
        with database.transaction() as other:
            ledger.touch(other)
        assert not database.purge()
        # Nobody else was kept from writing.
        with database.transaction() as other:
            ledger.touch(other)
    assert database.purge()
    assert seen(database_files(database), erased) == set()


def test_a_backup_under_way_is_waited_for(database, erased, monkeypatch):
    monkeypatch.setattr(sqlite, "SECONDS_TO_PURGE", 0.5)
    lock = Path(f"{database.engine.url.database}.checkpoint")
    with lock.open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not database.purge()
    assert database.purge()
