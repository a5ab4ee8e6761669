"""Stand-ins for the companies a shop embeds: small tags that behave like the real ones.

Each sets what the demo's notice lists for it, sends a beacon home and adds its name to
`window.demoTags`, so that tests and the shop's own panel can see what ran. What they set is data in
`shop/vendors/tags.json`; `shop/vendors/tag.js` is the one program that all script tags share.
"""

from __future__ import annotations

import json
import re
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

FOLDER = Path(__file__).parent / "shop" / "vendors"
ADDRESS = re.compile(r"/vendors/([a-z-]+)/([a-z0-9-]+\.[a-z]+|collect)")
# One transparent pixel, as every counting image is.
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c000000000100010000020144003b"
)
SECONDS, RATE = 2, 8000


class Tag(TypedDict, total=False):
    """What one script tag does; the keys are those of `tags.json`."""

    tag: str
    cookies: dict[str, int]
    local: list[str]
    session: list[str]
    click: dict[str, str]
    extra: str


@dataclass(frozen=True)
class Served:
    """One answer of a stand-in, with the third-party cookies it sets."""

    media_type: str
    body: bytes
    cookies: tuple[str, ...] = ()


# Cookies a company sets for its own host, so third-party on the shop's pages.
OWN_COOKIES: dict[str, tuple[str, ...]] = {
    "youtube/embed.html": (
        "VISITOR_INFO1_LIVE=demo; Max-Age=15552000; HttpOnly",
        "YSC=demo; HttpOnly",
    ),
    "soundcloud/waves.wav": ("sc_anonymous_id=demo; Max-Age=31536000; HttpOnly",),
    "microsoft-ads/collect": ("MUID=demo; Max-Age=33696000; HttpOnly",),
    "microsoft-clarity/collect": ("CLID=demo; Max-Age=31536000; HttpOnly",),
    "google-ads/collect": ("IDE=demo; Max-Age=33696000; HttpOnly",),
}


def serve(path: str, origin: str) -> Served | None:
    """Return what stands at a path of the companies' origin, or None."""
    match = ADDRESS.fullmatch(path)
    if match is None:
        return None
    vendor, name = match.groups()
    cookies = OWN_COOKIES.get(f"{vendor}/{name}", ())

    if name.endswith(".js"):
        body = _script(vendor, name, origin)
        return None if body is None else Served("text/javascript; charset=utf-8", body, cookies)
    if name == "collect" or name.endswith(".gif"):
        return Served("image/gif", PIXEL, cookies)
    if name.endswith(".wav"):
        return Served("audio/wav", _waves(), cookies)
    return _file(vendor, name, cookies)


def _script(vendor: str, name: str, origin: str) -> bytes | None:
    tag = _tags().get(f"{vendor}/{name}")
    if tag is None:
        return None
    settings = json.dumps({"collect": f"{origin}/vendors/{vendor}/collect", **tag})
    program = (FOLDER / "tag.js").read_text().replace("TAG_SETTINGS", settings)
    if extra := tag.get("extra"):
        program += (FOLDER / extra).read_text()
    return program.encode()


def _file(vendor: str, name: str, cookies: tuple[str, ...]) -> Served | None:
    media_types = {
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".svg": "image/svg+xml",
    }
    file = FOLDER / vendor / name
    if file.suffix not in media_types or not file.is_file():
        return None
    return Served(media_types[file.suffix], file.read_bytes(), cookies)


@cache
def _tags() -> dict[str, Tag]:
    return cast("dict[str, Tag]", json.loads((FOLDER / "tags.json").read_text()))


@cache
def _waves() -> bytes:
    """Return a short sound of surf: noise that swells and ebbs, the same on every machine."""
    state, level, samples = 1, 0.0, bytearray()
    for index in range(SECONDS * RATE):
        state = (state * 1103515245 + 12345) % 2**31
        noise = (state / 2**30) - 1
        level += (noise - level) * 0.08
        swell = 1 - abs(2 * index / (SECONDS * RATE) - 1)
        samples.append(128 + int(level * swell * 100))
    shape = struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE, 1, 8)
    chunks = b"WAVEfmt " + shape + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(chunks)) + chunks
