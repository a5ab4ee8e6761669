"""What a decision is counted under: pure functions of its evidence, and of a banner shown.

Each value comes from a short list, or from what the service knows: nobody makes the counts grow by
inventing values, and nobody can be told from them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from consent import clock
from consent.notices.schemas import LAYOUTS
from consent.records import UNKNOWN, Action, Layer

OTHER = "other"
# What is counted beside actions: banners as reported, and the thousandths they stand for.
SHOWN, SHOWN_THOUSANDTHS = "shown", "shown_thousandths"
# What answers a question: the rest is a change of mind, a signal, or no act of anybody.
ANSWERS = frozenset({Action.ACCEPT_ALL, Action.REJECT_ALL, Action.SAVE})
ASKING = frozenset({Layer.BANNER, Layer.CENTER})


class Facet(StrEnum):
    """By what is counted. Members are added, never removed."""

    ALL = "all"
    ANSWER = "answer"
    REGION = "region"
    VERSION = "version"
    LANGUAGE = "language"
    LAYOUT = "layout"
    GRANTED = "granted"
    REFUSED = "refused"
    GPC = "gpc"
    DEVICE = "device"


# Those that a page shows by their values; a category has two.
FACETS = (
    Facet.REGION, Facet.DEVICE, Facet.VERSION, Facet.LANGUAGE, Facet.LAYOUT, Facet.GPC,
)  # fmt: skip
# Counted by month as well: of a year a page then reads twelve of each value, not 365.
GROUPED = (*FACETS, Facet.GRANTED, Facet.REFUSED)
MONTH = "/month"


@dataclass(frozen=True, order=True)
class Key:
    """One count: what is counted, of which day, and whether it stands apart."""

    day: datetime
    facet: str
    value: str
    action: str
    late: bool = False
    suspicious: bool = False


def keys_of(payload: Mapping[str, Any]) -> Iterator[Key]:
    """Yield the counts that a decision adds one to."""
    day = day_of(clock.from_ms(payload["at"]))
    action, late = payload["action"], payload["late"]
    suspicious = bool(payload["disagrees"])
    for facet, value in _facets(payload):
        yield from _with_month(Key(day, facet, value, action, late, suspicious))


def keys_of_shown(
    day: datetime, region: str, language: str, version: int, device: str
) -> Iterator[Key]:
    """Yield the counts of a banner."""
    facets = {
        Facet.ALL: "",
        Facet.REGION: region,
        Facet.LANGUAGE: language,
        Facet.VERSION: str(version),
        Facet.DEVICE: device,
    }
    for facet, value in facets.items():
        yield from _with_month(Key(day, facet, value, SHOWN))


def day_of(moment: datetime) -> datetime:
    """Return the first moment of a day in UTC."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def month_of(moment: datetime) -> datetime:
    """Return the first moment of a month in UTC."""
    return day_of(moment).replace(day=1)


def region_of(known: str | None, claimed: str | None) -> str:
    """Return a region as it is counted: of a claim the country alone."""
    return known or (claimed or UNKNOWN).partition("-")[0]


def _with_month(key: Key) -> Iterator[Key]:
    yield key
    if key.facet in GROUPED:
        yield replace(key, day=month_of(key.day), facet=key.facet + MONTH)


def _facets(payload: Mapping[str, Any]) -> Iterator[tuple[Facet, str]]:
    claims, notice = payload["claims"], payload["notice"]
    yield Facet.ALL, ""
    yield Facet.REGION, region_of(payload["region"]["code"], claims["region"])
    # Records of earlier releases do not have it.
    yield Facet.DEVICE, claims.get("device") or UNKNOWN
    yield Facet.VERSION, str(notice["version"])
    yield Facet.LANGUAGE, notice["language"]
    yield Facet.LAYOUT, _layout(claims["layout"])
    yield Facet.GPC, "yes" if payload["gpc"] else "no"
    for key, granted in payload["categories"].items():
        yield (Facet.GRANTED if granted else Facet.REFUSED), key
    is_first = payload["seq"] == 0
    if is_first and payload["action"] in ANSWERS and payload["layer"] in ASKING:
        yield Facet.ANSWER, "first"


def _layout(claimed: str | None) -> str:
    if claimed is None:
        return UNKNOWN
    return claimed if claimed in LAYOUTS else OTHER
