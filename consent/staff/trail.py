"""Note an act of staff as a leaf, in the transaction of the act; read what was noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.ledger import Kind
from consent.ledger.models import Log
from consent.staff.models import StaffEvent, StaffMember

# Who works at the machine itself has no account; the operating system knows who it was.
COMMAND_LINE = "command line"
# What the service does by itself because staff asked for it earlier, such as a schedule.
WORKER = "worker"


def note(  # noqa: PLR0913 - an act is that many facts
    session: Session,
    log_id: int,
    verb: str,
    facts: Mapping[str, object],
    actor: str = COMMAND_LINE,
    *,
    details: Mapping[str, object] | None = None,
) -> None:
    """Queue the leaf of an act. `verb` is `noun.verb`, such as `notice.publish`.

    What is written here can never be erased: `actor` is a random id or the command line, and
    `facts` hold no name, address, free text or subject id. `details` (before, after, reasons) stay
    in the event's row; the leaf holds their SHA-256 alone. The instance's log has every act, the
    site's own log those on the site besides (decision 24).
    """
    now = clock.now()
    said = dict(facts)
    if details is not None:
        said["details"] = "sha256-" + ledger.digest(ledger.dump(details))
    payload = {"actor": actor, "at": clock.to_ms(now), "facts": said, "v": 1, "verb": verb}
    data = ledger.dump(payload)
    site_id = session.get_one(Log, log_id).site_id
    queued = ledger.queue(session, log_id, Kind.STAFF, data, recorded_at=now)
    if site_id is not None:
        everything = ledger.instance_log(session)
        queued = ledger.queue(session, everything, Kind.STAFF, data, recorded_at=now)
    event = StaffEvent(at=now, actor=actor, verb=verb, site_id=site_id, entry_id=queued.entry_id)
    event.facts, event.details = said, dict(details) if details is not None else None
    session.add(event)


@dataclass(frozen=True)
class Trail:
    """Which acts: by whom, of what kind, on which site, in which time; `before` is a cursor."""

    actor: str | None = None
    verb: str | None = None
    site_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None


def events(session: Session, trail: Trail, limit: int = 50) -> Sequence[StaffEvent]:
    """Return acts, newest first; the last one's id is the cursor to those before."""
    query = select(StaffEvent)
    if trail.actor is not None:
        query = query.where(StaffEvent.actor == trail.actor)
    if trail.verb is not None:
        noun = trail.verb.endswith(".")
        query = query.where(
            StaffEvent.verb.startswith(trail.verb, autoescape=True)
            if noun
            else StaffEvent.verb == trail.verb
        )
    if trail.site_id is not None:
        query = query.where(StaffEvent.site_id == trail.site_id)
    if trail.start is not None:
        query = query.where(StaffEvent.at >= trail.start)
    if trail.end is not None:
        query = query.where(StaffEvent.at < trail.end)
    if trail.before is not None:
        query = query.where(StaffEvent.id < trail.before)
    query = query.order_by(StaffEvent.id.desc()).limit(limit)
    return session.scalars(query.prefix_with("/* staff.events */")).all()


def names(session: Session) -> dict[str, str]:
    """Return what the random ids in the trail stand for."""
    query = select(StaffMember.key, StaffMember.name).prefix_with("/* staff.names */")
    return dict(session.execute(query).all())
