"""Erase from a door: rows need a place in the log first, and the database forgets afterwards."""

import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.orm import Session

from consent import logs, records
from consent.db import Database
from consent.errors import NotPlacedError
from consent.records import Erased
from consent.sites import Site
from consent.web.services import services

T = TypeVar("T")
log = logs.logger(__name__)

# Somebody who decides all the time gets new rows all the time; each try is a moment later.
TIMES_TO_PLACE = 20
SECONDS_TO_SHOW = 5.0


def run(site: Site, verb: Callable[[Session], T]) -> T:
    """Run a verb that erases in one transaction, once what it erases has its place in the log."""
    with services().database.reading() as session:
        waiting = records.logs_of(session, site)
    for left in reversed(range(TIMES_TO_PLACE)):
        for log_id in waiting:
            services().sequencer.place(log_id)
        try:
            with services().database.transaction() as session:
                return verb(session)
        except NotPlacedError as error:
            waiting = list(error.log_ids)
            if not left:
                raise
    raise AssertionError


def finish(erased: Iterable[Erased]) -> bool:
    """Show the erasures in the log and let the database purge; say whether the log shows them.

    The purge of a big database takes its time, and nobody has to wait for it: the worker does it
    again within a day, should this process end before.
    """
    entries = [each.entry_id for each in erased]
    if not entries:
        return True
    threading.Thread(target=_purge, args=(services().database,), name="purge", daemon=True).start()
    return services().sequencer.cover(max(entries), SECONDS_TO_SHOW)


def _purge(database: Database) -> None:
    try:
        database.purge()
    except Exception:
        log.exception("Erased rows are not purged yet; the worker does it within a day")
