"""The tree against published vectors, against the definition for every size to 300, and bent."""

import json
import random
from pathlib import Path

import pytest

from consent.errors import ProofError
from consent.ledger import tree
from tests.ledger import naive

VECTORS = json.loads((Path(__file__).parents[1] / "data/tlog-public.json").read_text())
MOST = 300


def hashes(texts: list[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def root(size: int) -> bytes:
    return naive.mth(0, size)


@pytest.mark.parametrize(("size", "expected"), VECTORS["roots"].items())
def test_the_published_roots_are_ours(size, expected):
    assert tree.root(naive.hash_of, int(size)).hex() == expected
    assert VECTORS["empty_root"] == tree.EMPTY_ROOT.hex()


def test_the_published_proofs_of_inclusion_are_ours_and_hold():
    for given in VECTORS["inclusion"]:
        size, index, path = given["size"], given["index"], hashes(given["proof"])
        assert tree.inclusion(naive.hash_of, index, size) == path
        assert tree.root_of(naive.leaf_hash(index), index, size, path) == root(size)


def test_the_published_proofs_of_consistency_are_ours_and_hold():
    for given in VECTORS["consistency"]:
        old, new, path = given["size1"], given["size2"], hashes(given["proof"])
        assert tree.consistency(naive.hash_of, old, new) == path
        tree.check_consistency(old, new, root(old), root(new), path)


def test_every_size_to_300_has_the_root_and_the_paths_of_the_definition():
    edge = tree.Edge()
    assert edge.root() == root(0)
    for size in range(1, MOST + 1):
        edge.add(naive.leaf_hash(size - 1))
        assert edge.root() == tree.root(naive.hash_of, size) == root(size)
        for index in range(size):
            path = tree.inclusion(naive.hash_of, index, size)
            assert path == naive.path(index, 0, size)
            assert tree.root_of(naive.leaf_hash(index), index, size, path) == root(size)


def test_every_pair_of_sizes_to_300_is_consistent_as_the_definition_says():
    for new in range(1, MOST + 1):
        for old in range(1, new + 1):
            path = tree.consistency(naive.hash_of, old, new)
            assert path == naive.proof(old, 0, new)
            tree.check_consistency(old, new, root(old), root(new), path)


def bent(path: list[bytes], chance: random.Random) -> list[bytes]:
    """Return another path: one hash altered, left out, put twice, or two exchanged."""
    made = list(path)
    at = chance.randrange(len(made))
    how = chance.randrange(4)
    if how == 0:
        byte = chance.randrange(32)
        altered = bytearray(made[at])
        altered[byte] ^= 1 << chance.randrange(8)
        made[at] = bytes(altered)
    elif how == 1:
        del made[at]
    elif how == 2:
        made.insert(at, made[at])
    else:
        made[at], made[-1] = made[-1], made[at]
    return made


def test_no_bent_proof_of_inclusion_leads_to_the_root():
    chance = random.Random(6962)
    for _ in range(3000):
        size = chance.randint(2, MOST)
        index = chance.randrange(size)
        path = tree.inclusion(naive.hash_of, index, size)
        wrong = bent(path, chance)
        if wrong == path:
            continue
        try:
            found = tree.root_of(naive.leaf_hash(index), index, size, wrong)
        except ProofError:
            continue
        assert found != root(size)


def test_no_bent_proof_of_consistency_is_accepted():
    chance = random.Random(9162)
    for _ in range(3000):
        new = chance.randint(2, MOST)
        old = chance.randint(1, new - 1)
        path = tree.consistency(naive.hash_of, old, new)
        wrong = bent(path, chance)
        if wrong != path:
            with pytest.raises(ProofError):
                tree.check_consistency(old, new, root(old), root(new), wrong)


def test_another_place_or_another_size_is_refused():
    path = tree.inclusion(naive.hash_of, 3, 7)
    for index, size in ((2, 7), (3, 9), (7, 7), (-1, 7), (3, 3)):
        try:
            found = tree.root_of(naive.leaf_hash(3), index, size, path)
        except ProofError:
            continue
        assert found != root(7), (index, size)
    for old, new, first, second in (
        (5, 3, root(5), root(3)), (0, 3, root(1), root(3)), (3, 3, root(2), root(3)),
        (-1, 3, root(0), root(3)), (2, 5, root(3), root(5)), (2, 5, root(2), root(6)),
    ):  # fmt: skip
        with pytest.raises(ProofError):
            size = (max(old, 0), max(new, old, 0))
            tree.check_consistency(old, new, first, second, tree.consistency(naive.hash_of, *size))


def test_a_leaf_that_is_not_there_has_no_proof():
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(ProofError):
            tree.inclusion(naive.hash_of, index, size)
    with pytest.raises(ProofError):
        tree.consistency(naive.hash_of, 3, 2)


def test_a_proof_of_hashes_of_another_length_or_without_end_is_refused():
    for path in ([b"short"], [b"\0" * 32] * 64):
        with pytest.raises(ProofError, match="63 hashes of 32 bytes"):
            tree.root_of(naive.leaf_hash(0), 0, 2, path)
