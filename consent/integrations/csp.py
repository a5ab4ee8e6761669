"""A Content-Security-Policy from the site's own and from the hosts that a choice opens.

Nothing is widened but by host names, the service's origin and the nonce. A base policy that is
open already is refused: behind it no choice could hold anything back.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from consent.integrations import hosts
from consent.integrations.hosts import Host

# The directives in which companies are let in, in the order they are written.
GATED = (
    "script-src",
    "img-src",
    "connect-src",
    "frame-src",
    "style-src",
    "font-src",
    "media-src",
)
# Directives that stand before a gated one where a site has them.
_CLOSER = {"script-src": ("script-src-elem",), "style-src": ("style-src-elem",)}
_FALLBACKS = {"frame-src": ("child-src", "default-src")}
_OF_SCRIPTS = ("script-src", "style-src", "default-src")
_DIRECTIVE = re.compile(r"[a-z][a-z0-9-]*")
_WORD = re.compile(r"[!-+\--:<-~]+")  # printable ASCII without space, comma and semicolon
_NONCE = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_OPEN = re.compile(r"(https?|wss?):|((https?|wss?)://)?\*(:[0-9*]+)?(/.*)?", re.IGNORECASE)

Directives = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Checked:
    """A site's own policy that has been read and found to hold back what has to wait."""

    directives: Mapping[str, tuple[str, ...]]


Base = Mapping[str, str | Iterable[str]] | str | Checked


@dataclass(frozen=True)
class Opening:
    """What a choice opens; `waiting` are the hosts that no base may name, with their vendors."""

    granted: tuple[Host, ...]
    waiting: Mapping[Host, str]
    service: str | None = None
    pictures: bool = False


def written(base: Base, opening: Opening, nonce: str | None = None) -> str:
    """Return the policy as a header's value."""
    if nonce is not None and not _NONCE.fullmatch(nonce):
        raise ValueError(f"{nonce!r} is no nonce: give at least 8 characters of base64.")
    directives = checked(base, opening.waiting).directives
    additions = _additions(opening, nonce)
    found: Directives = dict(directives)
    if "default-src" not in found:
        found = {"default-src": ("'self'",), **found}
    for gated in GATED:
        names = [gated, *(name for name in _CLOSER.get(gated, ()) if name in directives)]
        for name in names:
            found[name] = _joined(name, _start(name, directives), additions[gated])
    return "; ".join(" ".join((name, *words)) for name, words in found.items())


def checked(base: Base, waiting: Mapping[Host, str]) -> Checked:
    """Read the site's own policy; refuse one behind which no choice could hold anything back."""
    if isinstance(base, Checked):
        return base
    directives = parse(base)
    for name, words in directives.items():
        for word in words if re.search(r"-src(-elem|-attr)?$", name) else ():
            if _OPEN.fullmatch(word):
                raise ValueError(
                    f"{name} {word} allows everything, so nothing could wait for a choice: "
                    "name hosts instead."
                )
            _refuse_waiting(name, word, waiting)
    return Checked(directives)


def parse(base: Mapping[str, str | Iterable[str]] | str) -> Directives:
    """Read a policy: of a directive that stands twice the first counts, as in browsers."""
    found: Directives = {}
    for name, words in _parts(base):
        if not _DIRECTIVE.fullmatch(name):
            raise ValueError(f"{name!r} is no directive.")
        for word in words:
            if not _WORD.fullmatch(word):
                raise ValueError(f"{name}: {word!r} cannot stand in a policy.")
        found.setdefault(name, tuple(words))
    return found


def _parts(base: Mapping[str, str | Iterable[str]] | str) -> Iterable[tuple[str, list[str]]]:
    if isinstance(base, str):
        for part in filter(str.strip, base.split(";")):
            name, *words = part.split()
            yield name.lower(), words
        return
    for name, value in base.items():
        yield name.lower(), value.split() if isinstance(value, str) else list(value)


def _refuse_waiting(name: str, word: str, waiting: Mapping[Host, str]) -> None:
    host = hosts.of_source(word)
    for each, vendor in waiting.items() if host else ():
        if host and host.meets(each):
            raise ValueError(
                f"{name} {word} lets the vendor {vendor} in before any choice: leave it out, "
                "its hosts are added where it is granted."
            )


def _additions(opening: Opening, nonce: str | None) -> dict[str, list[str]]:
    granted = sorted(map(str, opening.granted))
    found = {name: list(granted) for name in GATED}
    if nonce:
        found["script-src"].insert(0, f"'nonce-{nonce}'")
        found["style-src"].insert(0, f"'nonce-{nonce}'")
    if opening.service:
        for name in ("script-src", "connect-src", *(["img-src"] if opening.pictures else [])):
            found[name].insert(0, opening.service)
    return found


def _start(name: str, directives: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a directive says now: itself, what it falls back to, or the site alone."""
    for source in (name, *_FALLBACKS.get(name, ("default-src",))):
        if source in directives:
            words = directives[source]
            if source == "default-src" and name not in _OF_SCRIPTS:
                words = tuple(word for word in words if not _for_scripts_alone(word))
            return words
    return ("'self'",)


def _for_scripts_alone(word: str) -> bool:
    return word.startswith("'") and word.lower() not in {"'self'", "'none'"}


def _joined(name: str, start: tuple[str, ...], additions: list[str]) -> tuple[str, ...]:
    # A nonce would switch the 'unsafe-inline' off that a site has for its style attributes.
    inline = name.startswith("style-") and "'unsafe-inline'" in map(str.lower, start)
    added = [word for word in additions if not (inline and word.startswith("'nonce-"))]
    kept = [word for word in start if not (added and word.lower() == "'none'")]
    return tuple(dict.fromkeys((*kept, *added))) or ("'none'",)
