"""A log that has ended, rows of which were erased since: named by the log that continues it."""

import io
import json

import pytest

from consent import exports, ledger, records
from consent.sequencer import Sequencer
from tests.exports.evidence import decided, placed, verified


@pytest.fixture
def former(database, settings, demo):
    """Give the lines of the first epoch's file; one of its people was erased in the second."""
    with database.transaction() as session:
        made = [decided(session, demo) for _ in range(4)]
    log_id = placed(database, settings, demo)
    mark = Sequencer(database, settings).mark_of(log_id)
    with database.transaction() as session:
        ledger.begin(session, log_id, mark, stolen=True)
    with database.transaction() as session:
        records.erase(session, demo.site, made[1].subject_id, "a letter")
    # The old key was stolen: another signs from here on.
    keeper = Sequencer(database, settings)
    keeper._seeds = (b"\6" * 32,)
    with database.reading() as session:
        current = ledger.log_id_of(session, demo.site.id)
    keeper.place(current)
    keeper.show(current)
    stream = io.BytesIO()
    with database.reading() as session:
        log = ledger.epoch_of(session, demo.site.id, 1)
        extract = exports.whole(session, log, settings.ledger_seeds)
        exports.write_ledger(session, extract, stream)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def write(path, lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_what_was_erased_since_is_named_by_the_later_log_and_holds(former, tmp_path):
    assert [line["i"] for line in former if line.get("erased")] == [2]
    assert former[-1]["log"] == "consent.example/log/demo/e2"
    found = verified(write(tmp_path / "log", former))
    assert found.returncode == 0, found.stdout
    assert "1 redacted" in found.stdout


def test_without_that_line_the_row_is_concealed(former, tmp_path):
    found = verified(write(tmp_path / "log", former[:-1]))
    assert found.returncode == 1
    assert "row 2: concealed" in found.stdout


def test_who_knows_the_first_key_alone_must_be_given_the_second(former, tmp_path):
    first, second = former[0]["keys"][0], former[-1]["keys"][0]
    path = write(tmp_path / "log", former)
    assert "wrong key" in verified(path, "--vkey", first).stdout
    assert verified(path, "--vkey", first, "--vkey", second).returncode == 0
