"""A decision as it arrives, and what the service knows beside it: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from consent.devices import Device


class Action(StrEnum):
    """What the visitor did. Members are added, never removed."""

    ACCEPT_ALL = "accept_all"
    REJECT_ALL = "reject_all"
    SAVE = "save"
    WITHDRAW = "withdraw"
    SIGNAL = "signal"
    RENEW = "renew"


class Layer(StrEnum):
    """Where it was done."""

    BANNER = "banner"
    CENTER = "center"
    PAGE = "page"
    API = "api"


class RegionSource(StrEnum):
    """How a region was found."""

    ATTRIBUTE = "attribute"
    HEADER = "header"
    DATABASE = "database"
    UNKNOWN = "unknown"


# vendor -> basis -> the categories in which it is granted (consent) or not objected to
Grants = Mapping[str, Mapping[str, list[str]]]


@dataclass(frozen=True)
class Shown:
    """Which notice was on the screen."""

    version: int
    digest: str
    language: str


@dataclass(frozen=True)
class Decision:
    """One act of a visitor. What it says of region, model, layout, snippet and time is a claim."""

    event_id: UUID
    action: Action
    layer: Layer
    notice: Shown
    categories: Mapping[str, bool]
    page: str
    decided_at: datetime
    body_digest: bytes
    vendors: Grants = field(default_factory=dict)
    subject: str | None = None
    region: str | None = None
    region_source: RegionSource = RegionSource.UNKNOWN
    model: str | None = None
    gpc: bool = False
    layout: str | None = None
    snippet: str | None = None
    signals: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the service knows itself at that moment."""

    region: str | None = None
    region_source: RegionSource = RegionSource.UNKNOWN
    gpc: bool | None = None
    device: Device | None = None
