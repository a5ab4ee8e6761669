"""A ledger export: what holds, and each verdict by one mutation (evidence-log design, 7.3, 7.4)."""

import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from consent.ledger import notes
from consent.ledger.notes import Checkpoint, Signer
from consent.verification import verify_log
from consent.verification.verify_log import NotHeldError
from tests.verification.logbook import (
    ORIGIN,
    OTHER,
    SIGNER,
    VKEY,
    Book,
    a_book,
    b64,
    commit,
    written,
)  # fmt: skip

SCRIPT = Path(verify_log.__file__)


def run(lines, keys=(VKEY,), olds=()):
    return verify_log.check_export(io.BytesIO(written(lines)), list(keys), olds)


def failing(lines, **more) -> NotHeldError:
    with pytest.raises(NotHeldError) as caught:
        run(lines, **more)
    return caught.value


def renumbered(lines):
    rows = [{**row, "i": at} for at, row in enumerate(lines[1:])]
    return [lines[0], *rows]


@pytest.fixture
def book() -> Book:
    book = Book()
    book.committed("config", {"v": 1})
    for name in ("s_a", "s_b", "s_a", "s_c", "s_a", "s_b", "s_a"):
        book.decide(name)
    book.committed("staff", {"v": 1})
    book.forget("s_b")  # rows 2 and 6, by row 9
    book.decide("s_b")
    book.clear("prune", {"min_index": 0, "policy": "-"})
    return book


def test_a_whole_log_holds_and_is_counted(book):
    report = run(book.lines(), olds=[book.note(0), book.note(5), book.note()])
    assert report.counts["opened"] == 9
    assert report.counts["redacted"] == 2
    assert report.counts["clear"] == 1
    assert report.counts["kind consent"] == 8
    assert report.counts["older checkpoints"] == 3
    assert not any("came from the file" in each for each in report.unproved)
    assert any("came from the file" in each for each in run(book.lines(), keys=()).unproved)


def test_a_larger_log_and_an_empty_one_hold():
    large = a_book(1500)
    assert run(large.lines()).counts["redacted"] > 20
    assert run(Book().lines()).counts["opened"] == 0


@pytest.mark.parametrize("field", ["payload", "salt", "leaf"])
def test_a_row_that_was_altered_is_named(book, field):
    lines = book.lines()
    text = lines[4][field]
    lines[4][field] = ("B" if text[0] != "B" else "C") + text[1:]
    found = failing(lines)
    assert (found.verdict, found.rows) == ("altered", [3])


def test_a_row_without_payload_that_nobody_named_is_concealed(book):
    lines = book.lines()
    lines[5] = {"i": 4, "leaf": lines[5]["leaf"], "erased": True}
    found = failing(lines)
    assert (found.check, found.verdict, found.rows) == (8, "concealed", [4])
    del lines[5]["erased"]
    assert failing(lines).verdict == "concealed"


@pytest.mark.parametrize("row", [8, 9])
def test_a_row_that_nobody_may_erase_is_not_hidden_as_erased(book, row):
    lines = book.lines()
    assert book.rows[row].kind in {"staff", "erase"}
    lines[row + 1] = {"i": row, "leaf": lines[row + 1]["leaf"], "erased": True}
    found = failing(lines)
    assert (found.check, found.verdict, found.rows) == (9, "hidden as erased", [row])


def test_a_row_that_was_to_be_erased_is_found_open(book):
    book.rows[2].erased = False
    found = failing(book.lines())
    assert (found.check, found.verdict, found.rows) == (8, "not erased", [2])


def test_an_erase_leaf_names_only_what_came_before(book):
    at = book.committed("erase", {"at": 1, "erased": [len(book.rows) + 3], "v": 1})
    found = failing(book.lines())
    assert (found.check, found.rows) == (8, [at])


def test_a_missing_doubled_or_moved_row_is_named_by_its_number(book):
    lines = book.lines()
    for changed, row in (
        ([*lines[:4], *lines[5:]], 3),
        ([*lines[:4], lines[3], *lines[4:]], 3),
        ([*lines[:4], lines[5], lines[4], *lines[6:]], 3),
    ):
        found = failing(changed)
        assert (found.check, found.verdict, found.rows) == (3, "inserted, removed or moved", [row])


def test_a_row_removed_and_the_rest_renumbered_is_named_by_the_persons_chain(book):
    lines = book.lines()
    found = failing(renumbered([*lines[:4], *lines[5:]]))
    assert found.check == 7
    assert found.rows == [1, 4]  # from row 1 to row 4 (once 5) of the same person


def test_a_row_with_a_new_commitment_is_named_by_the_row_after_it(book):
    note, row = book.note(), book.rows[3]
    book.rows[3] = commit(random.Random(2), "consent", {**json.loads(row.payload), "at": 1})
    found = failing(book.lines(checkpoint=note))
    assert (found.check, found.verdict, found.rows) == (7, "altered", [3])


def test_older_checkpoints_narrow_the_place(book):
    note, olds = book.note(), [book.note(3), book.note(5)]
    row = book.rows[4]  # the only one of its person
    book.rows[4] = commit(random.Random(2), "consent", {**json.loads(row.payload), "at": 1})
    lines = book.lines(checkpoint=note)
    assert failing(lines).rows == [0, 11]
    assert failing(lines, olds=olds).rows == [3, 4]


def test_the_end_cut_off(book):
    lines = book.lines()
    found = failing(lines[:-2])
    assert (found.verdict, found.rows[-1]) == ("cut off at the end", 11)
    with pytest.raises(NotHeldError, match="row 11: cut off at the end"):
        verify_log.check_export(io.BytesIO(written(lines)[:-9]), [VKEY])


