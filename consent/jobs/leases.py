"""Work that waits in a row, and the lease of the worker that does it.

A worker renews its lease each second. Once it lapses anybody may begin the work anew, and whoever
had it before can neither end nor fail it: each step asks for the row by the lease it holds.
"""

import secrets
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from consent import clock

LEASE = timedelta(seconds=20)
MOST_ATTEMPTS = 5
REQUESTED, RUNNING = "requested", "running"
OPEN = (REQUESTED, RUNNING)


class Leased:
    """The columns of a row that is work. Its `state` is `requested`, `running`, or how it ended."""

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    lease: Mapped[str | None] = mapped_column(Text)
    lease_until: Mapped[datetime | None]


Work = TypeVar("Work", bound=Leased)


def is_any_waiting(session: Session, kind: type[Work], name: str) -> bool:
    """Say whether there may be something to take; a look that holds up nobody."""
    query = select(kind.id).where(kind.state.in_(OPEN), _is_free(kind)).limit(1)
    return session.scalar(query.prefix_with(f"/* {name} */")) is not None


def oldest(session: Session, kind: type[Work], name: str) -> Work | None:
    """Return the oldest work that waits or whose worker is gone, and hold it until the commit.

    Two workers never get the same: PostgreSQL locks the row, SQLite the database.
    """
    query = select(kind).where(kind.state.in_(OPEN), _is_free(kind)).order_by(kind.id).limit(1)
    query = query.with_for_update(skip_locked=True).prefix_with(f"/* {name} */")
    return session.scalars(query).one_or_none()


def take(work: Leased) -> None:
    """Begin a piece of work, under a lease that nobody else knows."""
    work.state, work.lease = RUNNING, secrets.token_hex(8)
    work.attempts += 1
    renew(work)


def renew(work: Leased) -> None:
    """Go on for as long again."""
    work.lease_until = clock.now() + LEASE


def held(session: Session, claimed: Work, name: str) -> Work | None:
    """Return work as long as it is ours; None where it was ended or is another's now.

    The lock orders a worker's step and somebody's cancel: whichever comes second sees the first.
    """
    kind = type(claimed)
    query = select(kind).where(
        kind.id == claimed.id, kind.state == RUNNING, kind.lease == claimed.lease
    )
    return session.scalars(query.with_for_update().prefix_with(f"/* {name} */")).one_or_none()


def leave(work: Leased) -> None:
    """Let go of a piece of work, whatever came of it."""
    work.lease = work.lease_until = None


def _is_free(kind: type[Work]) -> ColumnElement[bool]:
    lapsed = and_(kind.state == RUNNING, kind.lease_until < clock.now())
    return or_(kind.state == REQUESTED, lapsed)
