"""`consent export` of a log or a pack: whole files or none, and plain words."""

import json
import sqlite3
import zipfile

import pytest

from consent import ledger
from consent.ledger.models import LogEntry
from tests.cli import test_commands
from tests.exports.evidence import decided, erased, verified

run = test_commands.run


@pytest.fixture
def made(database, demo):
    with database.transaction() as session:
        return [decided(session, demo) for _ in range(5)]


def export(run, key: str, output, *words: str):
    return run("export", "--site", "demo", "--format", key, "--output", str(output), *words)


def test_a_ledger_export_places_what_waits_and_holds(run, made, tmp_path):
    status, _, said = export(run, "ledger", tmp_path / "log.ndjson")
    assert status == 0
    assert "there are exactly 6 leaves, all of them here." in said
    assert "6 leaves are in" in said
    assert len((tmp_path / "log.ndjson").read_text().splitlines()) == 7
    found = verified(tmp_path / "log.ndjson")
    assert found.returncode == 0, found.stdout + found.stderr


def test_an_erasure_that_waits_gets_its_place_first(run, database, made, tmp_path):
    assert export(run, "ledger", tmp_path / "log.ndjson")[0] == 0
    with database.transaction() as session:
        log_id = session.get_one(LogEntry, made[0].entry_id).log_id
        erased(session, log_id, made[:1])
    assert export(run, "ledger", tmp_path / "log.ndjson")[0] == 0
    rows = [json.loads(line) for line in (tmp_path / "log.ndjson").read_text().splitlines()[1:]]
    assert [row["i"] for row in rows if row.get("erased")] == [1]
    assert verified(tmp_path / "log.ndjson").returncode == 0


def test_a_pack_is_written_and_holds(run, made, tmp_path):
    status, _, said = export(run, "pack", tmp_path / "pack.zip", "--from", "2020-01-01")
    assert (status, "5 records and 6 leaves are in" in said) == (0, True), said
    assert json.loads(zipfile.ZipFile(tmp_path / "pack.zip").read("manifest.json"))["scope"][
        "from"
    ].startswith("2020-01-01")
    found = verified(tmp_path / "pack.zip")
    assert found.returncode == 0, found.stdout + found.stderr


def test_a_person_gets_a_pack_of_their_own(run, made, tmp_path):
    target = tmp_path / "pack.zip"
    status, _, said = export(run, "pack", target, "--subject", made[2].subject_id)
    assert (status, "1 records, each with its proof" in said) == (0, True), said
    assert f"receipts/{made[2].id}.tlog-proof" in zipfile.ZipFile(target).namelist()
    assert export(run, "pack", target, "--record", str(made[3].id))[0] == 0


def test_rows_alone_of_a_person_as_a_table(run, made, tmp_path):
    target = tmp_path / "rows.jsonl"
    assert export(run, "jsonl", target, "--subject", made[2].subject_id)[0] == 0
    (row,) = [json.loads(line) for line in target.read_text().splitlines()]
    assert row["record_id"] == str(made[2].id)


@pytest.mark.parametrize(
    ("key", "words", "named"),
    [
        ("ledger", ("--subject", "s_x"), "--subject: "),
        ("ledger", ("--record", "0193d7e0-0000-7000-8000-000000000000"), "format pack"),
        ("pack", ("--subject", "s_x", "--from", "2026-01-01"), "--from"),
        ("pack", ("--subject", "s_x", "--epoch", "1"), "--epoch"),
        ("csv", ("--epoch", "1"), "--epoch"),
        ("pack", ("--from", "2026-02-01", "--to", "2026-01-01"), "--to"),
        ("pack", ("--record", "nothing"), "--record"),
        (
            "pack",
            ("--subject", "s_x", "--record", "0193d7e0-0000-7000-8000-000000000000"),
            "not both",
        ),
    ],
)
def test_options_that_do_not_go_together_are_wrong_use(
    run,
    demo,
    tmp_path,
    key,
    words,
    named,
):
    status, _, said = export(run, key, tmp_path / "out", *words)
    assert status == 2
    assert named in said
    assert list(tmp_path.glob("*out*")) == []


@pytest.mark.parametrize("key", ["pack", "csv", "jsonl"])
@pytest.mark.parametrize(
    "words", [("--subject", "s_x"), ("--record", "0193d7e0-0000-7000-8000-000000000000")]
)
def test_somebody_unknown_is_a_sentence_and_no_file(run, made, tmp_path, key, words):
    status, _, said = export(run, key, tmp_path / "out", *words)
    assert status == 1
    assert "no" in said
    assert list(tmp_path.glob("*out*")) == []


def test_an_epoch_that_never_was_is_a_sentence(run, made, tmp_path):
    status, _, said = export(run, "ledger", tmp_path / "out", "--epoch", "4")
    assert (status, "no epoch 4" in said) == (1, True)
    assert export(run, "ledger", tmp_path / "out", "--epoch", "1")[0] == 0


def test_an_export_that_breaks_leaves_no_file(run, made, tmp_path, monkeypatch):
    def broken(*_words, **_named):
        raise sqlite3.OperationalError("the disk is gone")

    monkeypatch.setattr("consent.exports.pack.members.write_verifier", broken)
    monkeypatch.setattr(ledger, "rows_of", broken)
    with pytest.raises(sqlite3.OperationalError):
        export(run, "pack", tmp_path / "out")
    assert list(tmp_path.glob("*out*")) == []
