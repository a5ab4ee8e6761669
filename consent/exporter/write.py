"""Writes exports, for the command line and for the worker alike.

What waits in the log is placed and shown first, then all of an export is read in one look at the
database. Any process may do it; a decision never waits for it.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol, TypeVar

from sqlalchemy.orm import Session

from consent import clock, exports, ledger, records
from consent.config import Settings
from consent.db import Database
from consent.errors import ExportFailedError, NotFoundError, ProofError
from consent.exports import Asked, Extract, Order, Total
from consent.ledger.models import Log
from consent.sequencer import Sequencer
from consent.sites import Site

# Another process may be placing or signing just now: it is done within a second or two.
MOST_TRIES = 40
PAUSE = 0.25
Found = TypeVar("Found")
Opening = Callable[[], AbstractContextManager[BinaryIO]]


class Watch(Protocol):
    """Who looks on while an export is written; may end it by an error of their own."""

    def begin(self, counted: int, noun: str) -> None:
        """Hear how many rows there will be, and what they are."""

    def advance(self, written: int) -> None:
        """Hear that more rows are written."""


@dataclass(frozen=True)
class Written:
    """What an export holds, and the checkpoint to which its log was shown then."""

    total: Total
    records: int
    leaves: int
    promise: str
    origin: str
    checkpoint: str | None


class Exporter:
    """The one place that writes whole exports. `opening` gives the target, once all is known."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._sequencer = Sequencer(database, settings)

    def write(self, site: Site, asked: Asked, opening: Opening, watch: Watch) -> Written:
        """Write an export; one that lacks rows is an error, inside of `opening`."""
        asked.check()
        if not asked.is_evidence:
            return self._flat(site, asked, opening, watch)
        settings = self._settings
        order = Order(site, asked.search, clock.now(), settings.public_url, settings.ledger_seeds)
        if asked.is_personal:
            return self._person(order, opening, watch)
        return self._log(order, asked, opening, watch)

    def _flat(self, site: Site, asked: Asked, opening: Opening, watch: Watch) -> Written:
        kind = exports.format_named(asked.kind)
        with self._database.reading() as session:
            counted = records.count(session, asked.search)
            if not counted and asked.is_personal:
                raise NotFoundError(f"The site {site.key} has no such record in this period.")
            watch.begin(counted, "records")
            with opening() as stream:
                total = exports.run(
                    session, site, asked.search, kind, stream,
                    counted=counted, progress=watch.advance,
                )  # fmt: skip
                _check(total, "records")
            return self._written(session, site, total, records=total.written)

    def _log(self, order: Order, asked: Asked, opening: Opening, watch: Watch) -> Written:
        """Write a log or a pack of it: place and show first, then one reading for all of it."""
        is_pack = asked.kind == exports.PACK
        with self._extracted(order, asked.epoch) as (session, extract):
            counted = exports.pack.whole.rows_of(session, order, extract)[1] if is_pack else 0
            watch.begin(extract.leaves + counted, "rows")
            with opening() as stream:
                if is_pack:
                    total = exports.pack.whole.write(
                        session, order, extract, stream, counted=counted, progress=watch.advance
                    )
                else:
                    total = exports.write_ledger(session, extract, stream, progress=watch.advance)
                _check(total, "rows")
            return Written(
                total, counted, extract.leaves, extract.promise, extract.origin, extract.until.note
            )

    def _person(self, order: Order, opening: Opening, watch: Watch) -> Written:
        def logs(session: Session) -> Iterable[int]:
            return exports.pack.person.logs_of(session, order)

        def proved(session: Session) -> list[exports.pack.person.Proved] | None:
            return exports.pack.person.proved(session, order)

        with self._settled(logs, proved) as (session, found):
            watch.begin(len(found), "records")
            with opening() as stream:
                total = exports.pack.person.write(
                    session, order, found, stream, progress=watch.advance
                )
                _check(total, "records")
            return self._written(session, order.site, total, records=total.written)

    def _written(self, session: Session, site: Site, total: Total, *, records: int) -> Written:
        log_id = ledger.log_id_of(session, site.id)
        origin = ledger.name_of(session, log_id, self._settings.public_url, site.key)
        shown = ledger.published(session, log_id)
        return Written(total, records, 0, "", origin, shown.note if shown else None)

    @contextmanager
    def _extracted(self, order: Order, epoch: int | None) -> Iterator[tuple[Session, Extract]]:
        site_id, start, end = order.site.id, order.search.start, order.search.end

        def logs(session: Session) -> Iterable[int]:
            # The current one names what was erased of those before it.
            return {ledger.epoch_of(session, site_id, each).id for each in (epoch, None)}

        def chosen(session: Session) -> Extract | None:
            log = ledger.epoch_of(session, site_id, epoch)
            if start is None and end is None:
                return exports.whole(session, log, order.seeds)
            return exports.of_period(session, log, order.seeds, start, end)

        with self._settled(logs, chosen) as found:
            yield found

    @contextmanager
    def _settled(
        self,
        logs: Callable[[Session], Iterable[int]],
        look: Callable[[Session], Found | None],
    ) -> Iterator[tuple[Session, Found]]:
        """Place and show, then look; begin again while something has no signed place yet.

        An erasure that waits names rows which are gone already: exported just then, the log would
        fail its own check (evidence-log design, 7.2).
        """
        for _ in range(MOST_TRIES):
            with self._database.reading() as session:
                waiting = [each for each in logs(session) if not _has_ended(session, each)]
            for log_id in waiting:
                self._sequencer.place(log_id)
                self._sequencer.show(log_id)
            with self._database.reading() as session:
                found = look(session)
                if found is not None:
                    yield session, found
                    return
            time.sleep(PAUSE)
        raise ProofError(
            "The log does not come to rest: what waits in it gets no signed place. See `consent "
            "doctor`, and try again."
        )


def _has_ended(session: Session, log_id: int) -> bool:
    return session.get_one(Log, log_id).continued_by is not None


def _check(total: Total, noun: str) -> None:
    """Refuse an export that lacks rows, before its file gets a name."""
    if total.written != total.counted:
        raise ExportFailedError(
            f"{total.written} of {total.counted} {noun} were written: nothing is kept."
        )
