"""A log made of pure functions, and the files that say it: exports, ranges, packs, tiles, receipts.

It shares nothing with the exporter: what is tested is the checker.
"""

import base64
import json
import random
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from consent.ledger import canonical, commitment, notes, proofs, tiles, tree
from consent.ledger.notes import Checkpoint, Signer

ORIGIN = "consent.example/log/demo"
SIGNER = Signer(ORIGIN, b"k" * 32)
VKEY = SIGNER.verifier.vkey
OTHER = Signer(ORIGIN, b"o" * 32)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass
class Row:
    """One leaf with its opening."""

    kind: str
    leaf: bytes
    payload: str | None = None
    salt: bytes | None = None
    erased: bool = False

    def line(self, index: int) -> dict[str, Any]:
        found: dict[str, Any] = {"i": index, "leaf": b64(self.leaf)}
        if self.erased:
            return {**found, "erased": True}
        if self.payload is None or self.salt is None:
            return found
        return {**found, "payload": self.payload, "salt": b64(self.salt)}


@dataclass
class Book:
    """A log that grows in memory."""

    chance: random.Random = field(default_factory=lambda: random.Random(1))
    rows: list[Row] = field(default_factory=list)
    last: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def committed(self, kind: str, said: dict[str, Any]) -> int:
        row = commit(self.chance, kind, said)
        self.rows.append(row)
        return len(self.rows) - 1

    def clear(self, kind: str, facts: dict[str, Any]) -> int:
        self.rows.append(Row(kind, commitment.clear_leaf(kind, facts)))
        return len(self.rows) - 1

    def decide(self, subject: str, **more: Any) -> int:
        count, prev = self.last.get(subject, (-1, None))
        said = {"at": 1_760_000_000_000 + len(self.rows), "event": f"e{len(self.rows)}",
                "prev": b64(prev) if prev else None, "seq": count + 1, "subject": subject, "v": 1,
                "categories": {"functional": True}, "page": "https://shop.example/ä",
                **more}  # fmt: skip
        at = self.committed("consent", said)
        self.last[subject] = (said["seq"], commitment.leaf_hash(self.rows[at].leaf))
        return at

    def erase(self, *indexes: int, ground: str = "art17") -> int:
        for index in indexes:
            self.rows[index].erased = True
        said = {"at": 1, "erased": sorted(indexes), "ground": ground, "req": "r", "v": 1}
        return self.committed("erase", said)

    def forget(self, subject: str) -> int:
        """Erase a person."""
        self.last.pop(subject)
        rows = [
            at
            for at, row in enumerate(self.rows)
            if row.kind == "consent" and not row.erased
            and json.loads(row.payload or "{}")["subject"] == subject
        ]  # fmt: skip
        return self.erase(*rows)

    def hashes(self, size: int | None = None) -> list[bytes]:
        return [commitment.leaf_hash(row.leaf) for row in self.rows[:size]]

    def hash_of(self, level: int, index: int) -> bytes:
        edge = tree.Edge()
        for row in self.rows[index << level : (index + 1) << level]:
            edge.add(commitment.leaf_hash(row.leaf))
        return edge.root()

    def note(self, size: int | None = None, signer: Signer = SIGNER) -> str:
        size = len(self.rows) if size is None else size
        edge = tree.Edge()
        for each in self.hashes(size):
            edge.add(each)
        return notes.sign(Checkpoint(ORIGIN, size, edge.root()).text, [signer])

    def lines(self, **header: Any) -> list[dict[str, Any]]:
        head = {"format": "consent-log-export@v1", "checkpoint": self.note(), "keys": [VKEY]}
        return [{**head, **header}, *(row.line(at) for at, row in enumerate(self.rows))]

    def range(self, begin: int, end: int) -> list[dict[str, Any]]:
        """Return the lines of a range export."""
        size = len(self.rows)
        head: dict[str, Any] = {"format": "consent-log-export@v1", "checkpoint": self.note(end),
            "keys": [VKEY], "from": begin,
            "left": [b64(self.hash_of(*each)) for each in tree.perfect(0, begin)]}  # fmt: skip
        if begin:
            head["before"] = self.note(begin)
        if end < size:
            head["newest"] = self.note()
            head["consistency"] = [b64(each) for each in tree.consistency(self.hash_of, end, size)]
        lines = [head, *(self.rows[at].line(at) for at in range(begin, end))]
        for at in range(end, size):
            row = self.rows[at]
            if row.kind == "erase" and any(
                begin <= x < end for x in json.loads(row.payload)["erased"]
            ):
                path = [b64(each) for each in tree.inclusion(self.hash_of, at, size)]
                line = row.line(at)
                lines.append({"named_by": line.pop("i"), **line, "proof": path})
        return lines

    def proof(self, index: int, **changes: Any) -> str:
        row, size = self.rows[index], len(self.rows)
        extra = {
            "leaf": b64(row.leaf),
            "payload": row.payload,
            "salt": b64(row.salt or b""),
            **changes,
        }
        path = tuple(tree.inclusion(self.hash_of, index, size))
        return proofs.Proof(index, path, self.note(), canonical.dump(extra)).text

    def tiles(self, folder: Path) -> Path:
        """Write the log as a folder of tiles."""
        size = len(self.rows)
        stored: dict[tuple[int, int], bytes] = {}
        stored.update(tiles.extend(lambda *key: stored[key], 0, self.hashes()))
        for tile in tiles.of_size(size):
            assert tile.level is not None
            put(folder / tile.path, stored[tile.level, tile.number])
            if tile.level == 0:
                begin = tile.number * tiles.WIDTH
                data = tiles.bundle(row.leaf for row in self.rows[begin : begin + tile.width])
                put(folder / tiles.Tile(None, tile.number, tile.width).path, data)
        put(folder / "checkpoint", self.note().encode())
        put(folder / "keys.json", json.dumps(self.keys()).encode())
        return folder

    def keys(self) -> dict[str, Any]:
        return {"origin": ORIGIN, "min_index": 0, "epochs": [],
                "keys": [{"vkey": VKEY, "from_size": 0, "until_size": None}]}  # fmt: skip

    def pack(
        self, folder: Path, sizes: tuple[int, ...] = (), receipts: tuple[int, ...] = ()
    ) -> Path:
        """Write the log as an unpacked pack."""
        listed = [{"size": each, "note": self.note(each), "published_at": "-"} for each in sizes]
        put(folder / "keys.json", json.dumps(self.keys()).encode())
        put(folder / "checkpoints.jsonl", written(listed))
        put(folder / "ledger.ndjson", written(self.lines()))
        put(folder / "README.txt", b"Read me.\n")
        for at in receipts:
            put(folder / f"receipts/{at}.tlog-proof", self.proof(at).encode())
        return seal(folder)


