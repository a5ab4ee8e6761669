"""What only the operator can check: the database against its own log (evidence-log design, 7.3).

Columns are compared with the payloads that the leaves commit to, tiles with the leaves, and every
checkpoint that was signed with the tree. One row is in memory at a time.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from consent import clock, ledger, sites
from consent.errors import NotFoundError
from consent.ledger import commitment, notes, tiles, tree
from consent.ledger.commitment import Kind
from consent.ledger.models import Log, LogCheckpoint, LogEntry, LogOpening, LogTile
from consent.records.models import ConsentRecord, SubjectState
from consent.verification.folder import root_of_full
from consent.verification.verify_log import ALTERED, NotHeldError, Report

AT_ONCE = 2000
Tick = Callable[[int], object]


def log_of(session: Session, target: str, origin: str | None) -> Log:
    """Return the log that an origin or a site's key names."""
    named = select(Log).where(Log.origin == (origin or target))
    found = session.scalars(named.prefix_with("/* verification.log_of */")).one_or_none()
    if found is None:
        try:
            site = sites.find(session, target)
        except NotFoundError:
            raise NotFoundError(f"This database has no log or site {origin or target}.") from None
        found = session.get_one(Log, ledger.log_id_of(session, site.id))
    return found


def check_deep(session: Session, log: Log, tick: Tick = lambda _: None) -> Report:
    """Check one log of this database; the first row that does not hold is a `NotHeldError`."""
    report = Report()
    report.counts["rows"] = _tree(session, log, tick)
    report.held.append(f"the tiles of {log.origin} are those of its {log.size} leaves")
    report.counts["older checkpoints"] = _checkpoints(session, log)
    report.held.append("every checkpoint that was signed is a beginning of the log")
    report.counts["records"] = _records(session, log)
    _refuse_unlogged(session, log)
    report.held.append("each record's columns say what its leaf commits to")
    report.counts["persons"] = _states(session, log)
    report.held.append("each person's state is that of the newest record")
    return report


def _tree(session: Session, log: Log, tick: Tick) -> int:
    """Add the leaves up anew and hold each tile against it as it fills."""
    leaves = ledger.rows(session, log.id, 0, log.size)
    try:
        return _added_up(session, log, leaves, tick)
    except NotHeldError:
        # A cursor on the server is closed by reading it to its end.
        deque(leaves, maxlen=0)
        raise


def _added_up(session: Session, log: Log, leaves: Iterator[ledger.Leaf], tick: Tick) -> int:
    pending: dict[int, list[bytes]] = {}
    size = 0
    for leaf in leaves:
        hashed = commitment.leaf_hash(leaf.leaf.encode())
        if leaf.index != size:
            raise NotHeldError(3, "inserted, removed or moved", "the row is not there", size)
        _opens(leaf)
        level, size = 0, size + 1
        while True:
            part = pending.setdefault(level, [])
            part.append(hashed)
            if len(part) < tiles.WIDTH:
                break
            _same_tile(session, log.id, level, size, part)
            hashed = root_of_full(part)
            pending[level], level = [], level + 1
        tick(1)
    for level, part in pending.items():
        if part:
            _same_tile(session, log.id, level, size, part)
    root = tree.root(tiles.reader(lambda level, _: b"".join(pending.get(level, []))), size)
    if size != log.size or root != (log.root or tree.EMPTY_ROOT):
        raise NotHeldError(7, ALTERED, "size or root of the log are not those of its leaves")
    stored = session.scalar(select(func.count()).where(LogTile.log_id == log.id))
    if stored != sum(1 for _ in tiles.of_size(size)):
        raise NotHeldError(7, ALTERED, f"{stored} tiles are stored, more or fewer than there are")
    return size


def _opens(leaf: ledger.Leaf) -> None:
    if leaf.payload is None or leaf.salt is None:
        return
    found = commitment.commit(leaf.kind, leaf.payload.encode(), leaf.salt)
    if commitment.leaf(leaf.kind, found) != leaf.leaf.encode():
        raise NotHeldError(5, ALTERED, "the payload does not open the leaf", leaf.index)


def _same_tile(session: Session, log_id: int, level: int, size: int, part: list[bytes]) -> None:
    number = ((size - 1) >> (tiles.HEIGHT * (level + 1))) if len(part) == tiles.WIDTH else (
        size >> (tiles.HEIGHT * (level + 1))
    )  # fmt: skip
    if ledger.tile(session, log_id, level, number) != b"".join(part):
        path = tiles.Tile(level, number).path
        begin = number * tiles.WIDTH ** (level + 1)
        raise NotHeldError(
            4, ALTERED, f"the stored {path} is not that of the leaves", begin, size - 1
        )


def _checkpoints(session: Session, log: Log) -> int:
    query = (
        select(LogCheckpoint.size, LogCheckpoint.note)
        .where(LogCheckpoint.log_id == log.id)
        .order_by(LogCheckpoint.size)
        .prefix_with("/* verification.checkpoints */")
        .execution_options(yield_per=AT_ONCE)
    )
    good = count = 0
    with session.execute(query) as rows:
        for size, note in rows:
            found = notes.claimed(note)
            # Each is read through tiles that were found right a moment ago.
            is_same = found.size == size <= log.size and found.origin == log.origin
            if not is_same or tree.root(ledger.hashes(session, log.id), size) != found.root:
                why = f"the checkpoint of {size} is no beginning of the log"
                raise NotHeldError(
                    6, "older checkpoint not a prefix", why, good, max(size - 1, good)
                )
            good, count = size, count + 1
    return count


