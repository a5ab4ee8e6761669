"""Where a record stands in the log, and whether all that proves it holds: checked anew each time.

An outsider checks the same with `consent verify`, from a receipt alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.errors import ProofError
from consent.ledger import commitment, notes, tree
from consent.ledger.models import Log
from consent.records.evidence import Evidence, evidence_of
from consent.records.models import ConsentRecord


class Check(StrEnum):
    """What a check found."""

    HELD = "held"
    WAITS = "waits"  # no public checkpoint covers the leaf yet
    CLOSED = "closed"  # payload or salt are gone
    ALTERED = "altered"  # the payload is not what the leaf commits to
    DIFFERS = "differs"  # what is searched is not what the payload says
    MOVED = "moved"  # the leaf is not where the signed checkpoint has it
    UNSIGNED = "unsigned"  # no key of ours signed the checkpoint


@dataclass(frozen=True)
class Standing:
    """A record's place, the checkpoint that covers it, and what the check found."""

    check: Check
    origin: str
    leaf_hash: bytes
    place: int | None = None
    size: int | None = None
    root: bytes | None = None
    shown_at: datetime | None = None


def standing(
    session: Session, record: ConsentRecord, public_url: str, seeds: Sequence[bytes]
) -> Standing:
    """Say where a record stands, and check it from its columns up to the signature."""
    evidence = evidence_of(session, record)
    entry = evidence.entry
    shown = ledger.published(session, entry.log_id)
    proof = ledger.proof_of(session, entry.log_id, entry.leaf_index)
    log = session.get_one(Log, entry.log_id)
    origin = log.origin or (shown.note.partition("\n")[0] if shown else public_url)
    if shown is None or proof is None:
        found = _opening_problem(record, evidence) or Check.WAITS
        return Standing(found, origin, entry.leaf_hash, entry.leaf_index)
    claimed = notes.claimed(proof.note)
    keys = [
        ledger.Verifier.of(key.vkey)
        for key in ledger.signing_keys(session, entry.log_id, origin, seeds)
    ]
    return Standing(
        _opening_problem(record, evidence) or _proof_problem(entry.leaf, proof, keys) or Check.HELD,
        origin,
        entry.leaf_hash,
        entry.leaf_index,
        claimed.size,
        claimed.root,
        shown.published_at,
    )


def _opening_problem(record: ConsentRecord, evidence: Evidence) -> Check | None:
    opening, entry = evidence.opening, evidence.entry
    if opening is None or opening.payload is None or opening.salt is None:
        return Check.CLOSED
    committed = commitment.commit(entry.kind, opening.payload.encode(), opening.salt)
    leaf = commitment.leaf(entry.kind, committed)
    if leaf.decode() != entry.leaf or commitment.leaf_hash(leaf) != entry.leaf_hash:
        return Check.ALTERED
    said: Any = ledger.parse(opening.payload)
    return None if _columns(record).items() <= said.items() else Check.DIFFERS


def _columns(record: ConsentRecord) -> dict[str, object]:
    """Return what the payload must say, by what is searched and shown."""
    return {
        "action": record.action,
        "at": clock.to_ms(record.recorded_at),
        "categories": record.categories,
        "disagrees": record.disagrees,
        "expires_at": clock.to_ms(record.expires_at),
        "gpc": record.gpc,
        "late": record.late,
        "layer": record.layer,
        "model": record.model,
        "notice": {
            "digest": record.notice_digest,
            "language": record.language,
            "version": record.notice_version,
        },
        "page": record.page,
        "record": str(record.id),
        "region": {"code": record.region, "source": record.region_source},
        "seq": record.sequence,
        "subject": record.subject_id,
        "vendors": record.vendors,
    }


def _proof_problem(leaf: str, proof: ledger.Proof, keys: list[ledger.Verifier]) -> Check | None:
    try:
        text = notes.opened(proof.note, keys)
    except ProofError:
        return Check.UNSIGNED
    shown = notes.checkpoint(text)
    hashed = commitment.leaf_hash(leaf.encode())
    try:
        root = tree.root_of(hashed, proof.index, shown.size, proof.hashes)
    except ProofError:
        return Check.MOVED
    return None if root == shown.root else Check.MOVED
