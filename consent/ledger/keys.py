"""The keys that sign a log: which, from which size to which, and the change from one to the next.

Seeds come from the settings, oldest first, and never reach the database; what is public of them is
kept a log. A new key signs beside the old one for `OVERLAP`, then the old one ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import LedgerKeyError
from consent.ledger.commitment import Kind
from consent.ledger.models import Log, LogKey
from consent.ledger.notes import Signer, Verifier
from consent.ledger.queue import queue_clear

OVERLAP = timedelta(days=90)


@dataclass(frozen=True)
class KnownKey:
    """A public key of a log and the sizes between which it signs; it still does without an end."""

    vkey: str
    from_size: int
    until_size: int | None


def signers(session: Session, head: Log, origin: str, seeds: Sequence[bytes]) -> list[Signer]:
    """Return who signs a log now; the head is locked.

    A key that is new to the log is written down, and said in a `key` leaf. A key that has ended
    never signs again, whatever the settings hold.
    """
    made = [Signer(origin, seed) for seed in seeds]
    known = {row.public: row for row in _rows(session, head.id)}
    is_first = not known
    for signer in made:
        if signer.verifier.public not in known:
            row = _add(session, head, signer.verifier, is_first=is_first)
            known[row.public] = row
    _end_old(list(known.values()), head)
    in_force = [each for each in made if known[each.verifier.public].until_size is None]
    if not in_force:
        raise LedgerKeyError(
            f"Every key in CONSENT_LEDGER_KEY has ended for the log {origin}; nothing is signed. "
            "Run `consent ledger rotate-key` and start the service again."
        )
    return in_force


def signing_keys(
    session: Session, log_id: int, origin: str, seeds: Sequence[bytes]
) -> list[KnownKey]:
    """Return the public keys there were of a log, the newest last.

    Where none is written down, as before its first signature by this release, they are ours.
    """
    found = [
        KnownKey(Verifier(origin, row.public).vkey, row.from_size, row.until_size)
        for row in _rows(session, log_id)
    ]
    return found or [KnownKey(Signer(origin, seed).verifier.vkey, 0, None) for seed in seeds]


def end_all(session: Session, head: Log, reason: str) -> list[str]:
    """End every key of a log at once, as after a theft; return their vkeys."""
    ended = [row for row in _rows(session, head.id) if row.until_size is None]
    for row in ended:
        row.until_size, row.reason = head.size, reason
    return [Verifier(head.origin or "", row.public).vkey for row in ended]


def public_keys(session: Session) -> list[bytes]:
    """Return every public key of every log, each once."""
    query = select(LogKey.public).distinct().order_by(LogKey.public)
    return list(session.scalars(query.prefix_with("/* ledger.public_keys */")))


def _rows(session: Session, log_id: int) -> Sequence[LogKey]:
    query = select(LogKey).where(LogKey.log_id == log_id).order_by(LogKey.added_at, LogKey.public)
    return session.scalars(query.prefix_with("/* ledger.keys */")).all()


def _add(session: Session, head: Log, key: Verifier, *, is_first: bool) -> LogKey:
    reason = "first" if is_first else "rotation"
    from_size = 0 if is_first else head.size
    row = LogKey(
        log_id=head.id,
        public=key.public,
        from_size=from_size,
        until_size=None,
        reason=reason,
        added_at=clock.now(),
    )
    session.add(row)
    if not is_first:
        facts = {"from": from_size, "reason": reason, "vkey": key.vkey}
        queue_clear(session, head.id, Kind.KEY, facts)
    return row


def _end_old(rows: list[LogKey], head: Log) -> None:
    over = clock.now() - OVERLAP
    for row in rows:
        newer = [each for each in rows if each.added_at > row.added_at]
        if row.until_size is None and any(each.added_at <= over for each in newer):
            row.until_size = head.size
