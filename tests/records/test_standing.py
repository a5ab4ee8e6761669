"""Where a record stands: checked from columns up to the signature; every fault has a name."""

import pytest
from sqlalchemy import update

from consent import records
from consent.ledger.models import LogCheckpoint, LogEntry, LogOpening
from consent.records import Check, ConsentRecord
from consent.sequencer import Sequencer
from tests.records.keeping import decide, place


@pytest.fixture
def made(database, demo):
    return [decide(database, demo).record for _ in range(3)][1]


def look(database, settings, record):
    with database.reading() as session:
        found = records.record_of(session, record.site_id, record.id)
        return records.standing(session, found, settings.public_url, settings.ledger_seeds)


def show(database, settings, demo):
    place(database, demo)
    with database.reading() as session:
        log_id = records.logs_of(session, demo.site)[0]
    Sequencer(database, settings).show(log_id)


def change(database, model, condition, **values):
    with database.transaction() as session:
        session.execute(update(model).where(condition).values(**values))


def test_a_record_waits_for_a_checkpoint_and_then_holds(database, demo, settings, made):
    assert look(database, settings, made).check is Check.WAITS
    show(database, settings, demo)
    found = look(database, settings, made)
    assert found.check is Check.HELD
    assert found.place is not None
    assert found.size is not None
    assert found.place < found.size
    assert found.origin == "consent.example/log/demo"
    assert found.shown_at is not None


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        (ConsentRecord, {"action": "accept_all"}, Check.DIFFERS),
        (ConsentRecord, {"categories": {"functional": True}}, Check.DIFFERS),
        (LogOpening, {"salt": b"\x00" * 64}, Check.ALTERED),
        (LogOpening, {"payload": None, "salt": None}, Check.CLOSED),
        (LogEntry, {"leaf_index": 77}, Check.WAITS),
        (LogEntry, {"leaf_hash": b"\x00" * 32}, Check.ALTERED),
    ],
)
def test_what_was_altered_is_called_by_its_name(
    database, demo, settings, made, model, values, expected
):
    show(database, settings, demo)
    column = model.id if model is LogEntry else model.entry_id
    change(database, model, column == made.entry_id, **values)
    assert look(database, settings, made).check is expected


def test_a_leaf_at_anothers_place_has_moved(database, demo, settings, made):
    show(database, settings, demo)
    before = look(database, settings, made).place
    change(database, LogEntry, LogEntry.id == made.entry_id, leaf_index=None)
    change(database, LogEntry, LogEntry.leaf_index == 0, leaf_index=90)
    change(database, LogEntry, LogEntry.id == made.entry_id, leaf_index=0)
    assert before != 0
    assert look(database, settings, made).check is Check.MOVED


def test_a_checkpoint_of_a_strangers_key_proves_nothing(database, demo, settings, made):
    show(database, settings, demo)
    with database.reading() as session:
        shown = session.query(LogCheckpoint).one()
    text, _, lines = shown.note.rpartition("\n\n")
    forged = f"{text}\n\n{lines[:-9]}AAAAAAA=\n"
    change(database, LogCheckpoint, LogCheckpoint.size == shown.size, note=forged)
    assert look(database, settings, made).check is Check.UNSIGNED
