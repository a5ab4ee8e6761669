"""Background jobs and the loop that runs them. To add one: a verb in its room, a line in JOBS.

Each job is one transaction and may run in several processes at once without harm: it only removes
what is over, or makes what is missing.
"""

import logging
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from sqlalchemy.orm import Session

from consent import records
from consent.db import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """A verb to run again and again."""

    name: str
    every_seconds: int
    verb: Callable[[Session, Database], object]


JOBS = (
    Job("forget events", 3600, lambda session, _: records.forget_events(session)),
    Job("forget handovers", 600, lambda session, _: records.forget_handovers(session)),
    Job("partitions ahead", 3600, lambda session, database: database.dialect.prepare(session)),
)


def run_all(database: Database) -> None:
    """Run every job once; a failing one is logged and does not stop the others."""
    for job in JOBS:
        _run(job, database)


def run_for_ever(database: Database) -> None:
    """Run each job when it is due, until the process is told to end."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    waited = dict.fromkeys(JOBS, 0)
    run_all(database)
    while not stop.wait(1):
        for job in JOBS:
            waited[job] += 1
            if waited[job] >= job.every_seconds:
                waited[job] = 0
                _run(job, database)
        database.tidy()


def _run(job: Job, database: Database) -> None:
    try:
        with database.transaction() as session:
            job.verb(session, database)
    except Exception:
        log.exception("The job %r failed; it runs again when it is due", job.name)
