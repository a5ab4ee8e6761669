"""The auditor's file adds up to what was signed, whole or for a period, and hides nothing."""

import base64
import io
import json

import pytest

from consent import exports, ledger
from consent.ledger import commitment, notes, tree
from tests.exports.evidence import (
    at,
    chosen,
    decided,
    erased,
    ledger_of,
    moment,
    placed,
    three_days,
    verified,
)

SECOND = ("2026-11-21T00:00:00", "2026-11-22T00:00:00")


@pytest.fixture
def made(database, settings, demo):
    return three_days(database, settings, demo)


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def rows_in(lines: list[dict]) -> list[dict]:
    return [line for line in lines if "i" in line]


def checkpoint(header: dict, name: str = "checkpoint"):
    keys = [notes.Verifier.of(vkey) for vkey in header["keys"]]
    return notes.checkpoint(notes.opened(header[name], keys))


def added_up(lines: list[dict]) -> bytes:
    """Return the root that the rows lead to, begun with what lies left of them."""
    header = lines[0]
    begin = header.get("from", 0)
    known = {key: raw(each) for key, each in zip(
        tree.perfect(0, begin), header.get("left", ()), strict=True)}  # fmt: skip
    leaves = {row["i"]: commitment.leaf_hash(raw(row["leaf"])) for row in rows_in(lines)}

    def hash_of(level: int, index: int) -> bytes:
        if (level, index) in known:
            return known[level, index]
        if level == 0:
            return leaves[index]
        return tree.node_hash(hash_of(level - 1, 2 * index), hash_of(level - 1, 2 * index + 1))

    return tree.root(hash_of, begin + len(leaves))


def write(path, lines):
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path


def test_the_whole_log_adds_up_to_its_newest_checkpoint(database, settings, demo, made):
    lines = ledger_of(database, settings, demo)
    rows, signed = rows_in(lines), checkpoint(lines[0])
    assert [row["i"] for row in rows] == list(range(15))  # config, 12 decisions, staff, erase
    assert (signed.size, signed.root) == (15, added_up(lines))
    assert lines[0].keys() == {"format", "checkpoint", "keys"}


def test_every_row_opens_or_is_erased_and_named(database, settings, demo, made):
    named, gone = set(), set()
    for row in rows_in(ledger_of(database, settings, demo)):
        leaf = json.loads(raw(row["leaf"]))
        if row.get("erased"):
            assert row.keys() == {"i", "leaf", "erased"}
            gone.add(row["i"])
            continue
        payload, salt = row["payload"].encode(), raw(row["salt"])
        assert raw(leaf["c"]) == commitment.commit(leaf["k"], payload, salt)
        if leaf["k"] == "erase":
            named |= set(json.loads(payload)["erased"])
    assert gone == named == {6}


def test_a_clear_leaf_has_no_payload_and_is_not_called_erased(database, settings, demo):
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
        ledger.queue_clear(session, log_id, ledger.Kind.PRUNE, {"min_index": 0})
    placed(database, settings, demo)
    assert rows_in(ledger_of(database, settings, demo))[-1].keys() == {"i", "leaf"}


def test_a_period_lies_between_two_public_checkpoints_and_ties_to_the_newest(
    database, settings, demo, made
):
    lines = ledger_of(database, settings, demo, *SECOND)
    header = lines[0]
    before, until = (checkpoint(header, each) for each in ("before", "checkpoint"))
    assert "newest" not in header  # it is the newest
    # The first checkpoint that became public after the second day is that of the third.
    assert (before.size, until.size) == (5, 15)
    assert added_up(lines) == until.root


