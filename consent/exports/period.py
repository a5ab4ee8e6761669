"""Which stretch of a log answers for a site's records, or for those of a period.

The stretch lies between two checkpoints that were public then, so whoever noted them down can see
that nothing between them is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.ledger import KnownKey, Listed
from consent.ledger.models import Log


@dataclass(frozen=True)
class Extract:
    """A stretch of one log: from the size of `before` to that of `until`.

    `before` is None at the very beginning. `newest` is the newest checkpoint, to which `until` is
    tied where it is older.
    """

    log: Log
    before: Listed | None
    until: Listed
    newest: Listed
    keys: tuple[KnownKey, ...]
    is_period: bool

    @property
    def begin(self) -> int:
        """Return the place of the first leaf."""
        return self.before.size if self.before else 0

    @property
    def end(self) -> int:
        """Return the place after the last leaf."""
        return self.until.size

    @property
    def leaves(self) -> int:
        """Return how many leaves there are."""
        return self.end - self.begin

    @cached_property
    def origin(self) -> str:
        """Return the log's name, under which it was signed."""
        return self.log.origin or self.until.note.partition("\n")[0]

    @property
    def promise(self) -> str:
        """Return in words what the stretch proves."""
        count = f"{self.leaves:,} leaves" if self.leaves != 1 else "1 leaf"
        until = f"that of size {self.end:,} (public since {said(self.until.published_at)})"
        if self.before is None:
            return (
                f"From the beginning of the log to the checkpoint of size {self.end:,} (public "
                f"since {said(self.until.published_at)}) there are exactly {count}, all of them "
                "here."
            )
        return (
            f"Between the checkpoint of size {self.begin:,} (public since "
            f"{said(self.before.published_at)}) and {until} there are exactly {count}, all of them "
            "here."
        )


def whole(session: Session, log: Log, seeds: Sequence[bytes]) -> Extract | None:
    """Return the whole log at its newest checkpoint.

    None while an erasure is not in it yet: place and show what waits, and look again.
    """
    newest = _settled(session, log)
    if newest is None:
        return None
    return Extract(log, None, newest, newest, _keys(session, log, newest, seeds), is_period=False)


def of_period(
    session: Session, log: Log, seeds: Sequence[bytes], start: datetime | None, end: datetime | None
) -> Extract | None:
    """Return the smallest stretch between public checkpoints that holds a period's records.

    None while an erasure, or a record of a period that is over, is not in the log yet.
    """
    newest = _settled(session, log)
    if newest is None:
        return None
    extent = ledger.extent(session, log.id, start, end)
    least, after = extent.least, (-1 if extent.greatest is None else extent.greatest)
    is_over = end is not None and end <= clock.now()
    # A log that ended keeps what it has: nothing more finds a place in it.
    if is_over and log.continued_by is None and (extent.waits or after >= newest.size):
        return None
    before = ledger.public_before(session, log.id, start, least) if start else None
    until = ledger.public_from(session, log.id, end, after + 1) if end else None
    if before is not None and before.size == 0:
        before = None
    # Two machines' clocks may differ; a stretch never ends before it begins.
    if until is None or (before is not None and until.size < before.size):
        until = newest
    return Extract(log, before, until, newest, _keys(session, log, newest, seeds), is_period=True)


def said(moment: datetime | None) -> str:
    """Return a moment for people to read, in UTC to the second."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "never"


def _settled(session: Session, log: Log) -> Listed | None:
    newest = ledger.newest(session, log.id)
    # What was erased of a log that has ended is named in those that continue it.
    following: Log | None = log
    while following is not None:
        shown = ledger.newest(session, following.id)
        if shown is None or not ledger.is_settled(session, following.id, shown.size):
            return None
        after = following.continued_by
        following = session.get_one(Log, after) if after is not None else None
    return newest


def _keys(
    session: Session, log: Log, newest: Listed, seeds: Sequence[bytes]
) -> tuple[KnownKey, ...]:
    origin = log.origin or newest.note.partition("\n")[0]
    return tuple(ledger.signing_keys(session, log.id, origin, seeds))