def commit(chance: random.Random, kind: str, said: dict[str, Any]) -> Row:
    """Return a row that commits to a payload."""
    payload, salt = canonical.dump(said), chance.randbytes(64)
    return Row(kind, commitment.leaf(kind, commitment.commit(kind, payload, salt)),
               payload.decode(), salt)  # fmt: skip


def seal(folder: Path) -> Path:
    """Write the manifest of a pack anew."""
    files = {
        path.relative_to(folder).as_posix(): f"sha256-{b64(sha256(path.read_bytes()).digest())}"
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    put(
        folder / "manifest.json", json.dumps({"format": "consent-pack@v1", "files": files}).encode()
    )
    return folder


def put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def written(lines: list[dict[str, Any]]) -> bytes:
    """Return lines as NDJSON."""
    return b"".join(
        json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        for line in lines
    )


def a_book(size: int = 400, seed: int = 1) -> Book:
    """Return a log of decisions, of a few acts of staff, and of persons who were erased."""
    book = Book(random.Random(seed))
    chance = random.Random(seed)
    book.committed("config", {"notice": 1, "v": 1})
    book.clear("key", {"from": 0, "reason": "first", "vkey": VKEY})
    while len(book.rows) < size - 1:
        draw = chance.random()
        if draw < 0.03 and book.last:
            book.forget(chance.choice(sorted(book.last)))
        elif draw < 0.06:
            book.committed("staff", {"actor": "x", "at": 1, "facts": {}, "v": 1, "verb": "a.b"})
        else:
            book.decide(f"s_{chance.randrange(size // 6)}")
    book.clear("prune", {"min_index": 0, "policy": "none"})
    return book
