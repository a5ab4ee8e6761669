"""Hosts as a notice names them and as a Content-Security-Policy does."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)
_DEFAULT_PORTS = frozenset({"", "80", "443"})


@dataclass(frozen=True)
class Host:
    """A host name, with the hosts below it or without, and the port where one is named."""

    name: str
    below: bool = False
    port: str = ""

    def __str__(self) -> str:
        """Write it as a source of a policy."""
        return ("*." if self.below else "") + self.name + (f":{self.port}" if self.port else "")

    def meets(self, other: "Host") -> bool:
        """Say whether some address belongs to both."""
        if not (self.holds(other) or other.holds(self)):
            return False
        return "*" in {self.port, other.port} or _plain(self.port) == _plain(other.port)

    def holds(self, other: "Host") -> bool:
        """Say whether every address of the other is one of this, ports aside."""
        if self.below:
            return other.name.endswith(f".{self.name}") or (other.below and other.name == self.name)
        return not other.below and other.name == self.name


def of_notice(text: str) -> tuple[Host, ...]:
    """Return what a host of the notice stands for: a leading dot brings all that lies below it."""
    name, port = _split(text.strip().lower())
    dotted, starred = name.startswith("."), name.startswith("*.")
    bare = name.removeprefix("*").removeprefix(".") if dotted or starred else name
    if not bare.isascii():
        bare = bare.encode("idna").decode()
    if not _NAME.fullmatch(bare) or ((dotted or starred) and "." not in bare):
        raise ValueError(f"{text!r} is no host name.")
    below = Host(bare, below=True, port=port)
    if starred:
        return (below,)
    return (Host(bare, port=port), below) if dotted else (Host(bare, port=port),)


def of_source(source: str) -> Host | None:
    """Return the host that a source of a policy names, or None for a keyword or a scheme."""
    if source.startswith("'") or re.fullmatch(r"[a-z][a-z0-9+.-]*:", source, re.IGNORECASE):
        return None
    address = source.lower().partition("://")[2] or source.lower()
    name, port = _split(address.partition("/")[0])
    return Host(name.removeprefix("*."), below=name.startswith("*."), port=port)


def origin(url: str) -> str:
    """Return scheme, host and port of an address, or refuse it."""
    parts = urlsplit(url)
    name, port = _split(parts.netloc.lower())
    if parts.scheme not in {"http", "https"} or not _NAME.fullmatch(name):
        raise ValueError(f"{url!r} is no http or https address.")
    return f"{parts.scheme}://{name}" + (f":{port}" if port else "")


def _split(address: str) -> tuple[str, str]:
    name, _, port = address.partition(":")
    if port and not re.fullmatch(r"\*|[0-9]{1,5}", port):
        raise ValueError(f"{address!r} has no port that could be.")
    return name, port


def _plain(port: str) -> str:
    return "" if port in _DEFAULT_PORTS else port
