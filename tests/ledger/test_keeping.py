"""When a checkpoint is due, also where two processes keep the same log."""

import time

import pytest

from consent import ledger
from consent.sequencer import Sequencer
from tests.ledger.test_sequence import log_id, queue  # noqa: F401 - a fixture


@pytest.fixture
def shown(database, log_id):  # noqa: F811
    """Give a function that says which size is public."""

    def size() -> int:
        with database.reading() as session:
            return ledger.published(session, log_id).size

    return size


def test_what_another_process_showed_counts_from_then(
    settings,
    database,
    log_id,  # noqa: F811
    shown,
    monkeypatch,
):
    one, other = Sequencer(database, settings), Sequencer(database, settings)
    one.step()
    queue(database, log_id, 1)
    one.step()
    other.show(log_id)
    size = shown()

    real = time.monotonic
    monkeypatch.setattr("consent.sequencer.time.monotonic", lambda: real() + 11)
    queue(database, log_id, 1)
    one.step()
    assert shown() == size
    monkeypatch.setattr("consent.sequencer.time.monotonic", lambda: real() + 22)
    one.step()
    assert shown() == size + 1
