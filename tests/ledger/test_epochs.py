"""A log that cannot go on: refused, then continued by another that says what was lost."""

import base64
import json
import shutil
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from consent import clock, ledger
from consent.errors import EpochError, LogForkedError
from consent.ledger import canonical, notes, proofs, tree
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogOpening
from consent.sequencer import Sequencer
from tests.ledger.test_sequence import check, log_id, queue  # noqa: F401 - a fixture

ORIGIN = "consent.example/log/demo"


class Kept:
    """A log, its sequencer, and what an older copy of the database would know of it."""

    def __init__(self, database, settings, log_id: int) -> None:  # noqa: F811
        self.database, self.log_id = database, log_id
        self.sequencer = Sequencer(database, settings)
        self.seeds = settings.ledger_seeds

    def grow(self, count: int) -> list[int]:
        self.sequencer._known.clear()
        entries = queue(self.database, self.log_id, count)
        self.sequencer.place(self.log_id)
        self.sequencer.show(self.log_id)
        return entries

    def mark(self) -> str:
        return self.sequencer.mark_of(self.log_id)

    def go_back(self, size: int, keep: int) -> None:
        """Make it an earlier database: `size` leaves placed, the last checkpoint of `keep`."""
        with self.database.transaction() as session:
            session.execute(delete(LogCheckpoint).where(LogCheckpoint.size > keep))
            gone = select(LogEntry.id).where(LogEntry.leaf_index >= size)
            ids = list(session.scalars(gone))
            session.execute(delete(LogOpening).where(LogOpening.entry_id.in_(ids)))
            session.execute(delete(LogEntry).where(LogEntry.id.in_(ids)))
            head = session.get_one(Log, self.log_id)
            head.root, head.size = tree.root(ledger.hashes(session, self.log_id), size), size

    def begin(self, **how):
        with self.database.transaction() as session:
            return ledger.begin(session, self.log_id, self.mark(), **how)


@pytest.fixture
def kept(database, settings, log_id):  # noqa: F811
    return Kept(database, settings, log_id)


def test_an_older_database_is_refused_and_continued_by_a_new_log(kept, database):
    kept.grow(9)
    with database.reading() as session:
        base = ledger.published(session, kept.log_id).size
    early = kept.grow(300)
    kept.go_back(base + 3, base)
    with pytest.raises(LogForkedError, match="consent ledger epoch"):
        kept.sequencer.show(kept.log_id)
    late = queue(database, kept.log_id, 5)
    lost_note = kept.mark()

    begun = kept.begin()
    assert (begun.old, begun.new, begun.kept) == (ORIGIN, f"{ORIGIN}/e2", base)
    assert begun.lost == 300
    assert begun.moved == 3 + 5
    with database.reading() as session:
        new = session.scalars(select(Log).where(Log.origin == begun.new)).one()
        old = session.get_one(Log, kept.log_id)
        assert (old.size, old.continued_by, old.site_id) == (base, new.id, None)
        first = ledger.leaves(session, new.id, 0, 1)[0]
        facts = json.loads(first)
        assert facts["k"] == "epoch"
        assert facts["p"] == {
            "last": lost_note,
            "lost": f"300 leaves from {base} on",
            "old": ORIGIN,
        }
        assert {ledger.place_of(session, each)[0] for each in (*early[:3], *late)} == {new.id}
    check(database, new.id)
    kept.sequencer.show(new.id)
    with database.reading() as session:
        verifier = ledger.verifier(begun.new, kept.seeds[0])
        for entry in late:
            log, index = ledger.place_of(session, entry)
            [leaf] = ledger.leaves(session, log, index, index + 1)
            assert (
                proofs.check(ledger.proof_for(session, entry), leaf, [verifier]).origin == begun.new
            )


def test_what_was_proved_with_the_old_log_stays_proved(kept, database):
    [entry] = kept.grow(1)
    kept.grow(5)
    with database.reading() as session:
        size = ledger.published(session, kept.log_id).size
    kept.grow(5)
    kept.go_back(size, size)
    kept.begin()
    with database.reading() as session:
        log, index = ledger.place_of(session, entry)
        [leaf] = ledger.leaves(session, log, index, index + 1)
        found = proofs.check(
            ledger.proof_for(session, entry), leaf, [ledger.verifier(ORIGIN, kept.seeds[0])]
        )
    assert (log, found.size) == (kept.log_id, size)


