"""Failed logins slow down what comes next, by account and by network; unknown names count alike.

Kept in the database, so that all processes count together and a restart forgets nothing. Keys are
hashed with a secret; no address is stored.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import TooManyError
from consent.staff.models import StaffAttempt

# So many mistakes are free; then each one doubles the wait.
FREE_BY_ACCOUNT, FREE_BY_NETWORK = 5, 25
LONGEST = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)


def key_of(secret: str, kind: str, what: str) -> bytes:
    """Return under what an account or a network is counted."""
    return hmac.digest(secret.encode(), f"{kind} {what}".encode(errors="replace"), "sha256")


def check(session: Session, keys: Iterable[tuple[bytes, int]]) -> None:
    """Refuse while one of the keys, each with its number of free mistakes, has to wait."""
    now = clock.now()
    for key, free in keys:
        found = session.get(StaffAttempt, key)
        rest = _until(found, free) - now if found else timedelta()
        if rest > timedelta():
            seconds = int(rest.total_seconds()) + 1
            raise TooManyError(
                f"Too many failed attempts: try again in {seconds} seconds.", retry_after=seconds
            )


def failed(session: Session, keys: Iterable[bytes]) -> None:
    """Count a failed attempt."""
    now = clock.now()
    for key in sorted(keys):
        found = session.get(StaffAttempt, key, with_for_update=True)
        if found is None:
            session.add(StaffAttempt(key=key, failures=1, last_at=now))
        elif now - found.last_at > FORGOTTEN_AFTER:
            found.failures, found.last_at = 1, now
        else:
            found.failures, found.last_at = found.failures + 1, now
    session.flush()


def succeeded(session: Session, key: bytes) -> None:
    """Forget the mistakes of an account; its network's stay, others may be there."""
    session.execute(delete(StaffAttempt).where(StaffAttempt.key == key))


def forget_attempts(session: Session) -> int:
    """Remove what is over."""
    over = clock.now() - FORGOTTEN_AFTER
    gone = session.execute(delete(StaffAttempt).where(StaffAttempt.last_at < over))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _until(attempt: StaffAttempt, free: int) -> datetime:
    beyond = attempt.failures - free
    if beyond < 0:
        return attempt.last_at
    return attempt.last_at + min(LONGEST, timedelta(seconds=2 ** min(beyond, 20)))
