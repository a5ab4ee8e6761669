"""From an address as text to the addresses a connection may go to, or a refusal with its reason.

What is odd is refused before anything is resolved: another scheme, a user, a host written so that
programs read it in different ways. A name is resolved once; the answer is what is connected to.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from consent.outgoing.addresses import Address, Allowed, is_global

DEFAULT_PORTS = {"http": 80, "https": 443}
# What serves the web; other ports belong to programs that might read a request as commands.
PORTS = frozenset({80, 443, 8080, 8443})
LONGEST = 2048
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
# `127.1`, `0x7f000001` and `2130706433` are addresses to some programs and names to others.
_NUMBER = re.compile(r"(.*\.)?(0x[0-9a-f]*|[0-9]+)\.?")

# A host's addresses as text, in the order in which they are tried.
Resolve = Callable[[str, int], Sequence[str]]


class ForbiddenError(Exception):
    """An address that is not asked; the message is the middle of a sentence."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: what it names, and the addresses that were found behind the name."""

    scheme: str
    host: str
    port: int
    # path and query, as they stand in a request's first line
    path: str
    addresses: tuple[str, ...]

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return scheme, host and port."""
        return self.scheme, self.host, self.port


def by_system(host: str, port: int) -> Sequence[str]:
    """Ask the machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def problem(url: str, allowed: Allowed) -> str:
    """Return what is wrong with an address as far as that shows without asking anybody, or ''."""
    try:
        _, host, port = _parts(url)
        literal = _literal(host)
        _check([literal] if literal else [], host, port, allowed, is_whole=literal is not None)
    except ForbiddenError as error:
        return str(error)
    return ""


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address; an odd one is a `ForbiddenError`."""
    return _parts(url)


def target(url: str, allowed: Allowed | None, resolve: Resolve = by_system) -> Target:
    """Resolve an address and hold every answer against the rules; None allows all of them.

    Raises `ForbiddenError` for what is not asked, and `OSError` for a name that is not known.
    """
    scheme, host, port = _parts(url)
    literal = _literal(host)
    found = [str(literal)] if literal else list(resolve(host, port))
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    if allowed is not None:
        try:
            addresses = [ipaddress.ip_address(each) for each in found]
        except ValueError as error:
            raise ForbiddenError("its name leads to no address") from error
        _check(addresses, host, port, allowed, is_whole=True)
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(scheme, host, port, path, tuple(found))


def _check(
    addresses: list[Address], host: str, port: int, allowed: Allowed, *, is_whole: bool
) -> None:
    opened = bool(addresses) and all(allowed.takes(host, each) for each in addresses)
    if opened or host in allowed.hosts:
        return
    for each in addresses:
        # One address inside is enough: which of them is taken is not ours to say.
        if not (is_global(each) or allowed.takes(host, each)):
            raise ForbiddenError("it leads into a network that is not open to everybody")
    # Behind a name there may be a network whose every port was opened; that shows later.
    if port not in PORTS and (is_whole or not allowed.networks):
        raise ForbiddenError(f"port {port} is none of {', '.join(map(str, sorted(PORTS)))}")


def _parts(url: str) -> tuple[str, str, int]:
    if len(url) > LONGEST:
        raise ForbiddenError("it is too long")
    if not url.isascii() or any(ord(char) <= 32 or ord(char) == 127 for char in url):
        raise ForbiddenError("it has characters that an address has not")
    if "\\" in url:
        raise ForbiddenError("it has a backslash")
    parts, port = _split(url)
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS:
        raise ForbiddenError("it is neither http nor https")
    if "@" in parts.netloc:
        raise ForbiddenError("it has a user or a password in it")
    if port == 0 or parts.netloc.endswith(":"):
        raise ForbiddenError("its port cannot be read")
    host = (parts.hostname or "").rstrip(".")
    if not _is_host(host, bracketed="[" in parts.netloc):
        raise ForbiddenError("its host cannot be read")
    return scheme, host, port or DEFAULT_PORTS[scheme]


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ForbiddenError("it cannot be read") from error
    return parts, port


def _is_host(host: str, *, bracketed: bool) -> bool:
    literal = _literal(host)
    if bracketed or literal is not None:
        return literal is not None and bracketed == (literal.version == 6) and "%" not in host
    return bool(_HOST.fullmatch(host)) and len(host) <= 253 and not _NUMBER.fullmatch(host)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
