"""Leaves get their place: in order, once, without gaps, whoever does it and however often."""

import threading
from itertools import pairwise

import pytest
from sqlalchemy import func, select, update

from consent import clock, ledger
from consent.errors import ProofError
from consent.ledger import tiles, tree
from consent.ledger.models import Log, LogEntry, LogTile
from tests.factories import a_published_site


@pytest.fixture
def log_id(demo, database):
    with database.reading() as session:
        return ledger.log_id_of(session, demo.site.id)


def queue(database, log_id: int, count: int, name: str = "leaf") -> list[int]:
    """Queue leaves in one transaction; return the ids of their entries."""
    with database.transaction() as session:
        return [
            ledger.queue(
                session, log_id, ledger.Kind.CONSENT, f"{name}-{at}".encode(),
                recorded_at=clock.now(),
            ).entry_id
            for at in range(count)
        ]  # fmt: skip


def place(database, log_id: int, at_once: int | None = None) -> int:
    with database.transaction() as session:
        return ledger.sequence(session, log_id, at_once)


def place_all(database, log_id: int) -> int:
    placed = 0
    while count := place(database, log_id):
        placed += count
    return placed


def check(database, log_id: int) -> int:
    """Hold tiles, head and indexes against the leaves themselves; return the size."""
    with database.reading() as session:
        head = session.get_one(Log, log_id)
        rows = session.execute(
            select(LogEntry.id, LogEntry.leaf_index, LogEntry.leaf_hash)
            .where(LogEntry.log_id == log_id, LogEntry.leaf_index.is_not(None))
            .order_by(LogEntry.leaf_index)
        ).all()
        assert [row.leaf_index for row in rows] == list(range(head.size))
        edge = tree.Edge()
        for row in rows:
            edge.add(row.leaf_hash)
        assert (head.root or tree.EMPTY_ROOT) == edge.root()
        stored = session.scalars(select(LogTile).where(LogTile.log_id == log_id)).all()
        expected = {(tile.level, tile.number): tile.width * 32 for tile in tiles.of_size(head.size)}
        assert {(each.level, each.number): len(each.data) for each in stored} == expected
        assert tree.root(ledger.hashes(session, log_id), head.size) == edge.root()
        return head.size


def test_leaves_get_the_places_in_which_they_were_queued(database, log_id):
    entries = queue(database, log_id, 5)
    assert place(database, log_id) >= 5
    with database.reading() as session:
        found = [ledger.place_of(session, entry)[1] for entry in entries]
    assert all(after == before + 1 for before, after in pairwise(found))
    check(database, log_id)


def test_in_whatever_batches_the_tree_is_the_same(database, log_id):
    queue(database, log_id, 600)
    for size in (1, 7, 256, 3, 255, 1000):
        place(database, log_id, size)
        check(database, log_id)
    assert place(database, log_id) == 0


def test_a_leaf_queued_first_and_committed_last_is_not_passed_over(database, log_id):
    if database.dialect.__name__.endswith("sqlite"):
        pytest.skip("SQLite has one writer at a time, so commits cannot cross")
    place_all(database, log_id)
    with database.transaction() as session:
        early = ledger.queue(
            session, log_id, ledger.Kind.CONSENT, b"early", recorded_at=clock.now()
        ).entry_id
        [late] = queue(database, log_id, 1)
        assert place(database, log_id) == 1
    assert early < late
    assert place(database, log_id) == 1
    with database.reading() as session:
        assert ledger.place_of(session, early)[1] == ledger.place_of(session, late)[1] + 1
    check(database, log_id)


def test_logs_are_apart(database, log_id):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        other_id = ledger.log_id_of(session, other.site.id)
    queue(database, log_id, 3)
    with database.reading() as session:
        assert set(ledger.waiting_logs(session)) == {log_id, other_id}
    place_all(database, log_id)
    with database.reading() as session:
        assert ledger.waiting_logs(session) == [other_id]
    check(database, log_id)
    assert check(database, other_id) == 0


def test_a_failure_after_placing_leaves_nothing_of_it(database, log_id):
    queue(database, log_id, 300)
    place(database, log_id, 100)
    before = check(database, log_id)
    with pytest.raises(RuntimeError), database.transaction() as session:
        assert ledger.sequence(session, log_id, 150) == 150
        raise RuntimeError
    assert check(database, log_id) == before
    place_all(database, log_id)
    check(database, log_id)


def test_a_head_that_moved_under_the_lock_is_refused(database, log_id, monkeypatch):
    queue(database, log_id, 2)
    extend = tiles.extend

    def meddling(*arguments):
        session.execute(update(Log).where(Log.id == log_id).values(size=Log.size + 1))
        return extend(*arguments)

    monkeypatch.setattr(tiles, "extend", meddling)
    with pytest.raises(ProofError, match="moved"), database.transaction() as session:
        ledger.sequence(session, log_id)
    monkeypatch.undo()
    place_all(database, log_id)
    check(database, log_id)


def test_many_writers_and_many_sequencers_make_one_log(database, log_id):
    writers, each, done = 4, 120, threading.Event()
    entries: list[int] = []
    errors: list[BaseException] = []

    def guarded(work):
        def run():
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - the test tells
                errors.append(error)

        return threading.Thread(target=run)

    def write():
        for at in range(each):
            entries.extend(queue(database, log_id, 1, f"w{threading.get_ident()}-{at}"))

    def sequence():
        while not done.is_set():
            place(database, log_id, 17)
            # SQLite's lock goes to whoever asks at the right moment: leave the others one.
            done.wait(0.01)

    writing = [guarded(write) for _ in range(writers)]
    placing = [guarded(sequence) for _ in range(3)]
    for thread in (*writing, *placing):
        thread.start()
    for thread in writing:
        thread.join()
    done.set()
    for thread in placing:
        thread.join()
    assert errors == []
    place_all(database, log_id)
    size = check(database, log_id)
    with database.reading() as session:
        waiting = session.scalar(
            select(func.count()).select_from(LogEntry).where(LogEntry.leaf_index.is_(None))
        )
        assert waiting == 0
        indexes = [ledger.place_of(session, entry)[1] for entry in entries]
    assert len(set(indexes)) == writers * each <= size
