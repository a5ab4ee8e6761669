"""Group commit: many verbs share a commit, each is answered after it, none harms another."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from consent import clock
from consent.db import Database
from consent.errors import ConflictError, NotDurableError
from consent.group_commit import GroupCommit
from consent.sites import Site
from consent.storage.sqlite import PAGES_BEFORE_CHECKPOINT, PATIENCE_MS


def add_site(session: Session, key: str) -> int:
    site = Site(
        key=key,
        name=key,
        origins=[],
        default_language="en",
        retention="P5Y",
        created_at=clock.now(),
    )
    session.add(site)
    session.flush()
    return site.id


def keys(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Site.key)))


@pytest.fixture
def writer(database: Database) -> GroupCommit:
    return GroupCommit(database)


@pytest.fixture
def commits(database: Database) -> list:
    found = []
    event.listen(database.engine, "commit", found.append)
    return found


def all_at_once(writer: GroupCommit, verbs: list) -> list:
    """Run verbs that pile up behind one that holds the writer until all have arrived."""
    arrived = threading.Barrier(len(verbs) + 1)
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        go.wait(5)

    def send(verb) -> object:
        arrived.wait(5)
        try:
            return writer.run(verb)
        except Exception as error:  # noqa: BLE001 - the outcome is what is tested
            return error

    with ThreadPoolExecutor(len(verbs) + 1) as pool:
        pool.submit(writer.run, hold)
        held.wait(5)
        sent = [pool.submit(send, verb) for verb in verbs]
        arrived.wait(5)
        while writer._waiting.qsize() < len(verbs):
            threading.Event().wait(0.005)
        go.set()
        return [each.result(15) for each in sent]


def test_a_value_is_answered_after_its_commit(database, writer):
    made = writer.run(lambda session: add_site(session, "a"))
    with database.reading() as session:
        assert session.get(Site, made).key == "a"


def test_verbs_that_wait_share_a_commit(database, writer, commits):
    outcomes = all_at_once(
        writer, [lambda session, n=n: add_site(session, f"k{n}") for n in range(20)]
    )
    assert len(set(outcomes)) == 20
    assert keys(database) == {f"k{n}" for n in range(20)}
    assert len(commits) < 6


def test_a_verb_that_refuses_leaves_the_others_and_nothing_of_its_own(database, writer):
    def refuse(session: Session) -> None:
        add_site(session, "refused")
        raise ConflictError("no")

    first, refused, last = all_at_once(
        writer, [lambda s: add_site(s, "a"), refuse, lambda s: add_site(s, "b")]
    )
    assert isinstance(refused, ConflictError)
    assert isinstance(first, int)
    assert isinstance(last, int)
    assert keys(database) == {"a", "b"}


def test_a_verb_that_breaks_does_not_take_the_others_with_it(database, writer, caplog):
    def broken(session: Session) -> None:
        add_site(session, "broken")
        raise ZeroDivisionError

    first, failed, last = all_at_once(
        writer, [lambda s: add_site(s, "a"), broken, lambda s: add_site(s, "b")]
    )
    assert isinstance(failed, NotDurableError)
    assert isinstance(first, int)
    assert isinstance(last, int)
    assert keys(database) == {"a", "b"}
    assert "could not be stored" in caplog.text


def test_a_collision_is_looked_at_once_more(database, writer):
    tries = []

    def collide_once(session: Session) -> str:
        tries.append(1)
        if len(tries) == 1:
            add_site(session, "half")
            raise IntegrityError("INSERT", {}, Exception("another process was faster"))
        return "second"

    assert writer.run(collide_once) == "second"
    assert len(tries) == 2
    assert keys(database) == set()


def test_a_collision_that_stays_is_not_durable(database, writer):
    writer.run(lambda session: add_site(session, "a"))
    with pytest.raises(NotDurableError):
        writer.run(lambda session: add_site(session, "a"))
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Site)) == 1


def test_when_the_commit_fails_nothing_is_kept_and_nobody_is_told_otherwise(
    database, writer, monkeypatch
):
    def full(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr(Session, "commit", full)
    outcomes = all_at_once(writer, [lambda s, n=n: add_site(s, f"k{n}") for n in range(3)])
    monkeypatch.undo()
    assert [type(each) for each in outcomes] == [NotDurableError] * 3
    assert keys(database) == set()
    assert writer.run(lambda session: add_site(session, "after"))
    assert keys(database) == {"after"}


def test_a_full_disk_is_not_durable_and_the_writer_recovers(database, writer):
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite lets a test fill its file")
    limit = {"pages": 1}

    def at_most(connection, _record, _proxy) -> None:
        connection.cursor().execute(f"PRAGMA max_page_count={limit['pages']}")

    event.listen(database.engine, "checkout", at_most)
    with pytest.raises(NotDurableError) as refused:
        writer.run(lambda session: [add_site(session, f"{n}-{'x' * 4000}") for n in range(50)])
    assert refused.value.retry_after
    assert keys(database) == set()
    limit["pages"] = 1_000_000
    assert writer.run(lambda session: add_site(session, "after"))


def test_a_request_that_gave_up_is_never_stored(database, writer, monkeypatch):
    monkeypatch.setattr("consent.group_commit.SECONDS_TO_WAIT", 0.05)
    held, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        held.set()
        go.wait(5)

    holding = threading.Thread(target=_quietly, args=(writer, hold))
    holding.start()
    held.wait(5)
    with pytest.raises(NotDurableError):
        writer.run(lambda session: add_site(session, "late"))
    go.set()
    holding.join()
    monkeypatch.undo()
    writer.run(lambda session: add_site(session, "next"))
    assert keys(database) == {"next"}


def _quietly(writer: GroupCommit, verb) -> None:
    try:
        writer.run(verb)
    except NotDurableError:
        return


def test_more_than_the_queue_holds_is_refused_at_once(database, writer, monkeypatch):
    monkeypatch.setattr(writer, "_start", lambda: None)
    monkeypatch.setattr(writer._waiting, "maxsize", 1)
    writer._waiting.put(None)
    with pytest.raises(NotDurableError):
        writer.run(lambda session: add_site(session, "x"))


def test_after_a_burst_the_write_ahead_log_is_small_again(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/burst.db")
    wal = tmp_path / "burst.db-wal"
    with database.transaction() as session:
        session.execute(text("CREATE TABLE filler (body BLOB)"))
        session.execute(text("INSERT INTO filler VALUES (randomblob(9000000))"))
    assert wal.stat().st_size > PAGES_BEFORE_CHECKPOINT * 4096
    database.tidy()
    with database.transaction() as session:
        session.execute(text("INSERT INTO filler VALUES (1)"))
    assert wal.stat().st_size <= PAGES_BEFORE_CHECKPOINT * 4096
    database.close()


def test_a_long_reader_holds_up_no_commit(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/read.db")
    with database.transaction() as session:
        session.execute(text("CREATE TABLE filler (body BLOB)"))
        session.execute(text("INSERT INTO filler VALUES (1)"))
    with database.reading() as reader:
        assert reader.scalar(text("SELECT count(*) FROM filler")) == 1
        with database.transaction() as session:
            session.execute(text("INSERT INTO filler VALUES (randomblob(6000000))"))
        started = time.monotonic()
        database.tidy()
        assert time.monotonic() - started < 2
        assert reader.scalar(text("SELECT count(*) FROM filler")) == 1
    with database.transaction() as session:
        assert session.scalar(text("PRAGMA busy_timeout")) == PATIENCE_MS
    database.close()