def _records(session: Session, log: Log) -> int:
    if log.site_id is None:
        return 0
    query = (
        select(LogEntry.leaf_index, LogOpening.payload, ConsentRecord)
        .join(LogOpening, LogOpening.entry_id == LogEntry.id)
        .outerjoin(
            ConsentRecord,
            and_(
                ConsentRecord.site_id == log.site_id,
                ConsentRecord.entry_id == LogEntry.id,
                ConsentRecord.recorded_at == LogOpening.recorded_at,
            ),
        )
        .where(LogEntry.log_id == log.id, LogEntry.kind == Kind.CONSENT)
        .where(LogEntry.leaf_index.is_not(None))
        .order_by(LogEntry.leaf_index)
        .prefix_with("/* verification.records */")
        .execution_options(yield_per=AT_ONCE)
    )
    count = 0
    with session.execute(query) as found:
        for index, payload, record in found:
            assert index is not None
            assert payload is not None
            if record is None:
                raise NotHeldError(
                    5, "removed", "the log has this decision, the records do not", index
                )
            for name, said, stored in compared(json.loads(payload), record):
                if said != stored:
                    why = f"record {record.id}: {name} is {stored!r}, the log says {said!r}"
                    raise NotHeldError(5, ALTERED, why, index)
            session.expunge(record)
            count += 1
    return count


def _refuse_unlogged(session: Session, log: Log) -> None:
    """Refuse a record that no leaf opens to: invented, or erased from the log alone."""
    opening = and_(
        LogOpening.entry_id == ConsentRecord.entry_id,
        LogOpening.recorded_at == ConsentRecord.recorded_at,
    )
    query = (
        select(ConsentRecord.id)
        .outerjoin(LogOpening, opening)
        .where(ConsentRecord.site_id == log.site_id, LogOpening.entry_id.is_(None))
        .limit(1)
        .prefix_with("/* verification.unlogged */")
    )
    found = session.scalar(query)
    if found is not None:
        raise NotHeldError(5, "inserted", f"record {found} is one that no leaf of the log opens to")


def compared(said: dict[str, Any], record: ConsentRecord) -> Iterator[tuple[str, Any, Any]]:
    """Yield each column with what the payload says of it and what is stored."""
    notice, region, claims = said["notice"], said["region"], dict(said["claims"])
    decided = claims.pop("decided_at")
    yield "id", said["record"], str(record.id)
    yield "recorded_at", said["at"], clock.to_ms(record.recorded_at)
    yield "event_id", said["event"], str(record.event_id)
    yield "subject_id", said["subject"], record.subject_id
    yield "sequence", said["seq"], record.sequence
    yield "notice_version", notice["version"], record.notice_version
    yield "notice_digest", notice["digest"], record.notice_digest
    yield "language", notice["language"], record.language
    yield "decided_at", decided, clock.to_ms(record.decided_at)
    yield "expires_at", said["expires_at"], clock.to_ms(record.expires_at)
    yield "region", region["code"], record.region
    yield "region_source", region["source"], record.region_source
    yield "claims", claims, record.claims
    for name in ("action", "layer", "categories", "vendors", "page", "late", "model",
                 "disagrees", "gpc", "signals"):  # fmt: skip
        yield name, said[name], getattr(record, name)


def _states(session: Session, log: Log) -> int:
    """Hold each person's state against the newest record, which was held against the log."""
    newest = (
        select(
            ConsentRecord.subject_id.label("who"), func.max(ConsentRecord.recorded_at).label("at")
        )
        .where(ConsentRecord.site_id == log.site_id)
        .group_by(ConsentRecord.subject_id)
        .subquery()
    )
    query = (
        select(SubjectState, ConsentRecord, LogEntry.leaf_hash, LogEntry.leaf_index)
        .outerjoin(newest, newest.c.who == SubjectState.subject_id)
        .outerjoin(
            ConsentRecord,
            and_(
                ConsentRecord.site_id == SubjectState.site_id,
                ConsentRecord.subject_id == SubjectState.subject_id,
                ConsentRecord.sequence == SubjectState.sequence,
                ConsentRecord.recorded_at == newest.c.at,
            ),
        )
        .outerjoin(LogEntry, LogEntry.id == ConsentRecord.entry_id)
        .where(SubjectState.site_id == log.site_id)
        .prefix_with("/* verification.states */")
        .execution_options(yield_per=AT_ONCE)
    )
    count = 0
    with session.execute(query) as rows:
        for state, record, leaf_hash, index in rows:
            stated = (state.record_id, state.leaf_hash, state.recorded_at)
            if record is None or stated != (record.id, leaf_hash, record.recorded_at):
                why = f"the state of {state.subject_id} is not that of the newest record"
                raise NotHeldError(5, ALTERED, why, *([index] if index is not None else []))
            session.expunge(state)
            count += 1
    return count
