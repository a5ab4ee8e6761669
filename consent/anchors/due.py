"""Which checkpoints are to be laid down where, and keeping what came of it.

Only what is public goes out, and only the newest of it: an older one is the beginning of it. Each
target has its own pace, and none is given the same size twice.
"""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from consent import ledger
from consent.anchors.memory import Known, Memory
from consent.anchors.targets import targets
from consent.anchors.work import Kind, Outcome, Result, Target, Work
from consent.config import Settings
from consent.db import table_of
from consent.errors import ProofError
from consent.ledger import tree
from consent.ledger.models import Log, LogAnchor, LogCheckpoint


def due(
    session: Session, settings: Settings, now: datetime, memory: Memory | None = None
) -> list[Work]:
    """Return what is to be laid down now; `memory` is what this process knows from before."""
    memory = memory or Memory()
    wanted = targets(settings)
    if not wanted:
        return []
    found = []
    for row in session.execute(_NEWEST):
        for target in wanted:
            known = memory.of(row.log_id, target, partial(_last, session, row, target))
            if _is_due(session, row, target, known, now) and memory.may(row.log_id, target, now):
                try:
                    found.append(_work(session, row, target, known))
                except ProofError as error:
                    # One tree that cannot be read keeps no other log from its anchors.
                    work = Work(row.log_id, row.origin, row.size, row.note, target)
                    memory.note(
                        Outcome(work, Result.FORKED, said=error.message.rstrip("."), at=now)
                    )
    return found


def keep(session: Session, outcome: Outcome) -> None:
    """Write down that a checkpoint lies outside, with what came back; twice is once."""
    if outcome.result is not Result.DONE:
        raise ValueError("Only what was laid down is kept.")
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    work = outcome.work
    row = {
        "log_id": work.log_id, "size": work.size, "kind": work.target.kind,
        "target": work.target.name, "evidence": outcome.evidence, "anchored_at": outcome.at,
    }  # fmt: skip
    session.execute(insert(table_of(LogAnchor)).values(row).on_conflict_do_nothing())


def _last(session: Session, row: Any, target: Target) -> Known:
    found = session.execute(
        select(LogAnchor.size, LogAnchor.anchored_at)
        .where(
            LogAnchor.log_id == row.log_id,
            LogAnchor.kind == target.kind,
            LogAnchor.target == target.name,
        )
        .order_by(LogAnchor.size.desc())
        .limit(1)
        .prefix_with("/* anchors.last */")
    ).one_or_none()
    return Known(found.size, found.anchored_at) if found else Known()


def _is_due(session: Session, row: Any, target: Target, known: Known, now: datetime) -> bool:
    if known.size >= row.size or (known.at is not None and now - known.at < target.every):
        return False
    # Another process may have been here meanwhile.
    at = session.scalar(
        select(LogAnchor.anchored_at)
        .where(
            LogAnchor.log_id == row.log_id,
            LogAnchor.size == row.size,
            LogAnchor.kind == target.kind,
            LogAnchor.target == target.name,
        )
        .prefix_with("/* anchors.due */")
    )
    if at is None:
        return True
    known.size, known.at = row.size, at
    return False


def _work(session: Session, row: Any, target: Target, known: Known) -> Work:
    old, proof = 0, tuple[bytes, ...]()
    if target.kind is Kind.WITNESS:
        old = known.size if known.held is None else known.held
        if old <= row.size:
            hashes = ledger.hashes(session, row.log_id)
            proof = tuple(tree.consistency(hashes, old, row.size))
    return Work(row.log_id, row.origin, row.size, row.note, target, old, proof)


# An empty log says nothing that could be altered later.
_PUBLIC = (
    select(func.max(LogCheckpoint.size))
    .where(LogCheckpoint.log_id == Log.id, LogCheckpoint.published_at.is_not(None))
    .correlate(Log)
    .scalar_subquery()
)
_NEWEST = (
    select(Log.id.label("log_id"), Log.origin, LogCheckpoint.size, LogCheckpoint.note)
    .join(LogCheckpoint, LogCheckpoint.log_id == Log.id)
    .where(LogCheckpoint.size == _PUBLIC, LogCheckpoint.size > 0)
    .order_by(Log.id)
    .prefix_with("/* anchors.newest */")
)
