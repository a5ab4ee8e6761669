"""The files of a pack that say again, readable, what its log and its checkpoints say."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import Session

from consent import clock, ledger, verification
from consent.exports.pack.archive import Archive
from consent.exports.pack.order import Order
from consent.exports.period import Extract, said
from consent.ledger import Kind, KnownKey, Listed
from consent.ledger.models import Log, LogAnchor

VERIFIER = Path(verification.__file__).parent / "verify_log.py"
# More acts than this are in staff.jsonl alone: a page of all would open slowly.
MOST_SHOWN = 500
# A witness may sign each minute, for years; the newest say most.
MOST_COSIGNED = 1000
TIMESTAMP, WITNESS = "timestamp", "witness"


@dataclass(frozen=True)
class Act:
    """One act of staff."""

    index: int
    at: str
    actor: str
    verb: str
    facts: str


@dataclass
class Trail:
    """The acts of staff: the first ones to show, and how many there are."""

    shown: list[Act] = field(default_factory=list)
    count: int = 0


@dataclass
class Checkpoints:
    """The public checkpoints of a pack."""

    first: Listed | None = None
    last: Listed | None = None
    count: int = 0


@dataclass(frozen=True)
class Anchored:
    """What came back from outside for one checkpoint, and the file it is in."""

    size: int
    kind: str
    target: str
    at: str
    path: str
    note: str


def write_keys(
    session: Session, order: Order, archive: Archive, log: Log, keys: Sequence[KnownKey]
) -> None:
    """Write the keys as the log's own address publishes them."""
    found = ledger.key_document(session, log.id, order.public_url, order.site.key, order.seeds)
    found["keys"] = [
        {"vkey": key.vkey, "from_size": key.from_size, "until_size": key.until_size} for key in keys
    ]
    archive.add("keys.json", json.dumps(found, indent=1).encode() + b"\n")


def write_staff(session: Session, archive: Archive, extract: Extract) -> Trail:
    """Write what staff did, as far as it lies in the stretch."""
    trail = Trail()
    with archive.member("staff.jsonl") as stream:
        for leaf in ledger.rows_of(session, extract.log.id, Kind.STAFF):
            if not extract.begin <= leaf.index < extract.end or leaf.payload is None:
                continue
            payload = json.loads(leaf.payload)
            stream.write(ledger.dump({"i": leaf.index, **payload}) + b"\n")
            trail.count += 1
            if len(trail.shown) < MOST_SHOWN:
                trail.shown.append(_act(leaf.index, payload))
    return trail


def write_checkpoints(session: Session, archive: Archive, extract: Extract) -> Checkpoints:
    """Write the public checkpoints of a stretch, and the newest one."""
    found = Checkpoints()
    with archive.member("checkpoints.jsonl") as stream:
        for each in _checkpoints(session, extract):
            found.first = found.first or each
            found.last = each
            found.count += 1
            stream.write(checkpoint_line(each))
    return found


def write_anchors(
    session: Session, archive: Archive, log: Log, sizes: Sequence[range]
) -> list[Anchored]:
    """Write what came back from outside: time stamps, and notes with their cosignatures."""
    folder = f"anchors/e{log.epoch}" if log.epoch > 1 else "anchors"
    stamps = ledger.anchors_between(session, log.id, sizes, TIMESTAMP)
    found = [_stamp(archive, folder, at, each) for at, each in enumerate(stamps) if each.evidence]
    for size in sorted({each.size for each in found}):
        archive.add(f"{folder}/{size}.note", _note(session, log.id, size))
    signed: dict[int, list[LogAnchor]] = {}
    for each in ledger.anchors_between(session, log.id, sizes, WITNESS, MOST_COSIGNED):
        if each.evidence:
            signed.setdefault(each.size, []).append(each)
    for size, witnesses in sorted(signed.items()):
        path = f"{folder}/{size}.txt"
        lines = b"".join((each.evidence or b"").rstrip(b"\n") + b"\n" for each in witnesses)
        archive.add(path, _note(session, log.id, size) + lines)
        found += [
            Anchored(size, WITNESS, each.target, said(each.anchored_at), path, "")
            for each in witnesses
        ]
    return found


def write_verifier(archive: Archive) -> None:
    """Write the stand-alone verifier, byte for byte."""
    archive.add("verify_log.py", VERIFIER.read_bytes())


def _checkpoints(session: Session, extract: Extract) -> Iterator[Listed]:
    yield from ledger.public_between(session, extract.log.id, extract.begin, extract.end)
    if extract.newest.size > extract.end:
        yield extract.newest


def _act(index: int, payload: dict[str, object]) -> Act:
    at = payload["at"]
    assert isinstance(at, int)
    facts = payload.get("facts")
    said_facts = (
        ", ".join(f"{key}: {_plain(value)}" for key, value in facts.items())
        if isinstance(facts, dict)
        else ""
    )
    return Act(
        index, said(clock.from_ms(at)), str(payload["actor"]), str(payload["verb"]), said_facts
    )


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def checkpoint_line(each: Listed) -> bytes:
    """Return a checkpoint as a line of checkpoints.jsonl."""
    facts = {
        "size": each.size,
        "note": each.note,
        "published_at": clock.to_text(each.published_at),
    }
    return json.dumps(facts, ensure_ascii=False).encode() + b"\n"


def _stamp(archive: Archive, folder: str, at: int, anchor: LogAnchor) -> Anchored:
    path = f"{folder}/{anchor.size}-{at + 1}.tsr"
    archive.add(path, anchor.evidence or b"")
    note = f"{folder}/{anchor.size}.note"
    return Anchored(anchor.size, TIMESTAMP, anchor.target, said(anchor.anchored_at), path, note)


def _note(session: Session, log_id: int, size: int) -> bytes:
    (found,) = ledger.public_between(session, log_id, size, size)
    return found.note.encode()
