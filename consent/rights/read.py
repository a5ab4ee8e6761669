"""Read requests: the list that staff work through, one of them, a person's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import NotFoundError
from consent.rights.models import RightsContact, RightsRequest, RightsStep
from consent.sites import Site

AT_ONCE = 50


@dataclass(frozen=True)
class Listed:
    """One page of requests, and the cursor to the next, if there is one."""

    rows: Sequence[RightsRequest]
    cursor: str | None


def requests(
    session: Session, site: Site, *, closed: bool = False, cursor: str = "", limit: int = AT_ONCE
) -> Listed:
    """Return requests that wait, the first due first, or those that are closed, newest first."""
    at = RightsRequest.closed_at if closed else RightsRequest.due_at
    query = select(RightsRequest).where(
        RightsRequest.site_id == site.id,
        RightsRequest.closed_at.is_not(None) if closed else RightsRequest.closed_at.is_(None),
    )
    place = tuple_(at, RightsRequest.id)
    if (after := _place(cursor)) is not None:
        query = query.where(place < after if closed else place > after)
    ordered = (
        query.order_by(at.desc(), RightsRequest.id.desc())
        if closed
        else query.order_by(at, RightsRequest.id)
    )
    found = session.scalars(ordered.limit(limit + 1).prefix_with("/* rights.requests */")).all()
    rows = found[:limit]
    return Listed(rows, _cursor(rows[-1], closed=closed) if len(found) > limit else None)


def count_open(session: Session, site: Site) -> tuple[int, int]:
    """Return how many requests wait, and how many of them for too long."""
    query = select(func.count(), func.count().filter(RightsRequest.due_at < clock.now())).where(
        RightsRequest.site_id == site.id, RightsRequest.closed_at.is_(None)
    )
    waiting, overdue = session.execute(query.prefix_with("/* rights.count_open */")).one()
    return waiting, overdue


def request_of(
    session: Session, site: Site, request_id: UUID, *, locked: bool = False
) -> RightsRequest:
    """Return a request of a site; another site's is not found."""
    found = session.get(RightsRequest, request_id, with_for_update=locked, populate_existing=locked)
    if found is None or found.site_id != site.id:
        raise NotFoundError("There is no such request.")
    return found


def of_person(
    session: Session, site: Site, subjects: Sequence[str], limit: int = AT_ONCE
) -> Sequence[RightsRequest]:
    """Return the requests of a person's subjects, newest first."""
    query = (
        select(RightsRequest)
        .where(RightsRequest.site_id == site.id, RightsRequest.subject_id.in_(list(subjects)))
        .order_by(RightsRequest.opened_at.desc(), RightsRequest.id)
        .limit(limit)
    )
    return session.scalars(query.prefix_with("/* rights.of_person */")).all()


def with_reference(session: Session, site: Site, reference: str) -> RightsRequest | None:
    """Return the request of a number, as people write or say it, or None."""
    digits = "".join(char for char in reference.upper() if char.isascii() and char.isalnum())
    digits = digits.removeprefix("R")[:8]
    query = select(RightsRequest).where(
        RightsRequest.site_id == site.id,
        RightsRequest.reference == f"R-{digits[:4]}-{digits[4:]}",
    )
    return session.scalar(query.prefix_with("/* rights.with_reference */"))


def contact_of(session: Session, request: RightsRequest) -> RightsContact | None:
    """Return what the person wrote, or None once it was forgotten."""
    return session.get(RightsContact, request.id)


def steps_of(session: Session, request: RightsRequest) -> Sequence[RightsStep]:
    """Return what happened to a request, in order."""
    query = select(RightsStep).where(RightsStep.request_id == request.id).order_by(RightsStep.id)
    return session.scalars(query.prefix_with("/* rights.steps_of */")).all()


def _cursor(last: RightsRequest, *, closed: bool) -> str:
    at = last.closed_at if closed else last.due_at
    assert at is not None
    # Nothing in it changes its meaning in an address, as a plus would.
    return f"{at.isoformat().replace('+00:00', 'Z')}~{last.id}"


def _place(cursor: str) -> tuple[datetime, UUID] | None:
    """Read a cursor; one that is none of ours begins at the first page."""
    at, _, request_id = cursor.partition("~")
    try:
        moment, number = datetime.fromisoformat(at), UUID(request_id)
    except ValueError:
        return None
    return (moment, number) if moment.tzinfo and 1970 < moment.year < 9000 else None