def test_a_wrong_key(book):
    assert failing(book.lines(), keys=[OTHER.verifier.vkey]).verdict == "wrong key"
    assert failing(book.lines(checkpoint=book.note(signer=OTHER))).verdict == "wrong key"
    note = book.note()
    assert failing(book.lines(checkpoint=note[:-9] + "AAAAAA==\n")).verdict == "wrong key"


def test_an_older_checkpoint_of_another_history_or_of_a_larger_log(book):
    other = a_book(12, seed=9)
    found = failing(book.lines(), olds=[book.note(2), other.note(7)])
    assert (found.check, found.rows) == (6, [2, 6])
    short = Book(rows=book.rows[:9])
    short.rows[2].erased = short.rows[6].erased = False
    found = failing(short.lines(), olds=[book.note()])
    assert (found.check, found.verdict) == (6, "older checkpoint not a prefix")


def test_a_decision_that_carries_no_chain_is_counted(book):
    assert "decisions without a chain" not in run(book.lines()).counts
    book.committed("consent", {"at": 1, "v": 1})
    assert run(book.lines()).counts["decisions without a chain"] == 1


def test_a_chain_that_was_never_whole_is_found_under_a_right_root(book):
    at = book.decide("s_a", seq=9)
    found = failing(book.lines())
    assert (found.check, found.verdict) == (10, "broken chain")
    assert found.rows[-1] == at


def test_ranges_hold_with_what_lies_around_them():
    book = a_book(300)
    for begin, end in ((0, 300), (0, 120), (77, 300), (64, 129), (100, 101), (77, 77)):
        report = run(book.range(begin, end), olds=[book.note(300)])
        assert report.counts["opened"] + report.counts["redacted"] + report.counts["clear"] == (
            end - begin
        )


def test_a_range_that_leaves_something_out_fails():
    book = a_book(300)
    lines = book.range(64, 129)
    last = next(at for at, line in enumerate(lines) if "named_by" in line)
    assert failing(lines[:last]).verdict == "concealed"
    assert failing([{**lines[0], "left": [b64(b"x" * 32)]}, *lines[1:]]).check == 7
    assert failing([{**lines[0], "before": book.note(63)}, *lines[1:]]).check == 7
    assert failing([{**lines[0], "consistency": [b64(b"x" * 32)] * 3}, *lines[1:]]).check == 6
    moved = [{**line, "i": line["i"] - 1} for line in lines[3:66]]
    assert failing([lines[0], lines[1], *moved]).check == 7
    named = {**lines[last], "proof": lines[last]["proof"][:-1]}
    assert failing([*lines[:last], named, *lines[last + 1 :]]).check == 4


def test_rows_of_an_ended_log_may_be_named_by_the_log_that_continues_it(book):
    second = Signer(f"{ORIGIN}/e2", SIGNER.seed)
    later = Book()
    later.clear("epoch", {"last": book.note(), "lost": "-", "old": ORIGIN})
    said = {"at": 1, "earlier": {ORIGIN: [4]}, "erased": [], "ground": "art17", "v": 1}
    at = later.committed("erase", said)
    line = later.rows[at].line(at)
    head = Checkpoint(second.name, 2, later.hash_of(1, 0))
    named = {"named_by": line.pop("i"), **line, "log": second.name,
             "checkpoint": notes.sign(head.text, [second]), "keys": [second.verifier.vkey],
             "proof": [b64(later.hash_of(0, 0))]}  # fmt: skip
    book.rows[4].erased = True
    assert failing(book.lines()).verdict == "concealed"
    assert run([*book.lines(), named]).counts["redacted"] == 3
    assert run([*book.lines(), named], keys=()).counts["redacted"] == 3
    assert failing([*book.lines(), {**named, "proof": []}]).check == 4
    assert failing([*book.lines(), {**named, "log": ORIGIN}]).check in {1, 2}
    stranger = Signer(second.name, b"x" * 32)
    forged = {**named, "checkpoint": notes.sign(head.text, [stranger]),
              "keys": [stranger.verifier.vkey]}  # fmt: skip
    assert failing([*book.lines(), forged]).verdict == "wrong key"


def test_the_script_runs_alone_in_an_empty_folder(book, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "verify_log.py").write_bytes(SCRIPT.read_bytes())
    export, old = tmp_path / "e.ndjson", tmp_path / "old.txt"
    export.write_bytes(written(book.lines()))
    old.write_text(book.note(4), "utf-8")

    def script(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(tmp_path / "verify_log.py"), *words],
            cwd=tmp_path / "empty", capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    held = script(str(export), "--vkey", VKEY, "--old", str(old))
    assert held.returncode == 0, held.stderr
    assert f"rows 0 to 11 of {ORIGIN}" in held.stdout
    export.write_bytes(written(renumbered([*book.lines()[:4], *book.lines()[5:]])))
    failed = script(str(export), "--vkey", VKEY)
    assert (failed.returncode, failed.stdout[:20]) == (1, "FAILED: rows 1 to 4:")
    receipt = tmp_path / "r"
    receipt.write_text(book.proof(3), "utf-8")
    assert script(str(receipt), "--vkey", VKEY).returncode == 0
    for words in (
        (),
        ("nowhere",),
        (str(receipt),),
        (str(export), "--vkey", "x"),
        (str(export), "--old", "none"),
    ):
        assert script(*words).returncode == 2, words
