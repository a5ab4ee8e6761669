"""How a site's log stands: its size, what of it is public, who signs it, where it was laid down."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import anchors, ledger
from consent.anchors import Anchored
from consent.ledger import Epoch, KnownKey, Listed
from consent.ledger.models import Log, LogEntry
from consent.sites import Site


@dataclass(frozen=True)
class LogState:
    """One log as it stands: `size` leaves placed, of which `newest` is public."""

    log_id: int
    origin: str
    number: int
    size: int
    waiting: int
    newest: Listed | None
    keys: Sequence[KnownKey]
    epochs: Sequence[Epoch]
    # The last of each place outside.
    anchored: Sequence[Anchored]

    @property
    def unshown(self) -> int:
        """Return how many leaves have a place that no public checkpoint covers yet."""
        return self.size - (self.newest.size if self.newest else 0)


def state_of(session: Session, site: Site, public_url: str, seeds: Sequence[bytes]) -> LogState:
    """Return how the log of a site stands now."""
    log_id = ledger.log_id_of(session, site.id)
    head = session.get_one(Log, log_id)
    origin = ledger.name_of(session, log_id, public_url, site.key)
    waits = select(func.count()).where(LogEntry.log_id == log_id, LogEntry.leaf_index.is_(None))
    last = {(each.kind, each.target): each for each in anchors.listed(session, log_id)}
    return LogState(
        log_id=log_id,
        origin=origin,
        number=head.epoch,
        size=head.size,
        waiting=session.scalar(waits.prefix_with("/* verification.waiting */")) or 0,
        newest=ledger.newest(session, log_id),
        keys=ledger.signing_keys(session, log_id, origin, seeds),
        epochs=ledger.epochs(session, log_id),
        anchored=sorted(last.values(), key=lambda each: each.anchored_at, reverse=True),
    )
