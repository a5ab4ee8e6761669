"""Sign the committed head of a log, and only then show it (evidence-log design, section 4.4).

In three steps, each in a transaction of its own or none: `draft` signs what is committed and keeps
the note, the caller writes the high-water mark, `show` makes the note public. A crash between two
of them is taken up at the next time; a size is never signed twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import LogForkedError
from consent.ledger import keys, notes, tree
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogOpening
from consent.ledger.notes import Checkpoint, Signer, Verifier
from consent.ledger.proofs import Proof
from consent.ledger.sequence import hashes

# The site key that is kept for the log of what happens outside any site.
INSTANCE = "instance"
# A leaf has its place within a second and is signed within ten; later than this somebody looks.
LAG = timedelta(minutes=2)


@dataclass(frozen=True)
class Draft:
    """A signed checkpoint that nobody has been shown yet."""

    origin: str
    size: int
    note: str


@dataclass(frozen=True)
class Unshown:
    """A log with news: its size, and that of the last public checkpoint."""

    log_id: int
    size: int
    shown: int | None


def origin_of(public_url: str, site_key: str) -> str:
    """Return a log's name: its public address without the scheme."""
    return f"{public_url.partition('://')[2].lower()}/log/{site_key}"


def draft(
    session: Session, log_id: int, origin: str, seeds: Sequence[bytes], mark: str | None
) -> Draft | None:
    """Sign the head of a log, or take up what was signed and not shown; None without news.

    Refuses, and signs nothing, where the log does not continue what the mark says was signed.
    """
    head = session.scalars(
        select(Log)
        .where(Log.id == log_id)
        .with_for_update(skip_locked=True, key_share=True)
        .prefix_with("/* ledger.draft */")
    ).one_or_none()
    if head is None or head.continued_by is not None:
        return None
    # A log keeps the name it was first signed under, wherever the service moves.
    head.origin = head.origin or origin
    refuse_fork(session, head, mark)
    signers = keys.signers(session, head, head.origin, seeds)
    last = _newest(session, log_id)
    if last is not None and last.size == head.size:
        return None if last.published_at else Draft(head.origin, last.size, last.note)
    found = Checkpoint(head.origin, head.size, head.root or tree.EMPTY_ROOT)
    note = notes.sign(found.text, signers)
    session.add(LogCheckpoint(log_id=log_id, size=head.size, note=note, published_at=None))
    session.flush()
    return Draft(head.origin, head.size, note)


def show(session: Session, log_id: int, size: int) -> None:
    """Make a checkpoint public; its mark has been written."""
    found = session.get_one(LogCheckpoint, (log_id, size))
    found.published_at = found.published_at or clock.now()


def published(session: Session, log_id: int) -> LogCheckpoint | None:
    """Return the newest checkpoint that is public."""
    return _newest(session, log_id, is_public=True)


def unshown(session: Session) -> list[Unshown]:
    """Return the logs with news: leaves placed since the last public checkpoint, or none yet."""
    return [
        Unshown(row.id, row.size, row.shown)
        for row in session.execute(_UNSHOWN)
        if row.shown is None or row.size > row.shown
    ]


def unsigned_since(session: Session) -> datetime | None:
    """Return when the oldest leaf was queued that has a place and no public checkpoint."""
    found = []
    for news in unshown(session):
        first = select(LogEntry.id).where(
            LogEntry.log_id == news.log_id, LogEntry.leaf_index == (news.shown or 0)
        )
        queued = select(func.min(LogOpening.recorded_at)).where(
            LogOpening.entry_id == first.scalar_subquery()
        )
        found.append(session.scalar(queued.prefix_with("/* ledger.unsigned_since */")))
    return min((each for each in found if each), default=None)


def name_of(session: Session, log_id: int, public_url: str, site_key: str) -> str:
    """Return the name of a log, also before it was first signed."""
    return session.get_one(Log, log_id).origin or origin_of(public_url, site_key)


def verifier(origin: str, seed: bytes) -> Verifier:
    """Return the public key under a log's name."""
    return Signer(origin, seed).verifier


def proof_for(session: Session, entry_id: int) -> Proof | None:
    """Return the proof of an entry, in whichever epoch it lies; None until it is covered."""
    entry = session.get_one(LogEntry, entry_id)
    return proof_of(session, entry.log_id, entry.leaf_index)


def proof_of(session: Session, log_id: int, index: int | None) -> Proof | None:
    """Return the proof that a leaf is in the log; None until a public checkpoint covers it."""
    found = published(session, log_id)
    if found is None or index is None or index >= found.size:
        return None
    path = tree.inclusion(hashes(session, log_id), index, found.size)
    return Proof(index, tuple(path), found.note)


def place_of(session: Session, entry_id: int) -> tuple[int, int | None]:
    """Return the log of an entry and its place there, None while it waits for one."""
    entry = session.get_one(LogEntry, entry_id)
    return entry.log_id, entry.leaf_index


def covers(session: Session, entry_id: int) -> bool:
    """Say whether a public checkpoint covers an entry."""
    entry = session.get_one(LogEntry, entry_id)
    found = published(session, entry.log_id)
    return found is not None and entry.leaf_index is not None and entry.leaf_index < found.size


def with_extra(proof: Proof, extra: bytes) -> Proof:
    """Return a proof that carries what it is a proof of."""
    return Proof(proof.index, proof.hashes, proof.note, extra)


def refuse_fork(session: Session, head: Log, mark: str | None) -> None:
    """Refuse a log that does not continue what a mark says was signed of it."""
    if mark is None:
        return
    seen = notes.claimed(mark)
    if seen.origin == head.origin and (
        seen.size > head.size or tree.root(hashes(session, head.id), seen.size) != seen.root
    ):
        raise LogForkedError(
            f"The log {head.origin} has {head.size} leaves and does not continue the checkpoint of "
            f"{seen.size} that was signed before: the database is older than it was, or altered. "
            "Nothing is signed; decisions are recorded all the same. Bring back the newer "
            "database, or, where it is lost, begin anew and say so: `consent ledger epoch`."
        )


def _newest(session: Session, log_id: int, *, is_public: bool = False) -> LogCheckpoint | None:
    # A log that ended at an earlier size has none of a later one, whatever was once signed.
    size = select(Log.size).where(Log.id == log_id).scalar_subquery()
    query = select(LogCheckpoint).where(LogCheckpoint.log_id == log_id, LogCheckpoint.size <= size)
    if is_public:
        query = query.where(LogCheckpoint.published_at.is_not(None))
    newest = query.order_by(LogCheckpoint.size.desc()).limit(1)
    return session.scalars(newest.prefix_with("/* ledger.checkpoint */")).one_or_none()


_SHOWN = (
    select(func.max(LogCheckpoint.size))
    .where(LogCheckpoint.log_id == Log.id, LogCheckpoint.published_at.is_not(None))
    .correlate(Log)
    .scalar_subquery()
)
_UNSHOWN = (
    select(Log.id, Log.size, _SHOWN.label("shown"))
    .where(Log.continued_by.is_(None))
    .prefix_with("/* ledger.unshown */")
)
