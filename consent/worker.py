"""Background jobs and the loop that runs them. To add one: a verb in its room, a line in JOBS.

Each job is one transaction and may run in several processes at once without harm: it only removes
what is over, or makes what is missing. One with more to do than fits a transaction says so and runs
again a second later. After each run the job's row in the database says how it went, so that
`/readyz` and `/metrics` can tell on any machine.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any

from sqlalchemy.orm import Session

from consent import (
    anchors,
    clock,
    insights,
    jobs,
    logs,
    notices,
    records,
    rights,
    snippet,
    staff,
    webhooks,
)
from consent.config import Settings
from consent.courier import Courier
from consent.db import Database
from consent.exporter import Jobs
from consent.sequencer import Sequencer

log = logs.logger(__name__)
PORTRAY_SECONDS = 10
ANCHORS_TROUBLE = "Checkpoints could not be laid down; it is tried again in a minute"
PICTURES_TROUBLE = "A version could not be looked at; it is tried again in a minute"
SECONDS_TO_END = 5.0


@dataclass(frozen=True)
class Job:
    """A verb to run again and again."""

    name: str
    every_seconds: int
    verb: Callable[[Session, Database], object]
    told_at: int = logging.INFO
    # By what the verb returned: whether there is more of it to do, in a transaction of its own, and
    # what is left to do outside of any once there is not.
    is_full: Callable[[Any], bool] = lambda _: False
    afterwards: Callable[[Any, Database], object] | None = None


JOBS = (
    Job("forget events", 3600, lambda session, _: records.forget_events(session)),
    Job(
        "forget deliveries",
        3600,
        lambda session, _: webhooks.forget_deliveries(session),
        is_full=lambda found: found >= webhooks.MOST_FORGOTTEN,
    ),
    Job("forget handovers", 600, lambda session, _: records.forget_handovers(session)),
    Job("forget logins", 3600, lambda session, _: staff.forget_ended(session)),
    Job("forget requests", 86_400, lambda session, _: rights.forget(session)),
    Job("partitions ahead", 3600, lambda session, database: database.dialect.prepare(session)),
    Job(
        "retention",
        86_400,
        lambda session, _: records.expire(session),
        is_full=lambda found: found.is_full,
        afterwards=lambda found, database: found.owes_purge and database.purge(),
    ),
    Job(
        "insights",
        15,
        lambda session, _: insights.count(session),
        told_at=logging.DEBUG,
        is_full=lambda found: found.is_full,
    ),
    Job(
        "publish due notices",
        10,
        lambda session, _: notices.publish_due(session),
        told_at=logging.DEBUG,
        is_full=lambda found: found is not None,
    ),
    # Nothing to do but to be seen: its report is the sign that a worker lives.
    Job(jobs.HEARTBEAT, 60, lambda *_: None, told_at=logging.DEBUG),
)


def run_all(database: Database) -> None:
    """Run every job once; a failing one is logged and does not stop the others."""
    for job in JOBS:
        while _run(job, database):
            pass


def run_for_ever(database: Database, sequencer: Sequencer, settings: Settings) -> None:
    """Keep the logs and run each job when it is due, until the process is told to end."""
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    waited = {job: job.every_seconds for job in JOBS}
    log.info("The worker begins")
    if anchors.targets(settings):
        memory = anchors.Memory()
        lay_down = partial(anchor, database, settings, memory)
        _beside("anchors", stop, 1, lay_down, ANCHORS_TROUBLE)
    look = partial(portray, database, settings)
    _beside("pictures", stop, PORTRAY_SECONDS, look, PICTURES_TROUBLE)
    _start_sending(database, settings, stop)
    exporting = _start_exporting(database, settings, stop)
    _run_due(waited, database)
    while not stop.wait(1):
        waited = {job: seconds + 1 for job, seconds in waited.items()}
        _run_due(waited, database)
        _keep_logs(sequencer)
        _tidy(database)
    # An export gives itself back, so that the next worker begins it at once.
    exporting.join(SECONDS_TO_END)
    log.info("The worker ends")


def anchor(database: Database, settings: Settings, memory: anchors.Memory) -> None:
    """Lay down outside what is due; the network is waited for outside every transaction."""
    # A witness that was elsewhere than thought is asked again at once, with the proof from there.
    while anchors.Result.ELSEWHERE in _anchor_once(database, settings, memory):
        pass


def _anchor_once(
    database: Database, settings: Settings, memory: anchors.Memory
) -> list[anchors.Result]:
    with database.reading() as session:
        works = anchors.due(session, settings, clock.now(), memory)
    results = []
    for work in works:
        # Whoever did not answer for one log is not waited for again for the next.
        if memory.may(work.log_id, work.target, clock.now()):
            outcome = anchors.lay_down(work)
            if outcome.result is anchors.Result.DONE:
                with database.transaction() as session:
                    anchors.keep(session, outcome)
            memory.note(outcome)
            results.append(outcome.result)
    return results


def _beside(
    name: str, stop: threading.Event, seconds: float, step: Callable[[], object], trouble: str
) -> None:
    """Take a step again and again in a thread of its own; after a failure a minute later.

    For what may take long: somebody outside who answers late, a browser. A daemon, since what it
    was about when the process ends is simply done again.
    """

    def for_ever() -> None:
        while not stop.wait(seconds):
            try:
                step()
            except Exception:
                log.exception(trouble)
                stop.wait(60)

    threading.Thread(target=for_ever, name=name, daemon=True).start()


def _start_sending(database: Database, settings: Settings, stop: threading.Event) -> None:
    courier = Courier(database, settings)
    threading.Thread(
        target=courier.run_for_ever, args=(stop,), name="webhooks", daemon=True
    ).start()


def _start_exporting(
    database: Database, settings: Settings, stop: threading.Event
) -> threading.Thread:
    exporting = Jobs(database, settings, stop)
    thread = threading.Thread(target=exporting.run_for_ever, name="exports", daemon=True)
    thread.start()
    return thread


def portray(database: Database, settings: Settings) -> bool:
    """Look at one version that has no pictures yet; False where there is none."""
    with database.reading() as session:
        version = notices.unpictured(session)
        sitting = snippet.sitting(session, version, snippet.core()) if version else None
    if version is None or sitting is None:
        return False
    # A browser takes its seconds, outside of any transaction.
    found = snippet.portray(sitting, settings.chromium)
    with database.transaction() as session:
        notices.keep_portrait(session, version, found)
    return True


def _run_due(waited: dict[Job, int], database: Database) -> None:
    for job in JOBS:
        if waited[job] >= job.every_seconds:
            # One with more to do goes on in a second, so that the logs are kept in between.
            again = _run(job, database, in_passing=True)
            waited[job] = job.every_seconds if again else 0


def _run(job: Job, database: Database, *, in_passing: bool = False) -> bool:
    """Run a job once; say whether it is to be run again at once."""
    began, again = time.monotonic(), False
    try:
        with database.transaction() as session:
            found = job.verb(session, database)
        again = job.is_full(found)
        if job.afterwards and not again:
            _finish(job, found, database, in_passing=in_passing)
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
    return again


def _finish(job: Job, found: Any, database: Database, *, in_passing: bool) -> None:
    def finish() -> None:
        try:
            assert job.afterwards
            job.afterwards(found, database)
        except Exception:
            log.exception("What a job left to do failed; it is tried again with it", job=job.name)

    if in_passing:
        # A big database takes its time, and the logs are to be kept meanwhile.
        threading.Thread(target=finish, name=job.name, daemon=True).start()
    else:
        finish()


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
