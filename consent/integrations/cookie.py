"""Read the first-party cookie `consent`: `v1.` and base64url of the snippet's compact JSON.

It is hostile input: length first, then version, then shape. The fields are named in
`static/js/snippet/loader/cookie.js`, and `tests/data/cookie-vectors.json` holds what both readers
must make of each value.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from consent.regulations import REGION, Model

NAME = "consent"
LONGEST = 1024
ACTIONS = frozenset({"accept_all", "reject_all", "save", "withdraw", "signal", "renew"})
LAYERS = frozenset({"banner", "center", "page", "api"})

_SHAPE = re.compile(r"v1\.[A-Za-z0-9_-]+")
_TOKEN = re.compile(r"[A-Za-z0-9_.~-]{1,400}")
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_REQUIRED = frozenset("ncteaom")
_FORBIDDEN = frozenset({"constructor", "prototype"})


@dataclass(frozen=True)
class Said:
    """What a vendor is granted, where it differs from its categories."""

    consent: frozenset[str]
    legitimate_interest: frozenset[str]


@dataclass(frozen=True)
class Stored:
    """A decision as the cookie holds it; times are unix seconds."""

    notice_version: int
    categories: Mapping[str, bool]
    decided_at: int
    expires_at: int
    action: str
    layer: str
    model: str
    vendors: Mapping[str, Said] = field(default_factory=dict)
    region: str | None = None
    # decided while a privacy signal was on
    signalled: bool = False
    # the vendors did not fit and lie in the browser's storage
    vendors_elsewhere: bool = False
    record_id: str | None = None
    subject: str | None = None


def values(header: str | None) -> list[str]:
    """Return every value that a Cookie header has for our name, in its order."""
    pairs = (part.strip().partition("=") for part in (header or "").split(";"))
    return [value for name, _, value in pairs if name == NAME]


def read_stored(value: object, *, exact: bool = False) -> Stored | None:
    """Return what the cookie says, or None for everything that is not such a cookie.

    `exact` refuses what the snippet would not have spelt so, as the snippet itself does.
    """
    if not isinstance(value, str) or len(value) > LONGEST or not _SHAPE.fullmatch(value):
        return None
    try:
        raw = base64.b64decode(
            value[3:] + "=" * (-len(value[3:]) % 4), altchars=b"-_", validate=True
        )
        data = _parse(raw.decode("ascii"))
    except (binascii.Error, ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or not _is_whole(data):
        return None
    return None if exact and raw != _spelt(data) else _stored(data)


def write_stored(data: Mapping[str, Any]) -> str | None:
    """Return the value for fields as the snippet names them, or None where it is too long."""
    value = "v1." + base64.urlsafe_b64encode(_spelt(data)).decode().rstrip("=")
    return value if read_stored(value, exact=True) else None


def _stored(data: dict[str, Any]) -> Stored:
    return Stored(
        notice_version=data["n"],
        categories={key: granted == 1 for key, granted in data["c"].items()},
        decided_at=data["t"],
        expires_at=data["e"],
        action=data["a"],
        layer=data["o"],
        model=data["m"],
        vendors={
            key: Said(frozenset(said["c"]), frozenset(said["l"]))
            for key, said in data.get("v", {}).items()
        },
        region=data.get("g"),
        signalled="x" in data,
        vendors_elsewhere="w" in data,
        record_id=data.get("r"),
        subject=data.get("s"),
    )


def _spelt(data: Mapping[str, Any]) -> bytes:
    """Return the bytes that the snippet writes for a decision."""
    ordered = {name: data[name] for name in _FIELDS if name in data}
    if "v" in ordered:
        ordered["v"] = {key: {"c": said["c"], "l": said["l"]} for key, said in data["v"].items()}
    return json.dumps(ordered, separators=(",", ":")).encode()


def _parse(text: str) -> object:
    return json.loads(text, object_pairs_hook=_once, parse_float=_refuse, parse_constant=_refuse)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A key stands twice in one object.")
    return found


def _refuse(digits: str) -> NoReturn:
    raise ValueError(f"{digits} is not a whole number.")


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


def _one_of(known: frozenset[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in known


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
# In the order in which the snippet writes them.
_FIELDS: dict[str, Callable[[object], bool]] = {
    "n": _number,
    "c": _map(_bit),
    "t": _number,
    "e": _number,
    "a": _one_of(ACTIONS),
    "o": _one_of(LAYERS),
    "m": _one_of(frozenset(Model)),
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
