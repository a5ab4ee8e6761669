"""Legal holds: what must not be erased while somebody may need it as evidence.

Adding a hold and erasing both take the lock of the site's row first, so a hold that was added is
never passed over by an erasure under way. Each act is a leaf; its reason stays in the table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from consent import characters, clock, ledger
from consent.errors import HeldError, InvalidFieldsError, NotFoundError
from consent.ledger import Kind
from consent.ledger.models import Log
from consent.records.models import ConsentRecord, LegalHold, SubjectState
from consent.sites import Site

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Scope:
    """What a hold covers: a person or all, from a moment (included) to another (not included)."""

    subject_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None


def lock_site(session: Session, site: Site) -> None:
    """Order holds and erasures of one site; decisions, which hold the row's key alone, go on."""
    session.execute(
        select(Site.id)
        .where(Site.id == site.id)
        .with_for_update(key_share=True)
        .prefix_with("/* records.lock_site */")
    )
    # No new epoch either: it would give rows other places while we name them.
    session.execute(
        select(Log.id)
        .where(Log.site_id == site.id)
        .with_for_update(read=True, key_share=True)
        .prefix_with("/* records.lock_site */")
    )


def hold(session: Session, site: Site, scope: Scope, reason: str) -> LegalHold:
    """Keep what a scope covers from being erased until the hold is released."""
    lock_site(session, site)
    _check(session, site, scope, reason)
    now = clock.now()
    made = LegalHold(
        id=uuid4(),
        site_id=site.id,
        subject_id=scope.subject_id,
        start=scope.start,
        end=scope.end,
        reason=reason.strip(),
        added_at=now,
    )
    session.add(made)
    session.flush()
    _queue(session, site, made, "add", now)
    return made


def release(session: Session, site: Site, hold_id: UUID, reason: str) -> LegalHold:
    """End a hold; refuses one that is not in force."""
    lock_site(session, site)
    found = session.get(LegalHold, hold_id, populate_existing=True)
    if found is None or found.site_id != site.id:
        raise NotFoundError("This site has no such hold: see `consent hold list`.")
    if found.released_at is not None:
        raise NotFoundError(f"This hold was released on {clock.to_text(found.released_at)}.")
    if problem := reason_problem(reason):
        raise InvalidFieldsError({"reason": [problem]})
    now = clock.now()
    found.released_at = now
    found.reason = f"{found.reason}\nReleased: {reason.strip()}"
    session.flush()
    _queue(session, site, found, "release", now)
    return found


def holds_of(session: Session, site: Site) -> Sequence[LegalHold]:
    """Return all holds of a site, also those that were released, oldest first."""
    query = select(LegalHold).where(LegalHold.site_id == site.id).order_by(LegalHold.added_at)
    return session.scalars(query.prefix_with("/* records.holds_of */")).all()


def holds_like(session: Session, site: Site, scope: Scope) -> Sequence[LegalHold]:
    """Return the holds in force that have exactly this scope."""
    return [
        each
        for each in holds_of(session, site)
        if each.released_at is None and Scope(each.subject_id, each.start, each.end) == scope
    ]


def is_held() -> ColumnElement[bool]:
    """Return the condition that a hold covers a consent record."""
    return exists().where(
        LegalHold.site_id == ConsentRecord.site_id,
        LegalHold.released_at.is_(None),
        or_(LegalHold.subject_id.is_(None), LegalHold.subject_id == ConsentRecord.subject_id),
        _lies_within(),
    )


def holds_on(session: Session, site: Site, subject_id: str) -> Sequence[LegalHold]:
    """Return the holds in force that keep a person from being erased, oldest first.

    One that names the person keeps them whatever its period, since the hold itself names them.
    """
    covered = exists().where(
        ConsentRecord.site_id == LegalHold.site_id,
        ConsentRecord.subject_id == subject_id,
        _lies_within(),
    )
    query = select(LegalHold).where(
        LegalHold.site_id == site.id,
        LegalHold.released_at.is_(None),
        or_(LegalHold.subject_id == subject_id, LegalHold.subject_id.is_(None) & covered),
    )
    ordered = query.order_by(LegalHold.added_at).prefix_with("/* records.holds_on */")
    return session.scalars(ordered).all()


def refuse_held(session: Session, site: Site, subject_id: str) -> None:
    """Refuse where a hold keeps a person; the sentence says which, since when and what to do."""
    found = holds_on(session, site, subject_id)
    if found:
        named = ", ".join(f"{each.id} (since {clock.to_text(each.added_at)})" for each in found)
        raise HeldError(
            f"Nothing was erased: this person's records are under the hold {named}. When they may "
            f"go, release it with `consent hold release {found[0].id} --site {site.key} "
            "--reason TEXT` and erase again."
        )


def _lies_within() -> ColumnElement[bool]:
    at = ConsentRecord.recorded_at
    after = or_(LegalHold.start.is_(None), LegalHold.start <= at)
    return after & or_(LegalHold.end.is_(None), LegalHold.end > at)


def _check(session: Session, site: Site, scope: Scope, reason: str) -> None:
    problems: dict[str, object] = {}
    if problem := reason_problem(reason):
        problems["reason"] = [problem]
    if scope.start and scope.end and scope.start >= scope.end:
        problems["to"] = ["Give a moment after --from."]
    # A mistyped id would protect nobody, and nobody would notice.
    if scope.subject_id and session.get(SubjectState, (site.id, scope.subject_id)) is None:
        problems["subject"] = ["This site knows no such person: see `consent subject show`."]
    if problems:
        raise InvalidFieldsError(problems)


def reason_problem(reason: str) -> str | None:
    """Return what is wrong with a reason, or None."""
    if reason.strip() and len(reason) <= LONGEST_REASON and characters.is_storable(reason):
        return None
    return f"Say why, in at most {LONGEST_REASON} characters."


def _queue(session: Session, site: Site, found: LegalHold, act: str, now: datetime) -> None:
    payload = {
        "act": act,
        "at": clock.to_ms(now),
        "from": clock.to_ms(found.start) if found.start else None,
        "hold": str(found.id),
        "subject": found.subject_id,
        "to": clock.to_ms(found.end) if found.end else None,
        "v": 1,
    }
    log_id = ledger.log_id_of(session, site.id)
    ledger.queue(session, log_id, Kind.HOLD, ledger.dump(payload), recorded_at=now)
