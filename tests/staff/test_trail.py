"""What staff did is a leaf of the log it belongs to, in the transaction of the act."""

import json

import pytest

from consent import ledger, staff
from tests.ledger.test_sequence import log_id, place_all  # noqa: F401 - a fixture


def trail(database, log_id: int) -> list[dict]:  # noqa: F811
    with database.reading() as session:
        rows = ledger.rows_of(session, log_id, ledger.Kind.STAFF)
        return [json.loads(row.payload) for row in rows]


def test_an_act_is_a_leaf_with_who_when_and_what(database, log_id):  # noqa: F811
    with database.transaction() as session:
        staff.note(session, log_id, "notice.publish", {"version": 3})
    place_all(database, log_id)
    [said] = trail(database, log_id)
    assert said.pop("at") > 1_700_000_000_000
    assert said == {
        "actor": "command line", "facts": {"version": 3}, "v": 1, "verb": "notice.publish",
    }  # fmt: skip


def test_an_act_that_failed_leaves_no_trace(database, log_id):  # noqa: F811
    with pytest.raises(RuntimeError), database.transaction() as session:
        staff.note(session, log_id, "notice.publish", {"version": 3})
        raise RuntimeError
    place_all(database, log_id)
    assert trail(database, log_id) == []
