"""Exports in the background: taken from the queue, written, put in place, and thrown away in time.

A crash at any point leaves the row claimed and no file under a final name; once the lease lapses
the export is begun anew, whole. `tests/exports/test_killed.py` kills a worker in the middle.
"""

import errno
import threading
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from consent import clock, exports, files, logs, sites, webhooks
from consent.config import Settings
from consent.db import Database
from consent.errors import ConsentError, ExportFailedError
from consent.exporter.checks import Checks
from consent.exporter.heart import Heart, StoppedError
from consent.exporter.write import Exporter, Written
from consent.exports import Export, Made

log = logs.logger(__name__)

FOLDER = "exports"
SECONDS_BETWEEN_TIDYING = 3600
NO_ROOM = "There is no room left on the disk: make room, then ask for this export again."
OURS = "This failed for a reason of ours: the worker's log has it. Ask for the export again."


class Jobs:
    """What waits to be exported, one at a time. One for each process."""

    def __init__(
        self, database: Database, settings: Settings, stop: threading.Event | None = None
    ) -> None:
        self._database = database
        self._settings = settings
        self._stop = stop or threading.Event()
        self._exporter = Exporter(database, settings)
        self._checks = Checks(database, self._stop)

    @property
    def folder(self) -> Path:
        """Return where files lie until they expire."""
        return Path(self._settings.state_dir) / FOLDER

    def step(self) -> bool:
        """Make one export or check one log that waits; False where nothing does."""
        is_more = self._export() or self._checks.step()
        return is_more and not self._stop.is_set()

    def _export(self) -> bool:
        """Ask for what schedules have due, then make one export."""
        with self._database.reading() as session:
            is_due, waits = exports.schedules.is_any_due(session), exports.is_any_waiting(session)
        if is_due:
            with self._database.transaction() as session:
                exports.schedules.run_due(session)
        if not (is_due or waits):
            return False
        with self._database.transaction() as session:
            claimed = exports.claim(session)
        if claimed is None:
            return False
        self._run(claimed)
        return True

    def run_for_ever(self) -> None:
        """Make exports and check logs as they are asked for, until the process is told to end."""
        tidied_at = float("-inf")
        while not self._stop.wait(1):
            try:
                if time.monotonic() - tidied_at >= SECONDS_BETWEEN_TIDYING:
                    self.tidy()
                    tidied_at = time.monotonic()
                while self.step():
                    pass
            except Exception:
                log.exception("Exports could not be made; it is tried again in ten seconds")
                self._stop.wait(10)

    def run_once(self) -> None:
        """Make all that waits."""
        while self.step():
            pass
        self.tidy()

    def tidy(self) -> None:
        """End what has expired and remove its files, and what crashes left behind."""
        with self._database.transaction() as session:
            exports.expire(session)
        with self._database.reading() as session:
            kept = exports.files(session)
        exports.drafts.sweep(self.folder, kept)

    def _run(self, claimed: Export) -> None:
        log.info("An export begins", export=str(claimed.id), kind=claimed.kind)
        try:
            with Heart(lambda *far: self._keep(claimed, *far), self._stop) as heart:
                self._make(claimed, heart)
        except StoppedError:
            log.info("An export was stopped", export=str(claimed.id))
            if self._stop.is_set():
                with self._database.transaction() as session:
                    exports.release(session, claimed)
        except SQLAlchemyError:
            # What ails the database may pass: the lease lapses, and the export is begun anew.
            log.exception("An export could not go on; it is begun anew", export=str(claimed.id))
        except Exception as error:
            sentence = _sentence(error)
            log.exception("An export failed", export=str(claimed.id))
            with self._database.transaction() as session:
                exports.fail(session, claimed, sentence)
        else:
            log.info("An export is done", export=str(claimed.id))

    def _keep(self, claimed: Export, counted: int | None, written: int) -> bool:
        with self._database.transaction() as session:
            return exports.keep(session, claimed, counted=counted, written=written)

    def _make(self, claimed: Export, heart: Heart) -> None:
        folder, days = self._target(claimed), timedelta(days=self._settings.export_days)
        with self._database.reading() as session:
            site = session.get_one(sites.Site, claimed.site_id)
        name = exports.name_of(claimed, site.key)
        with exports.drafts.workplace(folder, claimed) as place:
            draft = place / name
            written = self._exporter.write(
                site, exports.asked_of(claimed), lambda: heart.watched(draft), heart
            )
            made = self._measured(draft, claimed, site, written)
            expires_at = None if claimed.folder else clock.now() + days
            with self._database.transaction() as session:
                if not exports.finish(session, claimed, made, expires_at):
                    raise StoppedError
                webhooks.announce(
                    session, site.id, webhooks.Event.EXPORT_FINISHED, _event(claimed, made)
                )
                # Inside, since the row's lock keeps a worker that lost its claim from putting its
                # file here. A crash before the commit leaves a whole file that the next replaces.
                if claimed.folder:
                    beside = folder / f"{name}{exports.manifest.SUFFIX}"
                    files.put(beside, made.manifest.encode(), 0o600)
                files.settle(draft, folder / name)
        # Point of no return: the file is whole, in place, and said to be.

    def _measured(self, draft: Path, claimed: Export, site: sites.Site, written: Written) -> Made:
        size, digest = exports.drafts.measured(draft)
        total = written.total
        facts = exports.manifest.Facts(
            site_key=site.key,
            kind=claimed.kind,
            conditions=claimed.conditions,
            made_at=clock.now(),
            origin=written.origin,
            checkpoint=written.checkpoint,
            counted=total.counted,
            written=total.written,
            file_name=draft.name,
            size=size,
            sha256=digest,
        )
        said = exports.manifest.signed(facts, self._settings.ledger_seeds)
        return Made(total.counted, total.written, draft.name, size, digest, said)

    def _target(self, claimed: Export) -> Path:
        if claimed.folder is None:
            return self.folder
        folder = Path(claimed.folder)
        if claimed.folder not in self._settings.export_folder or not folder.is_dir():
            raise ExportFailedError(
                f"{claimed.folder} is no folder that CONSENT_EXPORT_FOLDER allows, or is not "
                "there: mend that, or choose another folder for the schedule."
            )
        return folder


def _event(claimed: Export, made: Made) -> dict[str, object]:
    """Return what is told of an export that is done: facts, and nobody's name."""
    return {
        "export": str(claimed.id),
        "kind": claimed.kind,
        "rows": made.written,
        "bytes": made.size,
        "sha256": made.sha256,
    }


def _sentence(error: BaseException) -> str:
    """Return what staff are told of a failure, and can do about it."""
    if isinstance(error, ConsentError):
        return str(error)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in {errno.ENOSPC, errno.EDQUOT}:
            return NO_ROOM
        cause = cause.__cause__ or cause.__context__
    return OURS
