"""`consent verify`: its exit status and its words; `--deep` on both databases."""

import pytest
from sqlalchemy import delete, select, update

from consent import ledger, records
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogOpening, LogTile
from consent.records import Known
from consent.records.models import ConsentRecord, SubjectState
from consent.sequencer import Sequencer
from tests.cli.test_commands import run  # noqa: F401 - a fixture
from tests.factories import a_decision
from tests.verification.logbook import VKEY, a_book, b64, put, written


@pytest.fixture
def filled(database, settings, demo):
    """Record 300 decisions of 100 persons, placed and shown twice."""
    sequencer = Sequencer(database, settings)
    for _ in range(2):
        with database.transaction() as session:
            for _ in range(50):
                who = None
                for _ in range(3):
                    found = records.capture(session, demo.site, a_decision(demo), Known(), who)
                    who = found.record.subject_id
        with database.reading() as session:
            log_id = ledger.log_id_of(session, demo.site.id)
        sequencer.place(log_id)
        assert sequencer.show(log_id)
    return log_id


def test_an_export_by_the_command(run, tmp_path):  # noqa: F811
    book = a_book(40)
    put(tmp_path / "e.ndjson", written(book.lines()))
    put(tmp_path / "old", book.note(7).encode())
    put(tmp_path / "new", a_book(90).note().encode())
    put(tmp_path / "r", book.proof(3).encode())
    export = str(tmp_path / "e.ndjson")
    status, out, _ = run("verify", export, "--vkey", VKEY, "--old", str(tmp_path / "old"))
    assert status == 0
    assert "HELD: rows 0 to 39" in out
    assert "NOT PROVED: that no later decision exists" in out
    status, out, _ = run("verify", export, "--vkey", VKEY, "--old", str(tmp_path / "new"))
    assert (status, out[:7]) == (1, "FAILED:")
    assert run("verify", str(tmp_path / "r"), "--vkey", VKEY)[0] == 0
    for words in (
        (str(tmp_path / "r"),), (str(tmp_path),), ("nowhere",), (), (export, "--vkey", "x+y+z"),
        (export, "--old", "none"), (export, "--min-index", "-1"), (export, "--min-index", "5"),
        ("demo", "--deep", "--vkey", VKEY),
    ):  # fmt: skip
        assert run("verify", *words)[0] == 2, words


def test_no_answer_is_a_sentence(run):  # noqa: F811
    status, _, err = run("verify", "http://127.0.0.1:9/log/demo")
    assert status == 1
    assert "cannot be read" in err


def test_the_database_agrees_with_its_log(run, filled):  # noqa: F811
    status, out, err = run("verify", "demo", "--deep")
    assert status == 0, out + err
    assert " 300 records" in out
    assert " 100 persons" in out
    assert " 2 older checkpoints" in out
    assert run("verify", "nobody", "--deep")[0] == 1


def altered(database, statement):
    with database.transaction() as session:
        session.execute(statement)


def test_a_record_that_no_leaf_opens_to_is_found(run, database, filled):  # noqa: F811
    with database.transaction() as session:
        opening = session.scalars(select(LogOpening).offset(50).limit(1)).one()
        session.execute(delete(LogOpening).where(LogOpening.entry_id == opening.entry_id))
    status, out, _ = run("verify", "demo", "--deep")
    assert (status, "no leaf of the log opens to" in out) == (1, True)


def test_a_column_that_was_altered_is_named_with_its_row(run, database, filled):  # noqa: F811
    with database.reading() as session:
        record = session.scalars(select(ConsentRecord).offset(100).limit(1)).one()
        index = session.get_one(LogEntry, record.entry_id).leaf_index
    one = ConsentRecord.id == record.id
    for values in ({"page": "https://other.example/"}, {"late": True}, {"categories": {}}):
        kept = {name: getattr(record, name) for name in values}
        altered(database, update(ConsentRecord).where(one).values(values))
        status, out, _ = run("verify", "demo", "--deep")
        assert (status, out[: len(f"FAILED: row {index}:")]) == (1, f"FAILED: row {index}:")
        assert next(iter(values)) in out
        altered(database, update(ConsentRecord).where(one).values(kept))
    assert run("verify", "demo", "--deep")[0] == 0


@pytest.mark.parametrize(
    ("model", "values", "words"),
    [
        (SubjectState, {"leaf_hash": b"x" * 32}, "state of s_"),
        (LogTile, {"data": b"x" * 32}, "stored tile/"),
        (LogCheckpoint, {"note": f"o\n1\n{b64(b'x' * 32)}\n\n-\n"}, "checkpoint"),
        (LogOpening, {"payload": "{}"}, "does not open"),
        (Log, {"root": b"x" * 32}, "size or root"),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)  # fmt: skip
def test_anything_else_that_was_altered_is_found(run, database, filled, model, values, words):  # noqa: F811
    statement = update(model).values(values)
    if model is SubjectState:
        with database.reading() as session:
            one = session.scalars(select(SubjectState.subject_id).limit(1)).one()
        statement = statement.where(SubjectState.subject_id == one)
    altered(database, statement)
    status, out, _ = run("verify", "demo", "--deep")
    assert status == 1
    assert words in out
