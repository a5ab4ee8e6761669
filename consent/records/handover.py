"""Redeem a handover: a decision made on a hosted page, carried back to the site once."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import NotFoundError
from consent.records.models import UsedHandover

HANDOVER_SECONDS = 300


def redeem(session: Session, site_id: int, token: str) -> None:
    """Mark a verified token as used; a second use is refused as unknown."""
    digest = sha256(token.encode()).digest()
    if session.get(UsedHandover, (site_id, digest), with_for_update=True) is not None:
        raise NotFoundError("This handover was used before or is too old.")
    session.add(
        UsedHandover(
            site_id=site_id,
            token_digest=digest,
            expires_at=clock.now() + timedelta(seconds=2 * HANDOVER_SECONDS),
        )
    )
    session.flush()


def forget_handovers(session: Session) -> int:
    """Drop tokens that have expired anyway; return how many."""
    query = delete(UsedHandover).where(UsedHandover.expires_at < clock.now())
    return int(session.connection().execute(query).rowcount)
