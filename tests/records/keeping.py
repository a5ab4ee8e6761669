"""What the tests of erasure, holds and retention share: people with records that have places."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from consent import ids, ledger, records
from consent.db import Database
from consent.ledger.models import LogEntry, LogOpening
from consent.records import Captured, ConsentRecord, Known
from consent.records.models import RecordedEvent, SubjectState
from tests.factories import Demo, a_decision


def decide(database: Database, demo: Demo, subject: str | None = None, **facts: Any) -> Captured:
    with database.transaction() as session:
        return records.capture(session, demo.site, a_decision(demo, **facts), Known(), subject)


def a_person(database: Database, demo: Demo, times: int = 1) -> tuple[str, list[ConsentRecord]]:
    """Record decisions of a new person; return their id and records."""
    made = [decide(database, demo).record]
    made += [decide(database, demo, made[0].subject_id).record for _ in range(times - 1)]
    return made[0].subject_id, made


def place(database: Database, demo: Demo) -> int:
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    placed = 0
    while True:
        with database.transaction() as session:
            count = ledger.sequence(session, log_id)
        placed += count
        if not count:
            return placed


def age(database: Database, record: ConsentRecord, by: timedelta, *, expired: bool = True) -> None:
    """Make a record old, as if it had been made then: its row, opening, event and state."""
    old, new = record.recorded_at, record.recorded_at - by
    with database.transaction() as session:
        changed = {"recorded_at": new, "id": ids.new_record_id(new)}
        if expired:
            changed["expires_at"] = new + timedelta(days=180)
        session.execute(
            update(ConsentRecord).where(ConsentRecord.id == record.id).values(**changed)
        )
        session.execute(
            update(LogOpening).where(LogOpening.entry_id == record.entry_id).values(recorded_at=new)
        )
        session.execute(
            update(RecordedEvent)
            .where(RecordedEvent.record_id == record.id)
            .values(recorded_at=new, record_id=changed["id"])
        )
        theirs = SubjectState.subject_id == record.subject_id
        session.execute(
            update(SubjectState).where(theirs, SubjectState.first_at == old).values(first_at=new)
        )
        session.execute(
            update(SubjectState)
            .where(theirs, SubjectState.record_id == record.id)
            .values(recorded_at=new, record_id=changed["id"])
        )


def payloads(database: Database, demo: Demo, kind: str) -> list[dict[str, Any]]:
    """Return what the leaves of a kind say, in the order they were queued."""
    with database.reading() as session:
        found = session.scalars(
            select(LogOpening.payload)
            .join(LogEntry, LogEntry.id == LogOpening.entry_id)
            .where(LogEntry.log_id.in_(records.logs_of(session, demo.site)), LogEntry.kind == kind)
            .order_by(LogEntry.id)
        ).all()
        return [json.loads(each) for each in found]


def indexes(database: Database, made: list[ConsentRecord]) -> list[int]:
    with database.reading() as session:
        query = select(LogEntry.leaf_index).where(LogEntry.id.in_([each.entry_id for each in made]))
        return sorted(session.scalars(query))


def left(database: Database, model: type) -> int:
    with database.reading() as session:
        return len(session.scalars(select(model)).all())
