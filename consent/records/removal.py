"""Take rows of people away and name them in one `erase` leaf: what erasing and retention share.

What stays are the leaves: a kind, a commitment that nothing opens any more, and a place.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from consent import clock, ledger, webhooks
from consent.db import table_of
from consent.errors import NotPlacedError
from consent.ledger import Kind
from consent.ledger.models import LogEntry, LogOpening
from consent.records.models import ConsentRecord, Erasure, LegalHold, RecordedEvent
from consent.sites import Site

ART17 = "art17"
RETENTION = "retention"


@dataclass(frozen=True)
class Opened:
    """A leaf whose opening is to go."""

    entry_id: int
    recorded_at: datetime
    log_id: int
    index: int | None


@dataclass(frozen=True)
class Row(Opened):
    """A consent record that is to go, with its leaf."""

    id: UUID
    event_id: UUID
    subject_id: str


@dataclass(frozen=True)
class Erased:
    """What an erasure took away; `entry_id` is that of the leaf that names it."""

    request: UUID
    leaves: int
    entry_id: int


# The columns of a `Row`; join them by `of_entry`.
COLUMNS = (
    ConsentRecord.entry_id,
    ConsentRecord.recorded_at,
    LogEntry.log_id,
    LogEntry.leaf_index,
    ConsentRecord.id,
    ConsentRecord.event_id,
    ConsentRecord.subject_id,
)
of_entry = LogEntry.id == ConsentRecord.entry_id


def take_away(
    session: Session, site: Site, rows: Sequence[Row], holds: Collection[UUID], *, why: Erasure
) -> Erased:
    """Delete records with all that leads back to them, and released holds; queue the leaf.

    The caller holds the site's lock and has looked for holds. Refuses what has no place yet.
    """
    gone: list[Opened] = [*rows, *_leaves_of(session, site, holds)]
    if waiting := {each.log_id for each in gone if each.index is None}:
        raise NotPlacedError(waiting)

    _delete(session, site, rows, gone)
    webhooks.forget_records(session, site.id, [row.id for row in rows])
    if holds:
        session.execute(_DELETE_HOLD, [{"hold": each} for each in holds])

    now = clock.now()
    why.id, why.site_id, why.entries, why.erased_at = uuid4(), site.id, len(gone), now
    session.add(why)
    payload = ledger.dump(_payload(session, site, gone, why))
    log_id = ledger.log_id_of(session, site.id)
    queued = ledger.queue(session, log_id, Kind.ERASE, payload, recorded_at=now)
    session.flush()
    return Erased(why.id, len(gone), queued.entry_id)


def logs_of(session: Session, site: Site) -> list[int]:
    """Return the logs in which a site's rows have their places, of all epochs."""
    return [each.log_id for each in ledger.epochs(session, ledger.log_id_of(session, site.id))]


def released_holds(session: Session, site: Site, subjects: Collection[str]) -> list[UUID]:
    """Return the holds that named these people and are over: they must not name them for ever."""
    query = select(LegalHold.id).where(
        LegalHold.site_id == site.id,
        LegalHold.subject_id.in_(subjects),
        LegalHold.released_at.is_not(None),
    )
    return list(session.scalars(query.prefix_with("/* records.released_holds */")))


def _leaves_of(session: Session, site: Site, holds: Collection[UUID]) -> Iterator[Opened]:
    """Yield the leaves of holds, in all epochs. Only their payload says whose they are."""
    if not holds:
        return
    named = {str(each) for each in holds}
    columns = (
        LogEntry.id, LogOpening.recorded_at, LogEntry.log_id, LogEntry.leaf_index,
        LogOpening.payload,
    )  # fmt: skip
    query = (
        select(*columns)
        .join(LogOpening, LogOpening.entry_id == LogEntry.id)
        # Said twice, since the index is of what is no decision.
        .where(
            LogEntry.log_id.in_(logs_of(session, site)),
            LogEntry.kind == Kind.HOLD,
            LogEntry.kind != "consent",
        )
        .prefix_with("/* records.leaves_of_holds */")
    )
    for row in session.execute(query).all():
        payload: Any = ledger.parse(row.payload)
        if payload["hold"] in named:
            yield Opened(*row[:4])


def _delete(session: Session, site: Site, rows: Sequence[Row], gone: Iterable[Opened]) -> None:
    # Each by its whole key, which leads to one partition.
    openings = [{"at": each.recorded_at, "entry": each.entry_id} for each in gone]
    session.execute(_DELETE_OPENING, openings)
    if rows:
        keys = [{"site": site.id, "at": row.recorded_at, "record": row.id} for row in rows]
        session.execute(_DELETE_RECORD, keys)
        events = [{"site": site.id, "event": row.event_id} for row in rows]
        session.execute(_DELETE_EVENT, events)


def _payload(session: Session, site: Site, gone: list[Opened], why: Erasure) -> dict[str, object]:
    places: defaultdict[int, list[int]] = defaultdict(list)
    for each in gone:
        assert each.index is not None
        places[each.log_id].append(each.index)
    *earlier, now = ledger.epochs(session, ledger.log_id_of(session, site.id))
    payload: dict[str, object] = {
        "at": clock.to_ms(why.erased_at),
        "erased": sorted(places.pop(now.log_id, [])),
        "ground": why.ground,
        "req": str(why.id),
        "v": 1,
    }
    if places:
        # None ends before it was signed, so each has its name.
        payload["earlier"] = {
            str(epoch.origin): sorted(places.pop(epoch.log_id))
            for epoch in earlier
            if epoch.log_id in places
        }
    assert not places, "rows of another site's log"
    return payload


_DELETE_HOLD = delete(table_of(LegalHold)).where(table_of(LegalHold).c.id == bindparam("hold"))
_openings, _records, _events = map(table_of, (LogOpening, ConsentRecord, RecordedEvent))
_DELETE_OPENING = delete(_openings).where(
    _openings.c.recorded_at == bindparam("at"), _openings.c.entry_id == bindparam("entry")
)
_DELETE_RECORD = delete(_records).where(
    _records.c.site_id == bindparam("site"),
    _records.c.recorded_at == bindparam("at"),
    _records.c.id == bindparam("record"),
)
_DELETE_EVENT = delete(_events).where(
    _events.c.site_id == bindparam("site"), _events.c.event_id == bindparam("event")
)
