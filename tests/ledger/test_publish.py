"""Checkpoints: signed when committed, marked, then shown; a log that went back is never signed."""

import shutil

import pytest

from consent import ledger
from consent.errors import LogForkedError
from consent.ledger import Marks, notes, proofs, tree
from consent.ledger.models import Log, LogCheckpoint, LogEntry
from tests.ledger.test_sequence import check, log_id, place_all, queue  # noqa: F401 - a fixture

ORIGIN = "consent.example/log/demo"
SEED = b"\5" * 32
VERIFIER = ledger.verifier(ORIGIN, SEED)


def draft(database, log_id: int, mark: str | None = None):  # noqa: F811
    with database.transaction() as session:
        return ledger.draft(session, log_id, ORIGIN, [SEED], mark)


def show(database, log_id: int, size: int) -> None:  # noqa: F811
    with database.transaction() as session:
        ledger.show(session, log_id, size)


def published(database, log_id: int) -> LogCheckpoint | None:  # noqa: F811
    with database.reading() as session:
        return ledger.published(session, log_id)


def test_the_origin_is_the_public_address_without_its_scheme():
    assert ledger.origin_of("https://Consent.Example", "demo") == ORIGIN
    assert ledger.origin_of("https://a.example/consent", "x") == "a.example/consent/log/x"


def test_a_new_log_is_signed_empty(database, log_id):  # noqa: F811
    made = draft(database, log_id)
    found = notes.checkpoint(notes.opened(made.note, [VERIFIER]))
    assert found == notes.Checkpoint(ORIGIN, 0, tree.EMPTY_ROOT)


def test_a_note_is_shown_by_nobody_before_it_is_marked(database, log_id):  # noqa: F811
    place_all(database, log_id)
    made = draft(database, log_id)
    assert published(database, log_id) is None
    show(database, log_id, made.size)
    assert published(database, log_id).note == made.note
    assert draft(database, log_id) is None


def test_what_a_crash_left_unshown_is_taken_up_with_the_same_note(database, log_id):  # noqa: F811
    first = draft(database, log_id)
    assert draft(database, log_id) == first


def test_a_log_keeps_its_name_when_the_service_moves(database, log_id):  # noqa: F811
    draft(database, log_id)
    queue(database, log_id, 1)
    place_all(database, log_id)
    with database.transaction() as session:
        moved = ledger.draft(session, log_id, "elsewhere.example/log/demo", [SEED], None)
    assert moved.origin == ORIGIN
    assert notes.opened(moved.note, [VERIFIER])


def test_every_leaf_below_a_shown_checkpoint_has_a_proof_and_none_above(database, log_id):  # noqa: F811
    queue(database, log_id, 270)
    place_all(database, log_id)
    made = draft(database, log_id)
    show(database, log_id, made.size)
    queue(database, log_id, 1)
    place_all(database, log_id)
    with database.reading() as session:
        for index in (0, 1, 255, 256, made.size - 1):
            proof = ledger.proof_of(session, log_id, index)
            [leaf] = ledger.leaves(session, log_id, index, index + 1)
            assert proofs.check(proofs.parse(proof.text), leaf, [VERIFIER]).size == made.size
        assert ledger.proof_of(session, log_id, made.size) is None
        assert ledger.proof_of(session, log_id, None) is None


def test_a_mark_is_read_back_and_named_after_its_log(tmp_path):
    marks = Marks(tmp_path / "state")
    assert marks.read(ORIGIN) is None
    marks.keep(ORIGIN, "first")
    marks.keep(ORIGIN, "second")
    assert Marks(tmp_path / "state").read(ORIGIN) == "second"
    [path] = (tmp_path / "state").iterdir()
    assert path.name == "consent.example%2Flog%2Fdemo.latest"
    assert path.stat().st_mode & 0o777 == 0o600


def grow(database, log_id: int, count: int, mark: str | None = None) -> str:  # noqa: F811
    queue(database, log_id, count)
    place_all(database, log_id)
    made = draft(database, log_id, mark)
    show(database, log_id, made.size)
    return made.note


def test_an_older_copy_of_the_database_is_not_signed(tmp_path, sqlite_template):
    from consent.db import Database  # noqa: PLC0415
    from tests.factories import a_published_site  # noqa: PLC0415

    path = tmp_path / "now.db"
    shutil.copy(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, a_published_site(session).site.id)
    mark = grow(database, log_id, 5)
    database.close()
    shutil.copy(path, tmp_path / "old.db")
    database = Database(f"sqlite:///{path}")
    mark = grow(database, log_id, 5, mark)
    database.close()

    old = Database(f"sqlite:///{tmp_path}/old.db")
    with pytest.raises(LogForkedError, match="older than it was, or altered"):
        draft(old, log_id, mark)
    # also when other leaves have made it longer than the mark
    queue(old, log_id, 20, "other")
    place_all(old, log_id)
    with pytest.raises(LogForkedError, match="Nothing is signed"):
        draft(old, log_id, mark)
    assert published(old, log_id).size < notes.claimed(mark).size
    old.close()


def test_a_head_that_was_altered_is_not_signed(database, log_id):  # noqa: F811
    mark = grow(database, log_id, 5)
    with database.transaction() as session:
        entry = session.query(LogEntry).filter_by(log_id=log_id, leaf_index=2).one()
        assert entry.leaf
        session.get_one(Log, log_id).root = b"\0" * 32
        tile = ledger.tile(session, log_id, 0, 0)
        altered = tile[:64] + b"\0" * 32 + tile[96:]
        session.execute(LogCheckpoint.__table__.delete().where(LogCheckpoint.log_id == log_id))
        from consent.ledger.models import LogTile  # noqa: PLC0415

        session.get_one(LogTile, (log_id, 0, 0)).data = altered
    with pytest.raises(LogForkedError):
        draft(database, log_id, mark)
