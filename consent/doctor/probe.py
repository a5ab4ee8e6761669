"""A question through the public address that only the service itself can answer.

The question carries a fresh value, signed with the service's keys and good for a minute, and plants
an address from a range nobody has (RFC 5737) where clients write one. The answer says how many
proxies wrote theirs behind it, which kind of address counts as the client, and under which settings
the service runs, each as a keyed fingerprint. It holds no address and no value of a setting, and is
signed for a purpose of its own, so that no question can be played back as an answer.
"""

import ipaddress
import json
import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from importlib.metadata import version

from consent import clock
from consent.config import Settings
from consent.signing import Purpose, Signer

PATH = "/probe"
HEADER = "Consent-Probe"
# How far the two clocks may be apart, either way, and how long a question is good.
SECONDS = 60
_ASKED = re.compile(r"(?P<at>[0-9]{1,13})_(?P<nonce>[0-9a-f]{32})_(?P<planted>[0-9.]{7,15})")
# The log of the instance has this name too: no site can.
INSTANCE = "instance"
# What the proxy must overwrite, if it writes a region at all: no visitor is in Antarctica.
PLANTED_REGION = "AQ"
FINGERPRINT = 12
# Keys are proved by the signature itself.
_PROVED = frozenset({"secret_keys"})


@dataclass(frozen=True)
class Question:
    """What is sent."""

    token: str
    nonce: str
    planted: str


@dataclass(frozen=True)
class Came:
    """How a request came, as the service sees it."""

    forwarded: str
    client: str | None
    region: str | None


@dataclass(frozen=True)
class Route:
    """What the answer says."""

    # proxies that wrote an address behind the planted one
    proxies: int
    # loopback, private, global, planted or unknown: what counts as the visitor's address
    client: str
    # the planted region came through
    region_believed: bool
    release: str
    fingerprints: dict[str, str]


def question(signer: Signer) -> Question:
    """Return a fresh question."""
    nonce = secrets.token_hex(16)
    planted = f"192.0.2.{secrets.randbelow(254) + 1}"
    value = f"{clock.to_ms(clock.now()) // 1000}_{nonce}_{planted}"
    return Question(signer.sign(Purpose.PROBE, INSTANCE, value), nonce, planted)


def answer(signer: Signer, settings: Settings, token: str | None, came: Came) -> str | None:
    """Return the signed answer, or None for anything but a fresh question of our own."""
    asked = _ASKED.fullmatch(signer.open(Purpose.PROBE, INSTANCE, token) or "")
    if asked is None or abs(clock.to_ms(clock.now()) / 1000 - int(asked["at"])) > SECONDS:
        return None
    hops = [each.strip() for each in came.forwarded.split(",") if each.strip()]
    if asked["planted"] in hops:
        hops = hops[len(hops) - hops[::-1].index(asked["planted"]) :]
    said = {
        "nonce": asked["nonce"],
        "proxies": len(hops),
        "client": "planted" if came.client == asked["planted"] else _kind(came.client),
        "region_believed": came.region == PLANTED_REGION,
        "release": version("consent-service"),
        "fingerprints": dict(_fingerprints(signer, settings)),
    }
    return signer.sign(Purpose.PROBE_ANSWER, INSTANCE, json.dumps(said, separators=(",", ":")))


def read(signer: Signer, asked: Question, text: str) -> Route | None:
    """Return what the service says; None for what it did not say to this question."""
    opened = signer.open(Purpose.PROBE_ANSWER, INSTANCE, text.strip())
    said = json.loads(opened) if opened else {}
    # The fresh value makes the answer as young as the question.
    if said.pop("nonce", None) != asked.nonce:
        return None
    # A newer release may say more.
    return Route(**{item.name: said[item.name] for item in fields(Route)})


def differing(route: Route, settings: Settings, keys: Sequence[str]) -> list[str]:
    """Return the settings that the service does not share with this command."""
    ours = [dict(_fingerprints(Signer((key,)), settings)) for key in keys]
    return [
        name
        for name, theirs in route.fingerprints.items()
        if name in ours[0] and all(each[name] != theirs for each in ours)
    ]


def _fingerprints(signer: Signer, settings: Settings) -> Iterator[tuple[str, str]]:
    for item in fields(settings):
        if item.name not in _PROVED:
            value = f"{item.name}={getattr(settings, item.name)}"
            yield item.name, signer.detached(Purpose.PROBE_ANSWER, INSTANCE, value)[:FINGERPRINT]


def _kind(address: str | None) -> str:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 6 and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return "loopback"
    return "global" if parsed.is_global else "private"
