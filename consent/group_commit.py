"""Group commit: many decisions share one durable commit, each is answered after it.

A commit that reaches the disk costs the same for one row and for a hundred. Requests hand their
verb to one writer thread, which runs all that wait in one transaction, each behind a savepoint of
its own, and wakes them when the commit is durable. No request waits for others to arrive: a batch
is what piled up during the commit before it.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitedTooLongError
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from consent import metrics
from consent.db import Database
from consent.errors import ConsentError, NotDurableError

T = TypeVar("T")
log = logging.getLogger(__name__)

MOST_IN_A_BATCH = 128
SECONDS_TO_WAIT = 10.0
MOST_WAITING = 2048


@dataclass
class _Job:
    verb: Callable[[Session], Any]
    future: "Future[Any]" = field(default_factory=Future)
    since: float = field(default_factory=time.perf_counter)
    value: Any = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class GroupCommit:
    """Runs verbs in shared transactions. One for each process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: queue.Queue[_Job] = queue.Queue(MOST_WAITING)
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def run(self, verb: Callable[[Session], T]) -> T:
        """Run a verb and return its value once its commit is durable.

        The verb may run twice (after a collision with another process), so it changes nothing but
        its session. Raises what the verb raised, or `NotDurableError` when nothing was kept.
        """
        self._start()
        job = _Job(verb)
        try:
            self._waiting.put_nowait(job)
            value: T = job.future.result(SECONDS_TO_WAIT)
        except (queue.Full, WaitedTooLongError):
            job.future.cancel()
            raise NotDurableError from None
        return value

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            batch = [self._waiting.get()]
            while len(batch) < MOST_IN_A_BATCH:
                try:
                    batch.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            # A job whose request gave up is left out: nobody was told that it is stored.
            if wanted := [job for job in batch if job.future.set_running_or_notify_cancel()]:
                self._commit(wanted)

    def _commit(self, batch: list[_Job]) -> None:
        # One poisoned or dead-locked job must not take the others with it: then each goes alone.
        with metrics.batch(len(batch), batch[0].since):
            if len(batch) == 1 or not self._together(batch):
                for job in batch:
                    self._alone(job)
        for job in batch:
            job.settle()
        self._tidy()

    def _together(self, batch: list[_Job]) -> bool:
        try:
            with self._database.transaction() as session:
                for job in batch:
                    _attempt(session, job)
        except Exception:
            log.warning("A batch of %d is stored one by one", len(batch), exc_info=True)
            return False
        return True

    def _alone(self, job: _Job) -> None:
        for last in (False, True):
            job.value, job.error = None, None
            try:
                with self._database.transaction() as session:
                    job.value = job.verb(session)
            except ConsentError as error:
                job.error = error
            except Exception as error:
                # Another process recorded the same event or subject in between: look again, once.
                if isinstance(error, IntegrityError) and not last:
                    continue
                log.exception("A decision could not be stored")
                job.error = NotDurableError()
            return

    def _tidy(self) -> None:
        try:
            self._database.tidy()
        except Exception:
            log.exception("The database's upkeep failed; it is tried again after the next commit")


def _attempt(session: Session, job: _Job) -> None:
    """Run one of several behind a savepoint, so that a refusal takes back its own writes alone."""
    try:
        with session.begin_nested():
            job.value = job.verb(session)
    except ConsentError as error:
        job.error = error
