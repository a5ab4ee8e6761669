"""The queue of exports: asked for, claimed by a worker, kept alive, ended.

A claim is a lease (`jobs.leases`): once it lapses anybody may begin the export anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ids, records
from consent.errors import ExportStateError, NotFoundError
from consent.exports.asked import Asked, kind_named
from consent.exports.models import Export
from consent.jobs import leases
from consent.jobs.leases import MOST_ATTEMPTS, OPEN

GIVEN_UP = (
    f"It was begun {MOST_ATTEMPTS} times and never came to an end. See the worker's log, then ask "
    "for it again."
)


class State(StrEnum):
    """How far an export is."""

    REQUESTED = leases.REQUESTED
    RUNNING = leases.RUNNING
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Made:
    """What came of an export: its file, whole and in place."""

    counted: int
    written: int
    file_name: str
    size: int
    sha256: str
    manifest: str


def ask(session: Session, asked: Asked, actor: str, *, expected: int | None = None) -> Export:
    """Put an export into the queue; one that cannot be made is refused."""
    asked.check()
    now = clock.now()
    export = Export(
        id=ids.new_record_id(now),
        site_id=asked.search.site_id,
        asked_by=actor,
        kind=asked.kind,
        conditions=records.query_of(asked.search),
        epoch=asked.epoch,
        state=State.REQUESTED,
        counted=expected,
        written=0,
        attempts=0,
        asked_at=now,
    )
    session.add(export)
    session.flush()
    return export


def asked_of(export: Export) -> Asked:
    """Return what an export was asked to hold."""
    search = records.asked(export.site_id, export.conditions)
    return Asked(export.kind, search, export.epoch)


def is_any_waiting(session: Session) -> bool:
    """Say whether there may be something to claim; a look that holds up nobody."""
    return leases.is_any_waiting(session, Export, "exports.is_any_waiting")


def claim(session: Session) -> Export | None:
    """Take the oldest export that waits, or whose worker is gone; give up after a few times."""
    while (found := leases.oldest(session, Export, "exports.claim")) is not None:
        if found.attempts < MOST_ATTEMPTS:
            leases.take(found)
            found.written, found.begun_at = 0, found.begun_at or clock.now()
            session.flush()
            return found
        _end(found, State.FAILED, GIVEN_UP)
        session.flush()
    return None


def keep(session: Session, claimed: Export, *, counted: int | None, written: int) -> bool:
    """Renew a claim and tell how far it is; False where it was cancelled or is another's now."""
    export = leases.held(session, claimed, "exports.held")
    if export is None:
        return False
    leases.renew(export)
    export.written = written
    export.counted = export.counted if counted is None else counted
    return True


def finish(session: Session, claimed: Export, made: Made, expires_at: datetime | None) -> bool:
    """Say that the file is whole; False where the claim is no longer ours, and nothing is said."""
    export = leases.held(session, claimed, "exports.held")
    if export is None:
        return False
    export.counted, export.written = made.counted, made.written
    export.file_name, export.bytes, export.sha256 = made.file_name, made.size, made.sha256
    export.manifest, export.expires_at = made.manifest, expires_at
    _end(export, State.DONE)
    return True


def fail(session: Session, claimed: Export, sentence: str) -> bool:
    """Say why an export came to nothing; False where the claim is no longer ours."""
    export = leases.held(session, claimed, "exports.held")
    if export is not None:
        _end(export, State.FAILED, sentence)
    return export is not None


def release(session: Session, claimed: Export) -> None:
    """Give a claim back, as when a worker is told to end: another begins at once."""
    export = leases.held(session, claimed, "exports.held")
    if export is not None:
        export.state, export.attempts = State.REQUESTED, export.attempts - 1
        leases.leave(export)


def cancel(session: Session, export: Export) -> None:
    """Stop an export; its worker sees it within seconds and throws away what it has."""
    if export.state not in OPEN:
        raise ExportStateError("This export has ended already: there is nothing to stop.")
    _end(export, State.CANCELLED)
    session.flush()


def find(session: Session, site_id: int, export_id: UUID, *, locked: bool = False) -> Export:
    """Return an export of a site."""
    query = select(Export).where(Export.site_id == site_id, Export.id == export_id)
    if locked:
        query = query.with_for_update()
    found = session.scalars(query.prefix_with("/* exports.find */")).one_or_none()
    if found is None:
        raise NotFoundError("There is no such export.")
    return found


def listed(
    session: Session, site_id: int, *, before: UUID | None = None, limit: int = 50
) -> Sequence[Export]:
    """Return a site's exports, newest first; the last one's id is the cursor to those before."""
    query = select(Export).where(Export.site_id == site_id)
    if before is not None:
        query = query.where(Export.id < before)
    query = query.order_by(Export.id.desc()).limit(limit)
    return session.scalars(query.prefix_with("/* exports.listed */")).all()


def name_of(export: Export, site_key: str) -> str:
    """Return the name of an export's file: site, scope, and the end of its id."""
    given = export.conditions
    days = [given.get(name, "")[:10] for name in ("from", "to")]
    scope = f"{days[0] or 'first'}-to-{days[1] or 'last'}" if any(days) else "all"
    if given.keys() & {"subject", "record"}:
        scope = "person"
    suffix = kind_named(export.kind).suffix
    return f"{site_key}-{export.kind}-{scope}-{export.id.hex[-8:]}.{suffix}"


def downloadable(export: Export) -> str:
    """Return the name of a file that can be downloaded; refuse where there is none, saying why."""
    if export.state == State.EXPIRED:
        raise ExportStateError("This export has expired: ask for it again.")
    if export.state != State.DONE or export.file_name is None:
        raise ExportStateError(f"This export is {export.state}: there is nothing to download.")
    if export.folder is not None:
        raise ExportStateError(f"This export was laid down as {export.folder}/{export.file_name}.")
    return export.file_name


def expire(session: Session) -> int:
    """End what can no longer be downloaded, and drop what names a person; return how many."""
    query = select(Export).where(Export.state == State.DONE, Export.expires_at <= clock.now())
    found = session.scalars(query.prefix_with("/* exports.expire */")).all()
    for export in found:
        export.state = State.EXPIRED
        _forget_person(export)
    return len(found)


def files(session: Session) -> set[str]:
    """Return the names of the files that can be downloaded."""
    query = select(Export.file_name).where(Export.state == State.DONE, Export.folder.is_(None))
    found = session.scalars(query.prefix_with("/* exports.files */"))
    return {name for name in found if name is not None}


def _end(export: Export, state: State, error: str | None = None) -> None:
    export.state, export.error, export.ended_at = state, error, clock.now()
    leases.leave(export)
    if state is not State.DONE:
        _forget_person(export)


def _forget_person(export: Export) -> None:
    # A person's id is kept for as long as the file that is about them.
    if named := export.conditions.keys() & {"subject", "record"}:
        export.conditions = {**export.conditions, **dict.fromkeys(named, "forgotten")}
        export.manifest = None
