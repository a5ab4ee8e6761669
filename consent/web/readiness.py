"""Could a decision be stored now? Found out by storing something, within a time limit.

One look at a time, remembered for a second and shared by all who ask: probes cost the database the
same whether one comes a second or a thousand. A look that hangs holds up nobody. It goes on in its
own thread, and who asks meanwhile hears at once that there is no answer.

Ready means: a write became durable, and the schema is this release's. The rest are warnings, since
taking the service away would help nobody: the worker does upkeep that intake never waits for; a
disk that fills up still takes decisions until a write fails, and then this says so.
"""

import logging
import shutil
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consent import clock, jobs, ledger, migrate
from consent.db import Database
from consent.group_commit import GroupCommit
from consent.jobs import JobRun
from consent.ledger import Waiting

log = logging.getLogger(__name__)

OK = "ok"
SECONDS_TO_ANSWER = 1.5
SECONDS_REMEMBERED = 1.0
# The worker reports every minute.
WORKER_SILENCE = timedelta(minutes=5)
LEAST_FREE_BYTES = 1024**3


@dataclass(frozen=True)
class Disk:
    """The disk under the database, where that is ours to see."""

    free: int
    total: int


@dataclass(frozen=True)
class Look:
    """What one look found; what could not be found out is missing."""

    database: str = OK
    migrations: str = OK
    queue: Waiting | None = None
    unsigned_since: datetime | None = None
    runs: Sequence[JobRun] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    disk: Disk | None = None
    warnings: tuple[str, ...] = ()
    cause: Exception | None = None

    @property
    def ready(self) -> bool:
        """Say whether a decision could be stored."""
        return self.database == self.migrations == OK

    @property
    def worker_seen(self) -> datetime | None:
        """Return when a worker last reported that it lives."""
        return next((run.ran_at for run in self.runs if run.name == jobs.HEARTBEAT), None)

    def seconds_in_queue(self) -> int:
        """Return how long the oldest leaf has waited."""
        since = self.queue.since if self.queue else None
        return max(int((clock.now() - since).total_seconds()), 0) if since else 0


HUNG = Look(database=f"no answer within {SECONDS_TO_ANSWER} s")


class Readiness:
    """The newest look, at most a second old."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database = database
        self._writer = writer
        self._lock = threading.Lock()
        self._looking: Future[Look] | None = None
        self._began = 0.0
        self._was_ready = True

    def look(self) -> Look:
        """Return what is known, or `HUNG` when the look that runs takes too long."""
        with self._lock:
            now = time.monotonic()
            over = self._looking is None or self._looking.done()
            if self._looking is None or (over and now - self._began > SECONDS_REMEMBERED):
                self._looking, self._began = self._start(), now
            looking, left = self._looking, self._began + SECONDS_TO_ANSWER - now
        try:
            found = looking.result(max(left, 0))
        except TimeoutError:
            found = HUNG
        self._tell(found)
        return found

    def _start(self) -> "Future[Look]":
        looking: Future[Look] = Future()

        def run() -> None:
            looking.set_result(_look(self._database, self._writer))

        threading.Thread(target=run, name="readiness", daemon=True).start()
        return looking

    def _tell(self, found: Look) -> None:
        if found.ready != self._was_ready:
            self._was_ready = found.ready
            if found.ready:
                log.warning("Ready again")
            else:
                said = {found.database, found.migrations} - {OK}
                log.warning("Not ready: %s", "; ".join(said), exc_info=found.cause)


def _look(database: Database, writer: GroupCommit) -> Look:
    try:
        if not migrate.is_current(database):
            return Look("not tried", "not the schema of this release: run `consent upgrade`")
        writer.run(ledger.touch)
        with database.reading() as session:
            queue, runs = ledger.waiting(session), jobs.reported(session)
            unsigned = ledger.unsigned_since(session)
        found = Look(
            queue=queue, unsigned_since=unsigned, runs=runs, disk=_disk(database),
            sizes=database.dialect.sizes(database.engine),
        )  # fmt: skip
        unsafe = database.dialect.explain(database.engine)
        return replace(
            found, warnings=(*unsafe, *_of_worker(found), *_of_log(found), *_of_disk(found.disk))
        )
    except Exception as error:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        return Look(database="a durable write failed", cause=error)


def _disk(database: Database) -> Disk | None:
    folder = database.dialect.near(database.url)
    if folder is None:
        return None
    usage = shutil.disk_usage(folder)
    return Disk(usage.free, usage.total)


def _of_worker(look: Look) -> list[str]:
    seen = look.worker_seen
    if seen is None:
        return ["No worker has reported yet: start `consent worker`."]
    if clock.now() - seen > WORKER_SILENCE:
        return [f"No worker has reported since {clock.to_text(seen)}: start it again."]
    return [
        f"The job {run.name!r} failed last at {clock.to_text(run.ran_at)}: the worker's log says "
        "why."
        for run in look.runs
        if run.succeeded_at != run.ran_at
    ]


def _of_log(look: Look) -> list[str]:
    since = [each for each in (look.queue and look.queue.since, look.unsigned_since) if each]
    if not since or clock.now() - min(since) <= ledger.LAG:
        return []
    when = clock.to_text(min(since))
    return [f"Leaves since {when} are in no signed checkpoint: the worker's log says why."]


def _of_disk(disk: Disk | None) -> list[str]:
    if disk is None or disk.free >= LEAST_FREE_BYTES:
        return []
    free = disk.free // 1024**2
    return [f"Only {free} MB are free on the database's disk: make room before it is full."]
