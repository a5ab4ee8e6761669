"""The auditor's file: a log leaf by leaf with its openings, as NDJSON (evidence-log design, 7.2).

Whole, or the stretch of a period with what ties it to the checkpoints around it. One row is in
memory at a time. `tests/exports/test_ledger.py` adds the tree up again.
"""

import base64
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

import orjson
from sqlalchemy.orm import Session

from consent import anchors, ledger
from consent.exports.period import Extract
from consent.exports.run import Progress, Total
from consent.ledger import CLEAR, LaterErasure, Leaf, Listed

FORMAT = "consent-log-export@v1"
AT_ONCE = 1000


def write(
    session: Session,
    extract: Extract,
    stream: BinaryIO,
    *,
    progress: Progress = lambda _done: None,
    seen: Callable[[Leaf], object] = lambda _leaf: None,
) -> Total:
    """Write the log, in the reading in which the extract was chosen. `seen` gets each leaf."""
    stream.write(ledger.dump(_header(session, extract)) + b"\n")
    written = 0
    for leaf in ledger.rows(session, extract.log.id, extract.begin, extract.end):
        stream.write(orjson.dumps(_row(leaf)) + b"\n")
        seen(leaf)
        written += 1
        if written % AT_ONCE == 0:
            progress(AT_ONCE)
    progress(written % AT_ONCE)
    if extract.is_period:
        stream.writelines(line + b"\n" for line in _named_later(session, extract))
    stream.writelines(line + b"\n" for line in _named_elsewhere(session, extract))
    return Total(extract.leaves, written)


def _header(session: Session, extract: Extract) -> dict[str, object]:
    found: dict[str, object] = {
        "format": FORMAT,
        "checkpoint": _note(session, extract, extract.until),
        "keys": [key.vkey for key in extract.keys],
    }
    if not extract.is_period:
        return found
    log_id, newest = extract.log.id, extract.newest
    found["from"] = extract.begin
    found["left"] = coded(ledger.left_of(session, log_id, extract.begin))
    if extract.before is not None:
        found["before"] = _note(session, extract, extract.before)
    if newest.size > extract.end:
        found["newest"] = _note(session, extract, newest)
        found["consistency"] = coded(ledger.continuing(session, log_id, extract.end, newest.size))
    return found


def _note(session: Session, extract: Extract, found: Listed) -> str:
    return anchors.cosigned(session, extract.log.id, found.size, found.note)


def _row(leaf: Leaf) -> dict[str, object]:
    row: dict[str, object] = {"i": leaf.index, "leaf": text(leaf.leaf.encode())}
    if leaf.payload is not None and leaf.salt is not None:
        return {**row, "payload": leaf.payload, "salt": text(leaf.salt)}
    return row if leaf.kind in CLEAR else {**row, "erased": True}


def _named_later(session: Session, extract: Extract) -> Iterator[bytes]:
    """Yield the erasures beyond the stretch that name rows in it: why those rows are not open."""
    found = ledger.later_erasures(
        session, extract.log.id, extract.begin, extract.end, extract.newest.size
    )
    for each in found:
        yield orjson.dumps(_erasure(each))


def _named_elsewhere(session: Session, extract: Extract) -> Iterator[bytes]:
    """Yield the erasures that logs which continue an ended one name in it."""
    found = ledger.erasures_elsewhere(session, extract.log, extract.begin, extract.end)
    for log, shown, each in found:
        keys = ledger.signing_keys(session, log.id, log.origin or "", ())
        yield orjson.dumps(
            {
                **_erasure(each),
                "log": log.origin,
                "checkpoint": anchors.cosigned(session, log.id, shown.size, shown.note),
                "keys": [key.vkey for key in keys],
            }
        )


def _erasure(found: LaterErasure) -> dict[str, object]:
    assert found.leaf.payload is not None
    assert found.leaf.salt is not None
    return {
        "named_by": found.leaf.index,
        "leaf": text(found.leaf.leaf.encode()),
        "payload": found.leaf.payload,
        "salt": text(found.leaf.salt),
        "proof": coded(found.path),
    }


def coded(found: Iterable[bytes]) -> list[str]:
    """Return hashes as base64."""
    return [text(each) for each in found]


def text(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()
