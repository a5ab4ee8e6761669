"""Background jobs and the loop that runs them. To add one: a verb in its room, a line in JOBS.

Each job is one transaction and may run in several processes at once without harm: it only removes
what is over, or makes what is missing. After each run the job's row in the database says how it
went, so that `/readyz` and `/metrics` can tell on any machine.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from sqlalchemy.orm import Session

from consent import jobs, logs, records
from consent.db import Database
from consent.sequencer import Sequencer

log = logs.logger(__name__)


@dataclass(frozen=True)
class Job:
    """A verb to run again and again."""

    name: str
    every_seconds: int
    verb: Callable[[Session, Database], object]
    told_at: int = logging.INFO


JOBS = (
    Job("forget events", 3600, lambda session, _: records.forget_events(session)),
    Job("forget handovers", 600, lambda session, _: records.forget_handovers(session)),
    Job("partitions ahead", 3600, lambda session, database: database.dialect.prepare(session)),
    # Nothing to do but to be seen: its report is the sign that a worker lives.
    Job(jobs.HEARTBEAT, 60, lambda *_: None, told_at=logging.DEBUG),
)


def run_all(database: Database) -> None:
    """Run every job once; a failing one is logged and does not stop the others."""
    for job in JOBS:
        _run(job, database)


def run_for_ever(database: Database, sequencer: Sequencer) -> None:
    """Keep the logs and run each job when it is due, until the process is told to end."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    waited = dict.fromkeys(JOBS, 0)
    log.info("The worker begins")
    run_all(database)
    while not stop.wait(1):
        for job in JOBS:
            waited[job] += 1
            if waited[job] >= job.every_seconds:
                waited[job] = 0
                _run(job, database)
        _keep_logs(sequencer)
        _tidy(database)
    log.info("The worker ends")


def _run(job: Job, database: Database) -> None:
    began = time.monotonic()
    try:
        with database.transaction() as session:
            job.verb(session, database)
    except Exception:
        held = False
        log.exception("The job failed; it runs again when it is due", job=job.name)
    else:
        held = True
    took_ms = round((time.monotonic() - began) * 1000)
    outcome = "held" if held else "failed"
    log.log(job.told_at, "job", job=job.name, outcome=outcome, duration_ms=took_ms)
    try:
        with database.transaction() as session:
            jobs.report(session, job.name, job.every_seconds, took_ms=took_ms, held=held)
    except Exception:
        log.exception("The job's run could not be reported", job=job.name)


def _keep_logs(sequencer: Sequencer) -> None:
    try:
        sequencer.step()
    except Exception:
        log.exception("The evidence logs could not be kept; it is tried again in a second")


def _tidy(database: Database) -> None:
    try:
        database.tidy()
    except Exception:
        log.exception("The database's upkeep failed; it is tried again in a second")
