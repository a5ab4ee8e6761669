"""Tiles and entry bundles (C2SP tlog-tiles): how a tree lies in files and rows.

A tile of level L holds 256 hashes, each the root of a full tile of the level below; level 0 holds
the hashes of leaves. The right edge is partial, and a narrower tile is the beginning of a wider
one, so that one row serves every width there was.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from consent.errors import ProofError
from consent.ledger.tree import HASH_BYTES, Node, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
MOST_LEAF_BYTES = 65_535
MOST_LEVEL = 63
_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """Which tile: its level, its number there, how many hashes it has. A bundle has no level."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below a log's address."""
        groups = [f"{self.number % 1000:03d}"]
        rest = self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        level = "entries" if self.level is None else self.level
        return f"tile/{level}/{'/'.join(groups)}{partial}"

    @property
    def sizes(self) -> range:
        """Return the sizes of a log at which this tile is just so wide; a full one stays so."""
        unit: int = WIDTH ** (self.level or 0)
        begin = (self.number * WIDTH + self.width) * unit
        return range(begin, begin + unit)


def parse(path: str) -> Tile | None:
    """Return the tile that a path names, or None for any other spelling."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level, groups, last, width = found.groups()
    tile = Tile(
        None if level == "entries" else int(level),
        int(groups.replace("x", "").replace("/", "") + last),
        int(width or WIDTH),
    )
    # One tile, one path: no leading zero groups, no full tile spelt as a partial one.
    is_one = tile.path == path and tile.width <= WIDTH and (tile.level or 0) <= MOST_LEVEL
    return tile if is_one else None


def of_size(size: int) -> Iterator[Tile]:
    """Yield the hash tiles that a log of a size has, from the leaves up."""
    level = 0
    while size >> (HEIGHT * level):
        full, rest = divmod(size >> (HEIGHT * level), WIDTH)
        yield from (Tile(level, number) for number in range(full))
        if rest:
            yield Tile(level, full, rest)
        level += 1


def reader(tile_of: Callable[[int, int], bytes]) -> Node:
    """Return how to read a tree that lies in tiles: `tile_of(level, number)` gives their bytes."""

    def hash_of(level: int, index: int) -> bytes:
        high, low = divmod(level, HEIGHT)
        first = index << low
        data = tile_of(high, first // WIDTH)
        at = first % WIDTH * HASH_BYTES
        part = data[at : at + (HASH_BYTES << low)]
        if len(part) != HASH_BYTES << low:
            raise ProofError(f"The tile {Tile(high, first // WIDTH).path} is too short.")
        return _fold(part)

    return hash_of


def extend(
    tile_of: Callable[[int, int], bytes], size: int, leaf_hashes: Sequence[bytes]
) -> dict[tuple[int, int], bytes]:
    """Return the tiles that change when leaves are added to a log of a size.

    `tile_of(level, number)` gives the partial tiles of the right edge as they are. A tile that
    fills sends its root one level up.
    """
    changed: dict[tuple[int, int], bytes] = {}
    level, coming = 0, list(leaf_hashes)
    while coming:
        position = size >> (HEIGHT * level)
        above = []
        while coming:
            number, used = divmod(position, WIDTH)
            taken, coming = coming[: WIDTH - used], coming[WIDTH - used :]
            before = tile_of(level, number)[: used * HASH_BYTES] if used else b""
            data = changed[level, number] = before + b"".join(taken)
            position += len(taken)
            if len(data) == WIDTH * HASH_BYTES:
                above.append(_fold(data))
        level, coming = level + 1, above
    return changed


def overlaid(
    changed: Mapping[tuple[int, int], bytes], tile_of: Callable[[int, int], bytes]
) -> Callable[[int, int], bytes]:
    """Return how to read tiles of which some have just changed."""

    def found(level: int, number: int) -> bytes:
        data = changed.get((level, number))
        return tile_of(level, number) if data is None else data

    return found


def bundle(leaves: Iterable[bytes]) -> bytes:
    """Return leaves one after the other, each behind its length of two bytes, big-endian."""
    parts = []
    for leaf in leaves:
        if len(leaf) > MOST_LEAF_BYTES:
            raise ValueError(f"A leaf has at most {MOST_LEAF_BYTES} bytes.")
        parts += [len(leaf).to_bytes(2, "big"), leaf]
    return b"".join(parts)


def leaves(data: bytes) -> list[bytes]:
    """Return the leaves of a bundle; one that is cut short is refused."""
    found, at = [], 0
    while at < len(data):
        begin = at + 2
        at = begin + int.from_bytes(data[at:begin], "big")
        if at > len(data) or begin > len(data):
            raise ProofError("An entry bundle is cut short.")
        found.append(data[begin:at])
    return found


def _fold(data: bytes) -> bytes:
    hashes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    while len(hashes) > 1:
        hashes = [
            node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]
