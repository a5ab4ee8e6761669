"""Leaves and commitments: pure functions of bytes (RFC 6962 section 2.1 for the leaf hash).

c = HMAC-SHA256(salt, "consent-log/v1" || 0x00 || kind || 0x00 || payload), with 64 fresh random
bytes of salt. It binds the operator to the payload and, once payload and salt are gone, says
nothing about it. `tests/data/tlog-public.json` holds the vectors.
"""

import base64
import hmac
from enum import StrEnum
from hashlib import sha256

from consent.ledger import canonical

SALT_BYTES = 64
_DOMAIN = b"consent-log/v1"


class Kind(StrEnum):
    """What a leaf records. Members are added, never removed."""

    CONSENT = "consent"
    CONFIG = "config"
    STAFF = "staff"
    HOLD = "hold"
    ERASE = "erase"
    KEY = "key"
    EPOCH = "epoch"
    PRUNE = "prune"


# What nobody may erase: a concealed act of the operator would look like an erased decision.
PROTECTED = frozenset({Kind.STAFF, Kind.ERASE, Kind.KEY, Kind.EPOCH})
# Nothing personal is in these, ever: they stand in the leaf itself, for everybody.
CLEAR = frozenset({Kind.KEY, Kind.EPOCH, Kind.PRUNE})


def commit(kind: str, payload: bytes, salt: bytes) -> bytes:
    """Return the 32-byte commitment; another length of salt would not bind and is refused."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"The salt must have {SALT_BYTES} bytes.")
    return hmac.digest(salt, b"\0".join((_DOMAIN, kind.encode(), payload)), "sha256")


def leaf(kind: str, commitment: bytes) -> bytes:
    """Return the bytes that the tree hashes."""
    return canonical.dump({"c": base64.b64encode(commitment).decode(), "k": kind, "v": 1})


def clear_leaf(kind: str, facts: object) -> bytes:
    """Return a leaf that says openly what happened; `facts` hold nothing personal."""
    return canonical.dump({"k": kind, "p": facts, "v": 1})


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || leaf)."""
    return sha256(b"\0" + data).digest()
