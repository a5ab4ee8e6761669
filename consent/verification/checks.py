"""Checks of a log that staff ask for: into the queue, claimed by a worker, ended with a verdict.

A claim is a lease (`jobs.leases`): once it lapses, the check is begun anew by whoever looks.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ids, ledger
from consent.errors import NotFoundError
from consent.jobs import leases
from consent.jobs.leases import MOST_ATTEMPTS, OPEN
from consent.ledger.models import Log
from consent.verification.models import LogCheck
from consent.verification.verify_log import NotHeldError, Report

GIVEN_UP = "The check was begun several times and never came to an end: see the worker's log."


class Verdict(StrEnum):
    """How far a check is, and what it found."""

    REQUESTED = leases.REQUESTED
    RUNNING = leases.RUNNING
    HELD = "held"
    NOT_HELD = "not_held"
    # It could not be carried through, so it says nothing about the log.
    BROKEN = "broken"


def ask_check(session: Session, site_id: int, actor: str) -> LogCheck:
    """Ask for a check of a site's log; one that waits or runs already is the same one."""
    log_id = ledger.log_id_of(session, site_id)
    # The log's lock lets two who ask at once find one check.
    session.get_one(Log, log_id, with_for_update={"key_share": True})
    query = select(LogCheck).where(LogCheck.site_id == site_id, LogCheck.state.in_(OPEN))
    found = session.scalars(query.limit(1).prefix_with("/* verification.open */")).one_or_none()
    if found is not None:
        return found
    now = clock.now()
    check = LogCheck(
        id=ids.new_record_id(now),
        site_id=site_id,
        log_id=log_id,
        asked_by=actor,
        state=Verdict.REQUESTED,
        checked=0,
        attempts=0,
        asked_at=now,
    )
    session.add(check)
    session.flush()
    return check


def is_check_waiting(session: Session) -> bool:
    """Say whether there may be a check to claim; a look that holds up nobody."""
    return leases.is_any_waiting(session, LogCheck, "verification.is_check_waiting")


def claim_check(session: Session) -> LogCheck | None:
    """Take the oldest check that waits, or whose worker is gone."""
    found = leases.oldest(session, LogCheck, "verification.claim_check")
    if found is None:
        return None
    if found.attempts >= MOST_ATTEMPTS:
        _end(found, Verdict.BROKEN, None, GIVEN_UP)
        return None
    leases.take(found)
    found.checked, found.counted = 0, session.get_one(Log, found.log_id).size
    session.flush()
    return found


def keep_check(session: Session, claimed: LogCheck, checked: int) -> bool:
    """Renew a claim and tell how far it is; False where it is another's now."""
    check = leases.held(session, claimed, "verification.held")
    if check is not None:
        leases.renew(check)
        check.checked = checked
    return check is not None


def end_check(session: Session, claimed: LogCheck, found: Report | NotHeldError | str) -> bool:
    """Say what a check found, or why it found nothing; False where the claim is another's now."""
    check = leases.held(session, claimed, "verification.held")
    if check is None:
        return False
    if isinstance(found, Report):
        said: dict[str, Any] = {
            "held": found.held,
            "counts": dict(found.counts),
            "unproved": found.unproved,
        }
        _end(check, Verdict.HELD, said, None)
    elif isinstance(found, NotHeldError):
        said = {"check": found.check, "verdict": found.verdict, "rows": found.rows}
        _end(check, Verdict.NOT_HELD, said, str(found))
    else:
        _end(check, Verdict.BROKEN, None, found)
    return True


def find_check(session: Session, site_id: int, check_id: UUID) -> LogCheck:
    """Return a check of a site's log."""
    query = select(LogCheck).where(LogCheck.site_id == site_id, LogCheck.id == check_id)
    found = session.scalars(query.prefix_with("/* verification.find_check */")).one_or_none()
    if found is None:
        raise NotFoundError("There is no such check.")
    return found


def checks_of(session: Session, site_id: int, limit: int = 10) -> Sequence[LogCheck]:
    """Return the last checks of a site's log, the newest first."""
    query = select(LogCheck).where(LogCheck.site_id == site_id).order_by(LogCheck.id.desc())
    return session.scalars(query.limit(limit).prefix_with("/* verification.checks_of */")).all()


def _end(check: LogCheck, state: Verdict, report: dict[str, Any] | None, error: str | None) -> None:
    check.state, check.report, check.error = state, report, error
    check.ended_at = clock.now()
    leases.leave(check)
    if state is Verdict.HELD:
        check.checked = check.counted or 0
