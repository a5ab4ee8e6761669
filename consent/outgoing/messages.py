"""What is sent, what comes back, and why nothing does: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from urllib3 import HTTPHeaderDict


class Reason(StrEnum):
    """Why there is no answer that counts."""

    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    SLOW = "slow"
    CERTIFICATE = "certificate"
    TOO_LONG = "too_long"
    REDIRECTS = "redirects"
    BROKEN = "broken"


class UnreachableError(Exception):
    """There is no answer; the message says why, in the middle of a sentence."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long each step and all together may take, and how much is read of an answer."""

    seconds_each: float = 5.0
    seconds_in_all: float = 10.0
    most_bytes: int = 64 * 1024
    # whether the beginning of a longer answer will do
    may_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent. An address may hold a secret, so it never shows."""

    url: str = field(repr=False)
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    url: str = field(repr=False)
    status: int
    headers: HTTPHeaderDict = field(repr=False)
    body: bytes = field(repr=False)
    # the body was longer than is read
    cut: bool = False

    @property
    def content_type(self) -> str:
        """Return the type as it was said."""
        return str(self.headers.get("Content-Type", ""))

    @property
    def is_fine(self) -> bool:
        """Say whether the status is one of 200 to 299."""
        return 200 <= self.status < 300