def test_what_a_process_queues_for_the_old_log_meanwhile_is_handed_on(kept, database):
    kept.grow(2)
    with database.reading() as session:
        size = ledger.published(session, kept.log_id).size
    kept.grow(2)
    kept.go_back(size, size)
    kept.begin()
    [entry] = queue(database, kept.log_id, 1)
    kept.sequencer.step()
    kept.sequencer.step()
    with database.reading() as session:
        log, index = ledger.place_of(session, entry)
    assert log != kept.log_id
    assert index is not None


def test_a_log_in_order_gets_no_new_epoch(kept):
    kept.grow(3)
    with pytest.raises(EpochError, match="goes on by itself"):
        kept.begin()


def test_a_stolen_key_ends_with_the_log_it_signed(kept, database, settings):
    kept.grow(3)
    begun = kept.begin(stolen=True)
    with database.reading() as session:
        new = session.scalars(select(Log).where(Log.origin == begun.new)).one()
        [said] = [json.loads(leaf)["p"] for leaf in ledger.leaves(session, new.id, 1, 2)]
        assert all(
            each.until_size is not None
            for each in ledger.signing_keys(session, kept.log_id, ORIGIN, ())
        )
    old = ledger.verifier(ORIGIN, kept.seeds[0]).vkey
    assert said == {"reason": "compromised", "until": begun.kept, "vkey": old}


def test_erasures_say_in_the_new_log_which_rows_they_were(kept, database):
    """Rows get other places there; what was erased must be named by those."""
    first = kept.grow(4)
    with database.reading() as session:
        end = ledger.published(session, kept.log_id).size
    kept.grow(2)
    kept.go_back(end, end)
    second = queue(database, kept.log_id, 4)
    kept.sequencer.place(kept.log_id)
    with database.transaction() as session:
        gone = [first[1], second[2]]
        places = sorted(ledger.place_of(session, each)[1] for each in gone)
        session.execute(delete(LogOpening).where(LogOpening.entry_id.in_(gone)))
        facts = {"at": 1, "erased": places, "ground": "art17", "req": "r", "v": 1}
        ledger.queue(
            session, kept.log_id, ledger.Kind.ERASE, canonical.dump(facts), recorded_at=clock.now()
        )
    kept.sequencer.place(kept.log_id)
    kept.begin()
    with database.reading() as session:
        log, place = ledger.place_of(session, second[2])
        [said] = [
            json.loads(row.payload) for row in ledger.rows_of(session, log, ledger.Kind.ERASE)
        ]
    assert said == {**facts, "erased": [place], "earlier": {ORIGIN: [places[0]]}}
    check(database, log)


def test_epochs_have_addresses_of_their_own(kept, database, client):
    kept.grow(2)
    with database.reading() as session:
        size = ledger.published(session, kept.log_id).size
    kept.grow(2)
    kept.go_back(size, size)
    begun = kept.begin()
    kept.sequencer.step()
    document = client.get("/log/demo/e2/keys.json").json
    assert document["origin"] == begun.new
    assert document["epochs"] == [
        {"epoch": 1, "origin": ORIGIN, "ended": True},
        {"epoch": 2, "origin": begun.new, "ended": False},
    ]
    assert client.get("/log/demo/keys.json").json["epochs"] == document["epochs"]
    new, old = (client.get(f"/log/demo/{path}checkpoint").text for path in ("e2/", ""))
    verifier = notes.Verifier.of(document["keys"][0]["vkey"])
    assert notes.checkpoint(notes.opened(new, [verifier])).origin == begun.new
    assert old.splitlines()[:2] == [ORIGIN, str(size)]
    assert client.get("/log/demo/e3/checkpoint").status_code == 404
    assert client.get("/log/demo/e01/checkpoint").status_code == 404
    assert base64.b64decode(old.splitlines()[2])


def test_a_restored_copy_of_the_file_is_refused_with_a_sentence(tmp_path, database, kept):
    if not database.url.startswith("sqlite"):
        pytest.skip("a file is copied")
    kept.grow(3)
    path = database.url.removeprefix("sqlite:///")
    copy = tmp_path / "copy.db"
    database.dialect.copy(database.engine, copy, lambda _: None, lambda _: None)
    kept.grow(30)
    database.close()
    for name in (path, f"{path}-wal", f"{path}-shm"):
        Path(name).unlink(missing_ok=True)
    shutil.copy(copy, path)
    with pytest.raises(LogForkedError, match="the database is older than it was"):
        kept.sequencer.show(kept.log_id)
