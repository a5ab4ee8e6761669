"""A site with a log worth exporting: decisions over days, an act of staff, erasures, a hold."""

import io
import json
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import time_machine
from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import clock, exports, ledger, records, staff
from consent.config import Settings
from consent.db import Database
from consent.ledger import Kind
from consent.ledger.models import LogOpening
from consent.records import ConsentRecord, Known, Search
from consent.records.models import LegalHold
from consent.sequencer import Sequencer
from tests.factories import Demo, a_decision

VERIFIER = Path(ledger.__file__).parents[1] / "verification" / "verify_log.py"


def placed(database: Database, settings: Settings, demo: Demo) -> int:
    """Place and show all that waits in the site's log; its id."""
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    sequencer = Sequencer(database, settings)
    sequencer.place(log_id)
    sequencer.show(log_id)
    return log_id


@contextmanager
def at(moment: str) -> Iterator[None]:
    """Do something at a moment."""
    with time_machine.travel(moment, tick=False):
        yield


def decided(
    session: Session, demo: Demo, subject: str | None = None, **changes: object
) -> ConsentRecord:
    decision = a_decision(demo, **changes)
    return records.capture(session, demo.site, decision, Known(), subject).record


def erased(session: Session, log_id: int, found: list[ConsentRecord], ground="art17") -> None:
    """Erase records as the service does: their rows go, and one leaf names them."""
    indexes = []
    for record in found:
        session.execute(delete(ConsentRecord).where(ConsentRecord.id == record.id))
        session.execute(delete(LogOpening).where(LogOpening.entry_id == record.entry_id))
        indexes.append(ledger.place_of(session, record.entry_id)[1])
    now = clock.now()
    payload = {
        "at": clock.to_ms(now),
        "erased": sorted(indexes),
        "ground": ground,
        "req": str(uuid.uuid4()),
        "v": 1,
    }
    ledger.queue(session, log_id, Kind.ERASE, ledger.dump(payload), recorded_at=now)


def three_days(database: Database, settings: Settings, demo: Demo) -> list[ConsentRecord]:
    """Four decisions on each of three days; on the second staff act, on the third one is erased.

    Each day ends with a public checkpoint. What is erased on the third day is of the second.
    """
    made: list[ConsentRecord] = []
    for day in (20, 21, 22):
        for hour in (9, 10, 11, 12):
            with at(f"2026-11-{day}T{hour:02}:00:00Z"), database.transaction() as session:
                made.append(decided(session, demo))
        with at(f"2026-11-{day}T12:30:00Z"), database.transaction() as session:
            log_id = ledger.log_id_of(session, demo.site.id)
            if day == 21:
                staff.note(session, log_id, "notice.publish", {"version": 1})
            if day == 22:
                erased(session, log_id, [made[5]])
                hold = LegalHold(
                    id=uuid.uuid4(), site_id=demo.site.id, subject_id=None, start=None, end=None,
                    reason="A reason that names Jane Roe", added_at=clock.now(), released_at=None,
                )  # fmt: skip
                session.add(hold)
        with at(f"2026-11-{day}T13:00:00Z"):
            placed(database, settings, demo)
    return made


def order_of(settings: Settings, demo: Demo, **changes: object) -> exports.Order:
    search = Search(demo.site.id, **changes)
    return exports.Order(
        demo.site, search, moment("2026-11-23T08:00:00"), settings.public_url, settings.ledger_seeds
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+00:00")


def chosen(
    session: Session, settings: Settings, demo: Demo, start: str | None, end: str | None
) -> exports.Extract | None:
    """Choose the stretch of a period, or the whole log."""
    log = ledger.epoch_of(session, demo.site.id, None)
    if start is None and end is None:
        return exports.whole(session, log, settings.ledger_seeds)
    times = [moment(each) if each else None for each in (start, end)]
    return exports.of_period(session, log, settings.ledger_seeds, *times)


def ledger_of(
    database: Database, settings: Settings, demo: Demo, start=None, end=None
) -> list[dict]:
    """Return the lines of a ledger export."""
    stream = io.BytesIO()
    with database.reading() as session:
        extract = chosen(session, settings, demo, start, end)
        assert extract is not None
        total = exports.write_ledger(session, extract, stream)
    assert total.counted == total.written
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def pack_of(
    database: Database, settings: Settings, demo: Demo, start=None, end=None
) -> zipfile.ZipFile:
    """Return a pack of the site or of a period."""
    stream = io.BytesIO()
    whole = exports.pack.whole
    times = {
        name: moment(each) for name, each in (("start", start), ("end", end)) if each is not None
    }
    order = order_of(settings, demo, **times)
    with database.reading() as session:
        extract = chosen(session, settings, demo, start, end)
        assert extract is not None
        counted = whole.rows_of(session, order, extract)[1]
        whole.write(session, order, extract, stream, counted=counted)
    return zipfile.ZipFile(stream)


def person_pack(
    database: Database, settings: Settings, demo: Demo, **which: object
) -> zipfile.ZipFile:
    """Return a pack about one person or one record."""
    stream = io.BytesIO()
    order = order_of(settings, demo, **which)
    with database.reading() as session:
        found = exports.pack.person.proved(session, order)
        assert found is not None
        exports.pack.person.write(session, order, found, stream)
    return zipfile.ZipFile(stream)


def verified(target: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the stand-alone verifier as an outsider does."""
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(target), *words],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
