"""The courier: sends what waits for webhooks, each address in a thread of its own.

An address that is slow holds up nobody else, and has one thread at most in each process. Threads
may die with the process at any moment: what they held is taken again when its lease is over.
"""

import threading
import time
from collections.abc import Sequence
from uuid import UUID

from consent import logs, outgoing, webhooks
from consent.config import Settings
from consent.db import Database
from consent.outgoing import Opener
from consent.sealing import Sealer
from consent.webhooks import Outcome, Work

log = logs.logger(__name__)

MOST_THREADS = 16
# How long what was sent may wait to be written down: commits cost more than quick answers do.
SECONDS_TO_WRITE = 0.5


class Courier:
    """Sends in threads. One for each process."""

    def __init__(
        self, database: Database, settings: Settings, opener: Opener | None = None
    ) -> None:
        self._database = database
        self._sealer = Sealer(settings.secret_keys)
        self._opener = opener or outgoing.opener(settings)
        self._busy: dict[UUID, threading.Thread] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def step(self) -> int:
        """Begin to send what is due; return for how many addresses."""
        with self._lock:
            busy = set(self._busy)
        free = MOST_THREADS - len(busy)
        if free <= 0:
            return 0
        # Reading first: most of the time nothing is due, and a reader is in nobody's way.
        with self._database.reading() as session:
            wanted = webhooks.due(session, busy, free)
        for webhook_id in wanted:
            self._begin(webhook_id)
        return len(wanted)

    def settle(self) -> None:
        """Wait until what was begun is sent."""
        while True:
            with self._lock:
                running = list(self._busy.values())
            if not running:
                return
            for thread in running:
                thread.join()

    def run_once(self) -> None:
        """Send all that is due now, and end."""
        while self.step():
            self.settle()

    def run_for_ever(self, stop: threading.Event) -> None:
        """Look each second for what is due, until told to end."""
        self._stop = stop
        while not stop.wait(1):
            try:
                self.step()
            except Exception:
                log.exception("Webhooks could not be looked for; it is tried again in a minute")
                stop.wait(60)

    def _begin(self, webhook_id: UUID) -> None:
        # A daemon, since what it was about when the process ends is simply done again.
        thread = threading.Thread(
            target=self._serve, args=(webhook_id,), name="webhook", daemon=True
        )
        with self._lock:
            self._busy[webhook_id] = thread
        thread.start()

    def _serve(self, webhook_id: UUID) -> None:
        try:
            with self._database.transaction() as session:
                works = webhooks.claim(session, webhook_id, self._sealer)
            self._send(works)
        except Exception:
            log.exception("A webhook could not be served; it is tried again in two minutes")
        finally:
            with self._lock:
                del self._busy[webhook_id]

    def _send(self, works: Sequence[Work]) -> None:
        outcomes: list[Outcome] = []
        since, sent = time.monotonic(), 0
        for work in works:
            if self._stop.is_set() or not webhooks.is_ours(work):
                break
            outcomes.append(webhooks.send(self._opener, work))
            sent += 1
            if not outcomes[-1].is_reached:
                break
            if time.monotonic() - since > SECONDS_TO_WRITE:
                self._keep(outcomes)
                outcomes, since = [], time.monotonic()
        left = works[sent:]
        missed = outcomes[-1] if outcomes and not outcomes[-1].is_reached else None
        self._keep(outcomes)
        if left or missed:
            with self._database.transaction() as session:
                webhooks.release(session, left)
                if missed:
                    webhooks.keep_for_all(session, missed)

    def _keep(self, outcomes: Sequence[Outcome]) -> None:
        if outcomes:
            with self._database.transaction() as session:
                for outcome in outcomes:
                    webhooks.keep(session, outcome)
