"""Checks of a log in the background: this database held against its own log, row by row."""

import threading

from sqlalchemy.exc import SQLAlchemyError

from consent import logs, verification
from consent.db import Database
from consent.exporter.heart import Heart, StoppedError
from consent.ledger.models import Log
from consent.verification import LogCheck, NotHeldError, Report

log = logs.logger(__name__)

OURS = "The check broke off for a reason of ours: the worker's log has it. Nothing is said by that."


class Checks:
    """What waits to be checked, one at a time."""

    def __init__(self, database: Database, stop: threading.Event) -> None:
        self._database = database
        self._stop = stop

    def step(self) -> bool:
        """Check one log; False where none waits."""
        with self._database.reading() as session:
            waits = verification.is_check_waiting(session)
        if not waits:
            return False
        with self._database.transaction() as session:
            claimed = verification.claim_check(session)
        if claimed is None:
            return False
        try:
            with Heart(lambda _counted, done: self._keep(claimed, done), self._stop) as heart:
                found = self._found(claimed, heart)
        except StoppedError:
            # Its lease lapses, and it is begun anew.
            return True
        with self._database.transaction() as session:
            verification.end_check(session, claimed, found)
        return True

    def _found(self, claimed: LogCheck, heart: Heart) -> Report | NotHeldError | str:
        try:
            with self._database.reading() as session:
                head = session.get_one(Log, claimed.log_id)
                return verification.check_deep(session, head, heart.advance)
        except NotHeldError as error:
            log.critical("The log does not hold", check=str(claimed.id), why=str(error))
            return error
        except StoppedError:
            raise
        except SQLAlchemyError:
            log.exception("A log could not be checked", check=str(claimed.id))
            return OURS

    def _keep(self, claimed: LogCheck, checked: int) -> bool:
        with self._database.transaction() as session:
            return verification.keep_check(session, claimed, checked)
