"""Commitments and leaves, held against published vectors that Go's tlog computes alike."""

import base64
import json
import os
from pathlib import Path

import pytest

from consent.ledger import commitment

VECTORS = json.loads((Path(__file__).parents[1] / "data/tlog-public.json").read_text())
GIVEN = VECTORS["commitment"]
SALT = base64.b64decode(GIVEN["salt_b64"])


def test_the_published_commitment_is_ours():
    made = commitment.commit(GIVEN["kind"], GIVEN["payload"].encode(), SALT)
    data = commitment.leaf(GIVEN["kind"], made)
    assert base64.b64encode(made).decode() == GIVEN["c_b64"]
    assert data.decode() == GIVEN["leaf"]
    assert commitment.leaf_hash(data).hex() == GIVEN["leaf_hash"]


@pytest.mark.parametrize(("index", "expected"), VECTORS["leaf_hashes"].items())
def test_the_published_leaf_hashes_are_ours(index, expected):
    assert commitment.leaf_hash(f"leaf-{index}".encode()).hex() == expected


@pytest.mark.parametrize("length", [0, 1, 32, 63, 65, 128])
def test_a_salt_of_another_length_would_not_bind_and_is_refused(length):
    with pytest.raises(ValueError, match="64"):
        commitment.commit("consent", b"{}", os.urandom(length))


def test_one_payload_under_two_kinds_gives_two_commitments():
    made = {commitment.commit(kind, b"{}", SALT) for kind in commitment.Kind}
    assert len(made) == len(commitment.Kind)


def test_kind_and_payload_cannot_be_shifted_into_each_other():
    assert commitment.commit("consent", b"a", SALT) != commitment.commit("consen", b"ta", SALT)


def test_two_salts_give_two_commitments():
    assert commitment.commit("consent", b"{}", SALT) != commitment.commit(
        "consent", b"{}", bytes(64)
    )


def test_a_leaf_says_its_kind_and_its_commitment_and_nothing_else():
    data = json.loads(commitment.leaf("consent", bytes(32)))
    assert data == {"c": base64.b64encode(bytes(32)).decode(), "k": "consent", "v": 1}
    assert len(commitment.leaf("consent", bytes(32))) == 72
