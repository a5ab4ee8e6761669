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
from consent.ledger import CLEAR, Leaf, Listed

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
        assert each.leaf.payload is not None
        assert each.leaf.salt is not None
        yield orjson.dumps(
            {
                "named_by": each.leaf.index,
                "leaf": text(each.leaf.leaf.encode()),
                "payload": each.leaf.payload,
                "salt": text(each.leaf.salt),
                "proof": coded(each.path),
            }
        )


def coded(found: Iterable[bytes]) -> list[str]:
    """Return hashes as base64."""
    return [text(each) for each in found]


def text(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()
