"""Tiles: published bytes and paths, and whatever the batches the same tree."""

import json
import random
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.errors import ProofError
from consent.ledger import tiles, tree
from consent.ledger.tiles import WIDTH, Tile
from tests.ledger import naive

VECTORS = json.loads((Path(__file__).parents[1] / "data/tlog-public.json").read_text())


class Store:
    """Tiles in memory: the widest version of each."""

    def __init__(self) -> None:
        self.size = 0
        self.data: dict[tuple[int, int], bytes] = {}

    def read(self, level: int, number: int) -> bytes:
        return self.data[level, number]

    def add(self, count: int) -> None:
        coming = [naive.leaf_hash(self.size + at) for at in range(count)]
        self.data |= tiles.extend(self.read, self.size, coming)
        self.size += count

    @classmethod
    def of(cls, *batches: int) -> "Store":
        made = cls()
        for count in batches:
            made.add(count)
        return made


@pytest.mark.parametrize("given", VECTORS["tile_paths"], ids=lambda given: given["path"])
def test_the_published_paths_are_ours(given):
    tile = Tile(given["level"], given["n"], given["width"])
    assert tile.path == given["path"]
    assert tiles.parse(given["path"]) == tile


@pytest.mark.parametrize("given", VECTORS["tiles"], ids=lambda given: given["path"])
def test_the_published_tiles_are_ours(given):
    tile = tiles.parse(given["path"])
    data = Store.of(given["size"]).read(tile.level, tile.number)[: tile.width * 32]
    assert data.hex() == given["hex"]
    assert sha256(data).hexdigest() == given["sha256"]
    assert given["size"] in tile.sizes


@pytest.mark.parametrize("given", VECTORS["bundles"], ids=lambda given: given["path"])
def test_the_published_bundles_are_ours(given):
    tile = tiles.parse(given["path"])
    leaves = [naive.leaf(tile.number * WIDTH + at) for at in range(tile.width)]
    assert tiles.bundle(leaves).hex() == given["hex"]
    assert tiles.leaves(bytes.fromhex(given["hex"])) == leaves


@given(st.one_of(st.none(), st.integers(0, 63)), st.integers(0, 10**12), st.integers(1, WIDTH))
def test_a_tile_has_one_path(level, number, width):
    tile = Tile(level, number, width)
    assert tiles.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "", "tile", "tile/0", "tile/00/000", "tile/64/000", "tile/0/0", "tile/0/0000",
        "tile/-1/000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/x000/001",
        "tile/0/1000",
        "tile/0/000.p/", "tile/0/000/", "/tile/0/000", "tile/0/x001/x234", "tile/entries/000.p/300",
        "tile/0/٠٠٠", "tile/0/000\n",
    ],
)  # fmt: skip
def test_any_other_spelling_is_no_path(path):
    assert tiles.parse(path) is None


def test_every_size_to_600_has_the_tiles_it_must_have_and_no_other():
    store = Store()
    for size in range(1, 601):
        store.add(1)
        expected = list(tiles.of_size(size))
        assert {(tile.level, tile.number) for tile in expected} == store.data.keys()
        assert all(len(store.read(t.level, t.number)) == t.width * 32 for t in expected)
        assert all(size in tile.sizes or tile.width == WIDTH for tile in expected)
        assert tree.root(tiles.reader(store.read), size) == naive.mth(0, size)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 700), max_size=8))
def test_whatever_the_batches_the_tiles_are_the_same(batches):
    total = sum(batches)
    assert Store.of(*batches).data == Store.of(total).data


def test_proofs_come_out_of_tiles_alone():
    size = 70_000
    store, edge = Store.of(size), tree.Edge()
    for number in range(size):
        edge.add(naive.leaf_hash(number))
    hash_of = tiles.reader(store.read)
    assert tree.root(hash_of, size) == edge.root()
    chance = random.Random(256)
    for index in (0, size - 1, *(chance.randrange(size) for _ in range(30))):
        path = tree.inclusion(hash_of, index, size)
        assert tree.root_of(naive.leaf_hash(index), index, size, path) == edge.root()
    for old in (1, 256, 65_536, *(chance.randrange(1, size) for _ in range(30))):
        path = tree.consistency(hash_of, old, size)
        tree.check_consistency(old, size, tree.root(hash_of, old), edge.root(), path)


def test_a_tile_that_is_too_short_is_named():
    store = Store.of(300)
    store.data[0, 1] = store.data[0, 1][:-1]
    with pytest.raises(ProofError, match=r"tile/0/001"):
        tree.root(tiles.reader(store.read), 300)


def test_changed_tiles_lie_over_those_that_were_there():
    store = Store.of(300)
    changed = tiles.extend(store.read, 300, [naive.leaf_hash(300)])
    assert changed.keys() == {(0, 1)}
    hash_of = tiles.reader(tiles.overlaid(changed, store.read))
    assert tree.root(hash_of, 301) == naive.mth(0, 301)


@pytest.mark.parametrize("cut", range(1, 24))
def test_a_bundle_cut_short_is_refused(cut):
    data = bytes.fromhex(VECTORS["bundles"][0]["hex"])
    if len(data) - cut in (0, 8, 16):
        assert tiles.leaves(data[:-cut]) == [naive.leaf(at) for at in range((len(data) - cut) // 8)]
        return
    with pytest.raises(ProofError):
        tiles.leaves(data[:-cut])


def test_a_leaf_longer_than_its_prefix_can_say_is_refused():
    assert len(tiles.bundle([b"x" * 65_535])) == 65_537
    with pytest.raises(ValueError, match="65535"):
        tiles.bundle([b"x" * 65_536])
