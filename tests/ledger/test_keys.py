"""The keys of a log: written down, said in a leaf, side by side for a while, and ended for good."""

import json
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from consent import clock, ledger
from consent.errors import LedgerKeyError
from consent.ledger import keys, notes
from consent.ledger.models import LogEntry, LogKey
from tests.ledger.test_sequence import log_id, place_all, queue  # noqa: F401 - a fixture

ORIGIN = "consent.example/log/demo"
OLD, NEW = b"\5" * 32, b"\6" * 32
OLD_KEY, NEW_KEY = (ledger.verifier(ORIGIN, seed) for seed in (OLD, NEW))


def sign(database, log_id: int, *seeds: bytes):  # noqa: F811
    """Add a leaf and sign the head; return the note."""
    queue(database, log_id, 1)
    place_all(database, log_id)
    with database.transaction() as session:
        made = ledger.draft(session, log_id, ORIGIN, seeds, None)
        ledger.show(session, log_id, made.size)
    return made


def known(database, log_id: int) -> list[tuple[str, int, int | None]]:  # noqa: F811
    with database.reading() as session:
        found = ledger.signing_keys(session, log_id, ORIGIN, ())
    return [(each.vkey, each.from_size, each.until_size) for each in found]


def key_leaves(database, log_id: int) -> list[dict]:  # noqa: F811
    with database.reading() as session:
        query = select(LogEntry.leaf).where(LogEntry.log_id == log_id, LogEntry.kind == "key")
        return [json.loads(leaf)["p"] for leaf in session.scalars(query)]


def test_the_first_key_signs_from_the_beginning_and_needs_no_leaf(database, log_id):  # noqa: F811
    sign(database, log_id, OLD)
    assert known(database, log_id) == [(OLD_KEY.vkey, 0, None)]
    assert key_leaves(database, log_id) == []


def test_a_new_key_signs_beside_the_old_one_and_is_said_in_a_leaf(database, log_id):  # noqa: F811
    sign(database, log_id, OLD)
    both = sign(database, log_id, OLD, NEW)
    for verifier in (OLD_KEY, NEW_KEY):
        assert notes.opened(both.note, [verifier])
    assert known(database, log_id) == [(OLD_KEY.vkey, 0, None), (NEW_KEY.vkey, both.size, None)]
    [said] = key_leaves(database, log_id)
    assert said == {"from": both.size, "reason": "rotation", "vkey": NEW_KEY.vkey}


def test_a_process_that_does_not_know_the_new_key_yet_signs_with_the_old(database, log_id):  # noqa: F811
    sign(database, log_id, OLD)
    sign(database, log_id, OLD, NEW)
    alone = sign(database, log_id, OLD)
    assert notes.opened(alone.note, [OLD_KEY])


def test_after_the_overlap_the_old_key_ends_and_never_signs_again(database, log_id):  # noqa: F811
    with time_machine.travel(clock.now(), tick=False) as traveller:
        sign(database, log_id, OLD)
        traveller.shift(timedelta(days=1))
        sign(database, log_id, OLD, NEW)
        traveller.shift(keys.OVERLAP - timedelta(seconds=1))
        assert notes.opened(sign(database, log_id, OLD, NEW).note, [OLD_KEY])
        traveller.shift(timedelta(seconds=1))
        late = sign(database, log_id, OLD, NEW)
        assert notes.opened(late.note, [NEW_KEY])
        with pytest.raises(Exception, match="None of the known keys"):
            notes.opened(late.note, [OLD_KEY])
        assert known(database, log_id)[0] == (OLD_KEY.vkey, 0, late.size)
        with pytest.raises(LedgerKeyError, match="rotate-key"):
            sign(database, log_id, OLD)


def test_no_seed_is_in_the_database(database, log_id):  # noqa: F811
    sign(database, log_id, OLD, NEW)
    with database.reading() as session:
        rows = session.scalars(select(LogKey)).all()
        assert {row.public for row in rows} == {OLD_KEY.public, NEW_KEY.public}
        assert ledger.public_keys(session) == sorted({OLD_KEY.public, NEW_KEY.public})
