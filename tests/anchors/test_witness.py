"""Witnesses: what they cosign is checked and kept; what they refuse is told, and stops nothing."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import delete

from consent import anchors
from consent.anchors import Kind, Result
from consent.ledger import cosignatures, notes, tree
from consent.ledger.models import Log, LogAnchor, LogCheckpoint, LogTile
from tests.anchors.servers import AWitness, serving


@pytest.fixture
def witness(log):
    return AWitness({log.origin: log.verifier})


@pytest.fixture
def asked(log, witness):
    """The log with the witness in its settings."""
    with serving(witness) as address:
        log.set(witnesses=(f"{address}/sub/={witness.verifier.vkey}",))
        yield log


def note_of(log) -> str:
    newest = log.newest()
    with log.database.reading() as session:
        return anchors.cosigned(session, log.log_id, newest.size, newest.note)


def test_the_cosignature_is_kept_and_stands_under_the_note_that_is_served(asked, witness):
    (kept,) = asked.anchor()
    assert (kept.kind, kept.target) == (Kind.WITNESS, witness.verifier.vkey)
    note = note_of(asked)
    assert note == asked.newest().note + kept.evidence.decode()
    (found,) = cosignatures.cosignatures(note, [witness.verifier])
    assert found.name == "witness.example/w1"
    assert notes.opened(note, [asked.verifier])


def test_what_is_sent_is_the_size_it_holds_the_proof_from_there_and_the_note(asked, witness, later):
    first = asked.newest()
    asked.anchor()
    assert witness.asked[0].decode() == f"old 0\n\n{first.note}"
    asked.grow(270)
    later(timedelta(minutes=2))
    asked.anchor()
    head, _, note = witness.asked[1].decode().partition("\n\n")
    stated, *proof = head.split("\n")
    assert (stated, note) == (f"old {first.size}", asked.newest().note)
    assert 0 < len(proof) <= 63
    assert witness.answered == [200, 200]
    assert len(asked.listed()) == 2


def test_a_witness_that_is_further_than_was_thought_is_asked_again_at_once(asked, witness, later):
    asked.anchor()
    asked.grow()
    later(timedelta(minutes=2))
    asked.anchor()
    with asked.database.transaction() as session:
        session.execute(delete(LogAnchor))
    asked.set()
    asked.grow()
    (kept,) = asked.anchor()
    assert witness.answered == [200, 200, 409, 200]
    assert kept.size == asked.newest().size


def test_after_a_crash_before_it_was_kept_the_same_size_is_cosigned_again(asked, witness):
    assert anchors.lay_down(asked.work()).result is Result.DONE
    (kept,) = asked.anchor()
    assert witness.answered == [200, 409, 200]
    assert witness.asked[2].startswith(b"old %d\n\n" % kept.size), "no proof from itself to itself"


def fork(log) -> None:
    """Show a checkpoint of the same size with another root, signed by the real key."""
    newest = log.newest()
    signer = notes.Signer(log.origin, base64.b64decode(log.settings.ledger_key))
    text = notes.Checkpoint(log.origin, newest.size, b"\1" * 32).text
    with log.database.transaction() as session:
        key = (log.log_id, newest.size)
        session.get_one(LogCheckpoint, key).note = notes.sign(text, [signer])


def test_a_fork_of_the_same_size_is_an_alarm(asked, witness, said):
    anchors.lay_down(asked.work())
    fork(asked)
    assert asked.anchor() == []
    assert witness.answered == [200, 409, 409]
    ((level, sentence),) = said()
    assert level == "critical"
    assert f"it holds another root of the size {asked.newest().size}" in sentence


def test_a_fork_of_a_later_size_is_an_alarm(asked, witness, said, later):
    asked.anchor()
    size, _ = witness.held[asked.origin]
    witness.held[asked.origin] = (size, b"\2" * 32)
    asked.grow()
    later(timedelta(minutes=2))
    assert len(asked.anchor()) == 1
    assert witness.answered == [200, 422]
    ((level, sentence),) = said()
    assert level == "critical"
    assert f"it sees a fork: what it holds of the size {size} is no beginning" in sentence


def test_a_database_that_went_back_is_an_alarm(asked, witness, said):
    root = tree.EMPTY_ROOT
    witness.held[asked.origin] = (10_000, root)
    assert asked.anchor() == []
    ((level, sentence),) = said()
    assert level == "critical"
    assert "it cosigned a checkpoint of 10000 leaves, more than there are" in sentence
    assert asked.anchor() == []
    assert witness.answered == [409]


def test_a_witness_that_does_not_know_the_log_says_what_to_do(asked, witness, said):
    witness.logs.clear()
    assert asked.anchor() == []
    ((level, sentence),) = said()
    assert level == "error"
    assert "it answered 404: it does not know this log; give its operator the origin" in sentence


def test_a_witness_that_knows_another_key_says_so(asked, witness, said):
    witness.logs[asked.origin] = notes.Signer(asked.origin, b"\7" * 32).verifier
    assert asked.anchor() == []
    assert "it answered 403: it does not know the key of this log" in said()[0][1]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"signs": lambda text: text.replace("demo", "other")}, "is wrong"),
        ({"line": lambda line: line.replace("w1", "w2")}, "it cosigned with another key"),
        ({"line": lambda line: line[:-10] + "\n"}, "its answer does not hold"),
        ({"line": lambda _: ""}, "its answer does not hold"),
        ({"line": lambda _: "<html>\n"}, "its answer does not hold"),
        ({"ahead": 3600}, "its cosignature is of a time to come"),
    ],
    ids=["another text", "another key", "cut short", "nothing", "a page", "ahead"],
)
def test_an_answer_that_does_not_hold_is_refused_and_not_kept(asked, witness, said, change, words):
    for name, value in change.items():
        setattr(witness, name, value)
    assert asked.anchor() == []
    assert note_of(asked) == asked.newest().note
    ((level, sentence),) = said()
    assert level == "error"
    assert words in sentence


def test_lines_of_other_keys_in_an_answer_are_passed_over(asked, witness):
    other = notes.Signer("other.example", b"\7" * 32).line("x\n")
    witness.line = lambda line: other + line
    (kept,) = asked.anchor()
    assert kept.evidence.decode().startswith("— witness.example/w1 ")


def test_a_witness_that_goes_round_and_round_is_left_in_peace(log, said, later):
    sizes = iter(range(1, 1000))

    def answer(*_):
        return 409, {"Content-Type": "text/x.tlog.size"}, b"%d\n" % (1 + next(sizes) % 2)

    with serving(answer) as address:
        log.set(witnesses=(f"{address}={AWitness({}).verifier.vkey}",))
        log.anchor()
        assert next(sizes) == 3, "asked twice"
        assert [level for level, _ in said()] == ["warning"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [("text/plain", b"1\n"), ("text/x.tlog.size", b"01\n"), ("text/x.tlog.size", b"-1\n")],
)
def test_a_conflict_without_a_size_is_refused(asked, kind, body, later):
    asked.anchor()
    asked.grow()
    later(timedelta(minutes=2))
    with serving(lambda *_: (409, {"Content-Type": kind}, body)) as address:
        asked.set(witnesses=(f"{address}={asked.settings.witnesses[0].partition('=')[2]}",))
        outcome = anchors.lay_down(asked.work())
    assert outcome.said == "it answered 409 without another size that it holds"
    assert outcome.result is Result.REFUSED


def test_two_witnesses_each_have_their_line(log):
    one = AWitness({log.origin: log.verifier})
    two = AWitness({log.origin: log.verifier}, name="another.example/w2")
    with serving(one) as first, serving(two) as second:
        log.set(witnesses=tuple(
            f"{address}={each.verifier.vkey}" for address, each in ((first, one), (second, two))
        ))  # fmt: skip
        assert len(log.anchor()) == 2
    found = cosignatures.cosignatures(note_of(log), [one.verifier, two.verifier])
    assert [each.name for each in found] == ["witness.example/w1", "another.example/w2"]


def test_a_tree_that_cannot_be_read_is_an_alarm_and_the_witness_is_not_asked(
    asked, witness, later, said
):
    asked.anchor()
    asked.grow()
    later(timedelta(minutes=2))
    with asked.database.transaction() as session:
        session.execute(delete(LogTile).where(LogTile.log_id == asked.log_id))
    assert len(asked.anchor()) == 1
    assert witness.answered == [200]
    ((level, sentence),) = said()
    assert level == "critical"
    assert "The tile tile/0/000 is too short" in sentence


def test_an_empty_log_and_one_that_is_not_public_are_shown_to_nobody(log, asked, witness):
    with log.database.transaction() as session:
        session.get_one(LogCheckpoint, (log.log_id, log.newest().size)).published_at = None
        assert session.get_one(Log, log.log_id).size > 0
    assert log.anchor() == []
    assert witness.asked == []
