"""RFC 6962, section 2.1, word for word and slowly: what the fast code is held against."""

from functools import cache
from hashlib import sha256


def leaf(number: int) -> bytes:
    return f"leaf-{number}".encode()


def leaf_hash(number: int) -> bytes:
    return sha256(b"\0" + leaf(number)).digest()


def split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half


@cache
def mth(begin: int, end: int) -> bytes:
    if begin == end:
        return sha256(b"").digest()
    if end - begin == 1:
        return leaf_hash(begin)
    middle = begin + split(end - begin)
    return sha256(b"\1" + mth(begin, middle) + mth(middle, end)).digest()


def path(index: int, begin: int, end: int) -> list[bytes]:
    if end - begin == 1:
        return []
    middle = begin + split(end - begin)
    if index < middle:
        return [*path(index, begin, middle), mth(middle, end)]
    return [*path(index, middle, end), mth(begin, middle)]


def proof(old: int, begin: int, end: int, *, whole: bool = True) -> list[bytes]:
    if old == end:
        return [] if whole else [mth(begin, end)]
    middle = begin + split(end - begin)
    if old <= middle:
        return [*proof(old, begin, middle, whole=whole), mth(middle, end)]
    return [*proof(old, middle, end, whole=False), mth(begin, middle)]


def hash_of(level: int, index: int) -> bytes:
    return mth(index << level, (index + 1) << level)