def test_an_erasure_after_a_period_is_said_with_its_proof(database, settings, demo, made, tmp_path):
    with at("2026-11-21T23:00:00Z"), database.transaction() as session:
        decided(session, demo)
    with at("2026-11-22T00:00:00Z"):
        placed(database, settings, demo)
    with at("2026-11-22T15:00:00Z"), database.transaction() as session:
        erased(session, ledger.log_id_of(session, demo.site.id), made[6:7])
    with at("2026-11-22T16:00:00Z"):
        placed(database, settings, demo)
    lines = ledger_of(database, settings, demo, None, SECOND[1])
    header, later = lines[0], [line for line in lines if "named_by" in line]
    until, newest = checkpoint(header), checkpoint(header, "newest")
    assert added_up(lines) == until.root
    path = [raw(each) for each in header["consistency"]]
    tree.check_consistency(until.size, newest.size, until.root, newest.root, path)
    for line in later:
        hashed = commitment.leaf_hash(raw(line["leaf"]))
        path = [raw(each) for each in line["proof"]]
        assert tree.root_of(hashed, line["named_by"], newest.size, path) == newest.root
    gone = {row["i"] for row in rows_in(lines) if row.get("erased")}
    named = {i for line in later for i in json.loads(line["payload"])["erased"]}
    inside = [row for row in rows_in(lines) if "erase" in str(raw(row["leaf"]))]
    named |= {i for row in inside for i in json.loads(row["payload"])["erased"]}
    assert gone == named
    assert later
    found = verified(write(tmp_path / "period", lines))
    assert found.returncode == 0, found.stdout + found.stderr
    assert verified(write(tmp_path / "silent", lines[: -len(later)])).returncode == 1


def test_the_smallest_checkpoint_after_the_period_is_taken(database, settings, demo, made):
    with database.reading() as session:
        extract = chosen(session, settings, demo, *SECOND)
    assert (extract.begin, extract.end) == (5, 15)
    with database.reading() as session:
        extract = chosen(session, settings, demo, SECOND[0], "2026-11-21T12:45:00")
    assert (extract.begin, extract.end, extract.newest.size) == (5, 10, 15)
    assert extract.promise == (
        "Between the checkpoint of size 5 (public since 2026-11-20 13:00:00 UTC) and that of size "
        "10 (public since 2026-11-21 13:00:00 UTC) there are exactly 5 leaves, all of them here."
    )


def test_an_erasure_without_a_signed_place_makes_the_export_begin_again(
    database, settings, demo, made
):
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
        erased(session, log_id, made[7:8])
    with database.reading() as session:
        assert chosen(session, settings, demo, None, None) is None
        assert chosen(session, settings, demo, *SECOND) is None
    with database.transaction() as session:
        ledger.sequence(session, log_id)
    with database.reading() as session:
        assert chosen(session, settings, demo, None, None) is None
    placed(database, settings, demo)
    with database.reading() as session:
        assert chosen(session, settings, demo, None, None).end == 16


def test_a_period_that_is_over_waits_for_its_last_record(database, settings, demo, made):
    with at("2026-11-22T20:00:00Z"), database.transaction() as session:
        decided(session, demo)
    with database.reading() as session:
        assert chosen(session, settings, demo, None, "2026-11-22T21:00:00") is None
        assert chosen(session, settings, demo, *SECOND) is not None


def test_a_record_the_clocks_disagree_about_is_not_left_of_its_period(
    database, settings, demo, made
):
    """A second machine's clock may be ahead: its record bears a time after the checkpoint's."""
    with at("2026-11-21T13:00:05Z"), database.transaction() as session:
        decided(session, demo)
    with at("2026-11-21T13:00:03Z"):
        placed(database, settings, demo)
    with database.reading() as session:
        log = ledger.epoch_of(session, demo.site.id, None)
        start = moment("2026-11-21T13:00:04")
        least = ledger.extent(session, log.id, start, moment(SECOND[1])).least
        extract = chosen(session, settings, demo, "2026-11-21T13:00:04", SECOND[1])
    assert extract.begin <= least


def test_the_stand_alone_verifier_agrees(database, settings, demo, made, tmp_path):
    for name, period in (("all", ()), ("second", SECOND), ("first", (None, SECOND[0]))):
        lines = ledger_of(database, settings, demo, *period)
        found = verified(write(tmp_path / name, lines))
        assert found.returncode == 0, found.stdout + found.stderr
        # Without one of its rows it holds no more, renumbered or not.
        for at_row in (1, 2, len(rows_in(lines))):
            cut = [line for at, line in enumerate(lines) if at != at_row]
            assert verified(write(tmp_path / "cut", cut)).returncode == 1
            for number, row in enumerate(rows_in(cut), lines[0].get("from", 0)):
                row["i"] = number
            assert verified(write(tmp_path / "cut", cut)).returncode == 1
            lines = ledger_of(database, settings, demo, *period)


def test_progress_adds_up_to_the_rows(database, settings, demo, made):
    told = []
    with database.reading() as session:
        extract = chosen(session, settings, demo, None, None)
        exports.write_ledger(session, extract, io.BytesIO(), progress=told.append)
    assert sum(told) == 15
