"""Read what lies outside: for pages, packs and the checkpoint that is served."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.anchors.work import Kind
from consent.ledger import cosignatures
from consent.ledger.models import LogAnchor


@dataclass(frozen=True)
class Anchored:
    """A checkpoint's size, where it was laid down, what came back, and when, by our clock.

    `evidence` is a line of cosignature for a witness, a whole answer (RFC 3161) for a time stamp,
    the name of the commit for git, and nothing for files and webhooks.
    """

    size: int
    kind: Kind
    target: str
    evidence: bytes | None
    anchored_at: datetime


def listed(
    session: Session,
    log_id: int,
    *,
    from_size: int = 0,
    to_size: int | None = None,
    kinds: Collection[Kind] = tuple(Kind),
) -> list[Anchored]:
    """Return what was laid down of a log, the smallest size first; both sizes are included."""
    query = (
        select(LogAnchor)
        .where(
            LogAnchor.log_id == log_id, LogAnchor.size >= from_size, LogAnchor.kind.in_(list(kinds))
        )
        .order_by(LogAnchor.size, LogAnchor.kind, LogAnchor.target)
        .prefix_with("/* anchors.listed */")
    )
    if to_size is not None:
        query = query.where(LogAnchor.size <= to_size)
    return [
        Anchored(row.size, Kind(row.kind), row.target, row.evidence, row.anchored_at)
        for row in session.scalars(query)
    ]


def cosigned(session: Session, log_id: int, size: int, note: str) -> str:
    """Return a note with the cosignatures there are of its size; they were checked when kept."""
    lines = session.scalars(
        select(LogAnchor.evidence)
        .where(
            LogAnchor.log_id == log_id,
            LogAnchor.size == size,
            LogAnchor.kind == Kind.WITNESS,
            LogAnchor.evidence.is_not(None),
        )
        .order_by(LogAnchor.target)
        .prefix_with("/* anchors.cosigned */")
    )
    return cosignatures.with_lines(note, [(line or b"").decode() for line in lines])
