"""Keeps the logs: places what waits, signs and shows what was placed.

Any process may do it, at any time; intake never waits for it and never needs it. A checkpoint is
shown when 256 leaves are placed since the last, ten seconds after the first of them, or at once
where somebody waits for a receipt, at most one a second for each log.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from consent import ledger, logs, sites
from consent.config import Settings
from consent.db import Database
from consent.errors import LedgerKeyError, LogForkedError
from consent.ledger import Marks, Unshown
from consent.ledger.models import Log

log = logs.logger(__name__)

MOST_UNSHOWN = 256
SECONDS_UNSHOWN = 10.0
SECONDS_BETWEEN = 1.0
SECONDS_BETWEEN_ALARMS = 60.0
PAUSE = 0.05


@dataclass
class _Known:
    """What this process remembers of a log: since when there is news, when it showed and told."""

    shown: int | None = None
    news_since: float = float("-inf")
    shown_at: float = float("-inf")
    told_at: float = float("-inf")


class Sequencer:
    """The one place that moves logs forward. One for each process."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._public_url = settings.public_url
        self._seeds = settings.ledger_seeds
        self._marks = Marks(Path(settings.state_dir))
        self._known: dict[int, _Known] = {}

    def step(self) -> int:
        """Place what waits in all logs and show what is due; return how many leaves were placed."""
        with self._database.reading() as session:
            waiting = ledger.waiting_logs(session)
        placed = sum(self.place(log_id) for log_id in waiting)
        with self._database.reading() as session:
            news = ledger.unshown(session)
        for each in news:
            if self._is_due(each):
                self._try_to_show(each.log_id)
        return placed

    def place(self, log_id: int) -> int:
        """Place all that waits in one log, a batch a transaction."""
        placed = 0
        while True:
            with self._database.transaction() as session:
                count = ledger.sequence(session, log_id)
            placed += count
            if not count:
                return placed

    def show(self, log_id: int) -> bool:
        """Sign and show the head of one log; False where there is no news, or another does it."""
        known = self._known.setdefault(log_id, _Known())
        origin, mark = self._origin(log_id), self.mark_of(log_id)
        with self._database.transaction() as session:
            draft = ledger.draft(session, log_id, origin, self._seeds, mark)
        if draft is None:
            return False
        # The mark comes before the showing: a crash in between, and then an older database, would
        # otherwise be a rollback that nobody could see.
        self._marks.keep(draft.origin, draft.note)
        with self._database.transaction() as session:
            ledger.show(session, log_id, draft.size)
        # Point of no return: from here on others may hold this checkpoint.
        known.shown_at = time.monotonic()
        return True

    def mark_of(self, log_id: int) -> str | None:
        """Return the last note that this machine signed of a log."""
        return self._marks.read(self._origin(log_id))

    def cover(self, entry_id: int, seconds: float) -> bool:
        """Wait until a public checkpoint covers an entry, and see to it that one does."""
        end = time.monotonic() + seconds
        while True:
            with self._database.reading() as session:
                log_id, index = ledger.place_of(session, entry_id)
                if ledger.covers(session, entry_id):
                    return True
            if time.monotonic() >= end:
                return False
            if index is None:
                self.place(log_id)
            if not (self._may_show(log_id) and self._try_to_show(log_id)):
                time.sleep(PAUSE)

    def _origin(self, log_id: int) -> str:
        with self._database.reading() as session:
            return ledger.name_of(session, log_id, self._public_url, _key(session, log_id))

    def _try_to_show(self, log_id: int) -> bool:
        known = self._known.setdefault(log_id, _Known())
        try:
            return self.show(log_id)
        except (LogForkedError, LedgerKeyError) as error:
            # The other logs go on, and a decision that was recorded stays answered; this one says
            # so each minute until somebody has looked.
            if time.monotonic() - known.told_at >= SECONDS_BETWEEN_ALARMS:
                known.told_at = time.monotonic()
                log.critical(error.message)
            return False

    def _is_due(self, news: Unshown) -> bool:
        known = self._known.setdefault(news.log_id, _Known())
        now = time.monotonic()
        # Another process may have shown it meanwhile: then these are other news.
        if known.shown != news.shown:
            known.shown, known.news_since = news.shown, now
        # A new log is shown at once, empty as it is.
        is_due = (
            news.shown is None
            or news.size - news.shown >= MOST_UNSHOWN
            or now - known.news_since >= SECONDS_UNSHOWN
        )
        return is_due and self._may_show(news.log_id)

    def _may_show(self, log_id: int) -> bool:
        known = self._known.setdefault(log_id, _Known())
        return time.monotonic() - known.shown_at >= SECONDS_BETWEEN


def _key(session: Session, log_id: int) -> str:
    site_id = session.get_one(Log, log_id).site_id
    return ledger.INSTANCE if site_id is None else session.get_one(sites.Site, site_id).key
