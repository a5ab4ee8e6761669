"""Say that a job ran, and read what was said."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock
from consent.jobs.models import JobRun

HEARTBEAT = "heartbeat"


def report(session: Session, name: str, every_seconds: int, *, took_ms: int, held: bool) -> None:
    """Write down a run that just ended; the time of the last success stays when it failed."""
    run = session.get(JobRun, name) or JobRun(name=name)
    run.every_seconds, run.took_ms, run.ran_at = every_seconds, took_ms, clock.now()
    if held:
        run.succeeded_at = run.ran_at
    session.add(run)


def reported(session: Session) -> Sequence[JobRun]:
    """Return the last run of every job."""
    query = select(JobRun).order_by(JobRun.name).prefix_with("/* jobs.reported */")
    return session.scalars(query).all()
