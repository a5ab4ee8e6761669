"""A log as tiles, in a folder or at an address: every bundle is hashed again up to the root.

One tile of each level is in memory, whatever the size of the log. Pruned parts are checked through
the tiles above them (evidence-log design, 8.3).
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from consent.errors import ProofError
from consent.ledger import tiles, tree
from consent.ledger.tiles import HEIGHT, WIDTH, Tile
from consent.verification.verify_log import (
    ALTERED,
    CUT,
    MOVED,
    NO_OLD,
    NO_PREFIX,
    UNREADABLE,
    Checkpoint,
    Keys,
    NotHeldError,
    Report,
    Verify,
    leaf_of,
    read,
)

# Gives the bytes behind a path of the log, None where there is nothing.
Reader = Callable[[str], bytes | None]
AUDITORS = (
    "there is nothing at {path}. Where only the checkpoint is shown, the site keeps its tiles for "
    "auditors: ask for a folder of tiles or a ledger export"
)
OWN_KEYS = "whose log it is: the keys came from its own keys.json; give the one you know by --vkey"


@dataclass
class Asked:
    """What a person brought along."""

    vkeys: Sequence[str] = ()
    olds: Sequence[str] = ()
    min_index: int = 0
    verify: Verify | None = None
    tick: Callable[[int], object] = lambda _: None
    # An auditor's, for the address of a log that is not public.
    token: str | None = None


@dataclass
class Walk:
    """Where the check is: the tiles under way, one a level, and what was seen so far."""

    reader: Reader
    size: int
    min_index: int
    olds: list[Checkpoint]
    tick: Callable[[int], object]
    edge: dict[int, list[bytes]] = field(default_factory=dict)
    good: int = 0
    bad: Checkpoint | None = None
    skipped: list[Checkpoint] = field(default_factory=list)
    pruned: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    prunes: int = 0

    def all(self) -> bytes:
        """Check every tile from the left to the right and return the root."""
        top = max((self.size.bit_length() - 1) // HEIGHT, 0)
        self.edge = {level: [] for level in range(top + 1)}
        self._compare(0)
        for level in range(top, -1, -1):
            number, width = divmod(self.size >> (HEIGHT * level), WIDTH)
            if width:
                self._tile(Tile(level, number, width))
        return self._root(self.size)

    def _tile(self, tile: Tile) -> bytes | None:
        """Check one tile with all below it; its root, None where it was pruned and is not there."""
        level = tile.level or 0
        served = self._read(tile)
        hashes = self._leaves(tile, served) if level == 0 else self._children(tile, served)
        if hashes is None:
            return None
        if tile.width < WIDTH:
            return b""
        self.edge[level] = []
        return root_of_full(hashes)

    def _children(self, tile: Tile, served: bytes | None) -> list[bytes] | None:
        level = tile.level or 0
        self.edge[level] = []
        for at in range(tile.width):
            known = served[at * 32 : at * 32 + 32] if served else None
            child = Tile(level - 1, tile.number * WIDTH + at)
            found = self._tile(child) or known
            begin = child.number * child_size(child)
            if found is None:
                return None
            if known is not None and found != known:
                raise NotHeldError(
                    4, MOVED, f"{tile.path} does not follow from the tiles below it",
                    begin, begin + child_size(child) - 1,
                )  # fmt: skip
            self.edge[level].append(found)
            self._compare(begin + child_size(child))
        return self.edge[level]

    def _leaves(self, tile: Tile, served: bytes | None) -> list[bytes] | None:
        path, begin = Tile(None, tile.number, tile.width), tile.number * WIDTH
        body = self._body(path)
        if body is None or served is None:
            if begin + tile.width > self.min_index or tile.width < WIDTH:
                where = path.path if body is None else tile.path
                raise NotHeldError(4, MOVED, AUDITORS.format(path=where), begin)
            self.pruned += tile.width
            self.skipped += [old for old in self.olds if begin < old[0] < begin + WIDTH]
            self.olds = [old for old in self.olds if not begin < old[0] < begin + WIDTH]
            return None if served is None else split(served)
        hashes = self._hashes(tile, body, begin)
        for at, (mine, theirs) in enumerate(zip(hashes, split(served), strict=True)):
            if mine != theirs:
                raise NotHeldError(
                    4, ALTERED, f"{path.path} and {tile.path} differ in it", begin + at
                )
        for size in [old[0] for old in self.olds if begin < old[0] < begin + WIDTH]:
            self.edge[0] = hashes[: size - begin]
            self._compare(size)
        self.edge[0] = hashes
        self.tick(len(hashes))
        return hashes

    def _hashes(self, tile: Tile, body: bytes, begin: int) -> list[bytes]:
        try:
            leaves = tiles.leaves(body)
        except ProofError as error:
            raise NotHeldError(2, ALTERED, error.message, begin, begin + tile.width - 1) from error
        if len(leaves) != tile.width:
            raise NotHeldError(
                3, MOVED, f"a bundle has {len(leaves)} leaves for {tile.width}",
                begin, begin + tile.width - 1,
            )  # fmt: skip
        hashes = []
        for at, raw in enumerate(leaves, begin):
            try:
                kind, _, hashed = leaf_of(raw)
            except UNREADABLE as error:
                raise NotHeldError(2, ALTERED, f"the leaf cannot be read: {error}", at) from error
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            hashes.append(hashed)
            if kind == "epoch" and at == 0:
                self.epochs.append(read(raw.decode())["p"])
            if kind == "prune":
                self.prunes = max(self.prunes, read(raw.decode())["p"]["min_index"])
        return hashes

    def _read(self, tile: Tile) -> bytes | None:
        body = self._body(tile)
        if body is None and (tile.number * WIDTH + tile.width) * WIDTH ** (tile.level or 0) > (
            self.min_index
        ):
            begin = tile.number * child_size(tile)
            raise NotHeldError(4, MOVED, AUDITORS.format(path=tile.path), begin)
        if body is not None and len(body) != tile.width * tree.HASH_BYTES:
            begin = tile.number * child_size(tile)
            raise NotHeldError(4, CUT, f"{tile.path} has {len(body)} bytes", begin)
        return body

    def _body(self, tile: Tile) -> bytes | None:
        found = self.reader(tile.path)
        if found is None and tile.width < WIDTH:
            # A full tile may stand in for a partial one (C2SP tlog-tiles).
            whole = self.reader(Tile(tile.level, tile.number).path)
            if whole is not None and tile.level is not None:
                return whole[: tile.width * tree.HASH_BYTES]
            found = whole and tiles.bundle(tiles.leaves(whole)[: tile.width])
        return found

    def _root(self, size: int) -> bytes:
        return tree.root(tiles.reader(lambda level, _: b"".join(self.edge.get(level, []))), size)

    def _compare(self, size: int) -> None:
        for old in [old for old in self.olds if old[0] == size]:
            if self._root(size) == old[1]:
                self.good = max(self.good, size)
            else:
                self.bad = self.bad or old
        self.olds = [old for old in self.olds if old[0] != size]


def root_of_full(hashes: Sequence[bytes]) -> bytes:
    """Return the root of a full tile, which stands in the tile above it."""
    half = tiles.reader(lambda _level, _number: b"".join(hashes))
    return tree.node_hash(half(HEIGHT - 1, 0), half(HEIGHT - 1, 1))


def child_size(tile: Tile) -> int:
    """Return how many leaves a full tile covers."""
    return int(WIDTH ** ((tile.level or 0) + 1))


def split(data: bytes) -> list[bytes]:
    """Return the hashes of a tile."""
    return [data[at : at + tree.HASH_BYTES] for at in range(0, len(data), tree.HASH_BYTES)]


def check_tiles(reader: Reader, asked: Asked) -> tuple[Report, Walk, Checkpoint]:
    """Check one log: its checkpoint, all its tiles and bundles, and what was seen of it before."""
    keys = Keys(asked.vkeys or claimed(reader), *([asked.verify] if asked.verify else []))
    note = reader("checkpoint")
    if note is None:
        raise NotHeldError(1, "not there", "there is no checkpoint")
    head = keys.checkpoint(note.decode())
    olds = sorted(keys.checkpoint(each) for each in asked.olds)
    for old in olds:
        if old[2] != head[2] or old[0] > head[0]:
            why = f"it covers {old[0]} rows of {old[2]}, the log {head[0]} of {head[2]}"
            raise NotHeldError(6, NO_PREFIX, f"{why}: cut off at the end, or another log")
    walk = Walk(reader, head[0], asked.min_index, olds, asked.tick)
    root = walk.all()
    last = max(head[0] - 1, 0)
    if root != head[1]:
        raise NotHeldError(7, MOVED, "the tiles do not give the checkpoint's root", walk.good, last)
    if walk.bad:
        why = "the log was written anew since"
        raise NotHeldError(6, NO_PREFIX, why, walk.good, walk.bad[0] - 1)
    return _report(walk, head, asked), walk, head


def _report(walk: Walk, head: Checkpoint, asked: Asked) -> Report:
    report = Report("" if asked.vkeys else OWN_KEYS, "" if asked.olds else NO_OLD)
    report.held.append(f"all tiles and bundles of {head[2]} give the root of its {head[0]} rows")
    report.counts.update({f"kind {kind}": count for kind, count in walk.kinds.items()})
    report.unproved.append("what was decided: leaves hold commitments, an export opens them")
    if walk.pruned:
        report.counts["pruned, checked through upper tiles"] = walk.pruned
        if walk.prunes < walk.pruned:
            report.unproved.append("why rows are missing: no prune leaf declares that they may be")
    for old in walk.skipped:
        report.unproved.append(
            f"that the checkpoint of {old[0]} is a beginning: it lies in pruned rows"
        )
    return report


def claimed(reader: Reader) -> list[str]:
    """Return the keys that a log names itself."""
    body = reader("keys.json")
    if body is None:
        raise NotHeldError(1, "wrong key", "there is no keys.json: give the log's key by --vkey")
    return [str(each["vkey"]) for each in json.loads(body)["keys"]]
