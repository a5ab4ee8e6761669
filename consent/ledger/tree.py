"""The Merkle tree of RFC 6962, section 2.1: roots and proofs as pure functions of hashes.

A tree is read through `Node`s: `hash_of(level, index)` gives the hash of the perfect subtree of
2**level leaves that begins at leaf index * 2**level. What proves is checked by the algorithms of
RFC 9162, sections 2.1.3.2 and 2.1.4.2, which share nothing with those that make proofs.
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256

from consent.errors import ProofError

EMPTY_ROOT = sha256(b"").digest()
HASH_BYTES = 32
# 2**63 leaves are more than any log has (C2SP tlog-proof).
MOST_HASHES = 63

Node = Callable[[int, int], bytes]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right)."""
    return sha256(b"\1" + left + right).digest()


def root(hash_of: Node, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return range_hash(hash_of, 0, size) if size else EMPTY_ROOT


def range_hash(hash_of: Node, begin: int, end: int) -> bytes:
    """Return MTH(D[begin:end]) of a range as the definition divides it; it is not empty."""
    hashes = [hash_of(level, index) for level, index in perfect(begin, end)]
    folded = hashes.pop()
    while hashes:
        folded = node_hash(hashes.pop(), folded)
    return folded


def perfect(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield level and index of the perfect subtrees of a range, the largest first."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def inclusion(hash_of: Node, index: int, size: int) -> list[bytes]:
    """Return the path of a leaf in a tree, its sibling first (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError(f"There is no leaf {index} in a log of {size}.")
    path = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _left(end - begin)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((begin, middle))
            begin = middle
    return [range_hash(hash_of, *span) for span in reversed(path)]


def consistency(hash_of: Node, old: int, new: int) -> list[bytes]:
    """Return what proves that one tree is the beginning of another (RFC 6962, section 2.1.2)."""
    if not 0 <= old <= new:
        raise ProofError(f"A log of {old} is not the beginning of one of {new}.")
    if old in {0, new}:
        return []
    spans = []
    begin, end, is_whole = 0, new, True
    while old < end:
        middle = begin + _left(end - begin)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin, is_whole = middle, False
    if not is_whole:
        spans.append((begin, end))
    return [range_hash(hash_of, *span) for span in reversed(spans)]


def root_of(leaf_hash: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a path of inclusion leads to (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise ProofError(f"There is no leaf {index} in a log of {size}.")
    _check(path)
    here, last, found = index, size - 1, leaf_hash
    for hashed in path:
        if last == 0:
            raise ProofError("The proof of inclusion is too long.")
        if here & 1 or here == last:
            found = node_hash(hashed, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, hashed)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("The proof of inclusion is too short.")
    return found


def check_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Refuse two roots of which one is not the beginning of the other (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        raise ProofError(f"A log of {old} is not the beginning of one of {new}.")
    _check(path)
    if old in {0, new}:
        ends = old_root == (EMPTY_ROOT if old == 0 else new_root)
        if path or not ends:
            raise ProofError(f"The log of {new} does not continue that of {old}.")
        return
    first, second = _both_roots(old, new, old_root, list(path))
    if (first, second) != (old_root, new_root):
        raise ProofError(f"The log of {new} does not continue that of {old}.")


def _both_roots(old: int, new: int, old_root: bytes, path: list[bytes]) -> tuple[bytes, bytes]:
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    if not path:
        raise ProofError("The proof of consistency is too short.")
    first = second = path[0]
    for hashed in path[1:]:
        if last == 0:
            raise ProofError("The proof of consistency is too long.")
        if here & 1 or here == last:
            first, second = node_hash(hashed, first), node_hash(hashed, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, hashed)
        here, last = here >> 1, last >> 1
    if last:
        raise ProofError("The proof of consistency is too short.")
    return first, second


def _left(size: int) -> int:
    """Return the largest power of two below a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _check(path: Sequence[bytes]) -> None:
    if len(path) > MOST_HASHES or any(len(each) != HASH_BYTES for each in path):
        raise ProofError(f"A proof has at most {MOST_HASHES} hashes of {HASH_BYTES} bytes.")


class Edge:
    """The right edge of a growing tree: what is needed to add leaves and to know the root.

    It holds one hash for each bit of the size, 64 at most, whatever the size.
    """

    def __init__(self) -> None:
        self.size = 0
        self._hashes: list[bytes] = []

    def add(self, leaf_hash: bytes) -> None:
        """Add the hash of the next leaf."""
        self._hashes.append(leaf_hash)
        full, self.size = self.size, self.size + 1
        while full & 1:
            right = self._hashes.pop()
            self._hashes[-1] = node_hash(self._hashes[-1], right)
            full >>= 1

    def root(self) -> bytes:
        """Return the root of all that was added."""
        if not self._hashes:
            return EMPTY_ROOT
        folded = self._hashes[-1]
        for hashed in reversed(self._hashes[:-1]):
            folded = node_hash(hashed, folded)
        return folded
