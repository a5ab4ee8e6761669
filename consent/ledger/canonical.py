"""Canonical JSON: the bytes that are digested, committed to and kept verbatim.

A subset of RFC 8785 (JCS): ASCII keys, strings, integers below 2^53, booleans, null, arrays and
objects; no floats. Within it Python's sorted, compact, unescaped dump *is* JCS, which
`tests/ledger/test_canonical.py` holds against the `rfc8785` package.
"""

import base64
import json
from hashlib import sha256
from typing import NoReturn

LARGEST = 2**53 - 1
DEEPEST = 32


class NotCanonicalError(ValueError):
    """The value is outside the subset; the message says where."""


def dump(value: object) -> bytes:
    """Return the canonical bytes, or refuse with the place that cannot be written."""
    _check(value, "$", 0)
    return _written(value)


def read(raw: bytes | str) -> tuple[object, bytes]:
    """Return what `parse` makes of a text, and its canonical bytes, at the cost of one check."""
    value = parse(raw)
    return value, _written(value)


def digest(data: bytes) -> str:
    """Return the SHA-256 of bytes as base64, as in `sha256-...` of Subresource Integrity."""
    return base64.b64encode(sha256(data).digest()).decode()


def parse(raw: bytes | str) -> object:
    """Read JSON strictly: no repeated keys, floats, NaN, lone surrogates or deep nesting."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        raise NotCanonicalError("The text is not UTF-8.") from error
    except RecursionError as error:
        raise NotCanonicalError("The JSON is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise NotCanonicalError(f"This is not JSON: {error}.") from error
    _check(value, "$", 0)
    return value


def _written(value: object) -> bytes:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def _check(value: object, place: str, depth: int) -> None:  # noqa: C901 - one branch a type
    if depth > DEEPEST:
        raise NotCanonicalError(f"{place} is nested deeper than {DEEPEST} levels.")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonicalError(f"{place} is a number beyond 2^53.")
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise NotCanonicalError(f"{place} has a key that is not ASCII text.")
            _check(item, f"{place}.{key}", depth + 1)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{place}[{index}]", depth + 1)
    else:
        raise NotCanonicalError(f"{place} is a {type(value).__name__}, which evidence cannot hold.")


def _check_text(value: str, place: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(f"{place} holds half a character.") from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonicalError("A key stands twice in one object.")
    return found


def _whole(digits: str) -> int:
    # Python refuses to convert very long digit strings and says so in its own words.
    if len(digits) > 17:
        raise NotCanonicalError("A number is beyond 2^53.")
    return int(digits)


def _refuse_number(digits: str) -> NoReturn:
    raise NotCanonicalError(f"{digits} is not a whole number.")
