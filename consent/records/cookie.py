"""Read the first-party cookie `consent`: `v1.` and base64url of the snippet's compact JSON.

The page trusts it; the service believes only the signed parts. It is hostile input: length first,
then version, then shape. `static/js/snippet/cookie.js` names the fields, and
`tests/data/cookie-vectors.json` holds what both readers must make of each value.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from consent import ledger
from consent.notices.schemas import MODELS
from consent.records.decision import Action, Layer
from consent.regulations import REGION

NAME = "consent"
LONGEST = 1024

_SHAPE = re.compile(r"v1\.[A-Za-z0-9_-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{1,400}")
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_REQUIRED = frozenset("ncteaom")
_FORBIDDEN = frozenset({"constructor", "prototype"})


@dataclass(frozen=True)
class Remembered:
    """What a browser remembers of its decision."""

    notice_version: int
    categories: dict[str, bool]
    decided_at: int
    expires_at: int
    action: str
    subject: str | None


def read(value: str | None) -> Remembered | None:
    """Return what the cookie says, or None for everything that is not exactly such a cookie."""
    if not value or len(value) > LONGEST or not _SHAPE.fullmatch(value):
        return None
    try:
        raw = base64.b64decode(
            value[3:] + "=" * (-len(value[3:]) % 4), altchars=b"-_", validate=True
        )
        data = ledger.parse(raw)
    except (binascii.Error, ledger.NotCanonicalError, ValueError):
        return None
    if not raw.isascii() or not isinstance(data, dict) or not _is_whole(data):
        return None
    return Remembered(
        notice_version=data["n"],
        categories={key: granted == 1 for key, granted in data["c"].items()},
        decided_at=data["t"],
        expires_at=data["e"],
        action=data["a"],
        subject=data.get("s"),
    )


def _is_whole(data: dict[str, Any]) -> bool:
    known = all(key in _FIELDS and _FIELDS[key](value) for key, value in data.items())
    return known and data.keys() >= _REQUIRED and bool(data["e"] >= data["t"])


def _number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**11


def _bit(value: object) -> bool:
    return _number(value) and value in {0, 1}


def _one(value: object) -> bool:
    return _bit(value) and value == 1


def _text(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _one_of(values: frozenset[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in values


def _key(value: object) -> bool:
    return isinstance(value, str) and bool(_KEY.fullmatch(value)) and value not in _FORBIDDEN


def _map(check: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: (
        isinstance(value, dict) and all(_key(key) and check(item) for key, item in value.items())
    )


def _vendor(value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"c", "l"}
        and all(isinstance(keys, list) and all(map(_key, keys)) for keys in value.values())
    )


_token = _text(_TOKEN)
_FIELDS: dict[str, Callable[[object], bool]] = {
    "n": _number,
    "c": _map(_bit),
    "t": _number,
    "e": _number,
    "a": _one_of(frozenset(Action)),
    "o": _one_of(frozenset(Layer)),
    "m": _one_of(frozenset(MODELS)),
    "v": _map(_vendor),
    "g": _text(re.compile(REGION)),
    "x": _one,
    "r": _token,
    "s": _token,
    "k": _token,
    "q": _token,
    "h": _number,
    "p": _one,
    "w": _one,
}
