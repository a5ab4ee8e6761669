"""Web origins, compared exactly: scheme, host and port (RFC 6454)."""

import re
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")


def normal(text: str) -> str | None:
    """Return `scheme://host[:port]` in lower case without a default port, or None if it is none.

    A path, query, fragment or user name makes it no origin; `null` is none either.
    """
    parts = _split(text)
    if parts is None or parts[3]:
        return None
    return _written(*parts[:3])


def of_page(address: str) -> tuple[str, str] | None:
    """Return the origin and the path of a page's address, without query and fragment, or None."""
    parts = _split(address)
    if parts is None:
        return None
    path = parts[3].partition("#")[0].partition("?")[0]
    return _written(*parts[:3]), path if path.startswith("/") else "/"


def _split(text: str) -> tuple[str, str, int | None, str] | None:
    if any(ord(char) <= 32 or ord(char) == 127 for char in text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or "@" in parts.netloc or parts.netloc.endswith(":"):
        return None
    host = parts.netloc.lower() if port is None else parts.netloc.lower().rpartition(":")[0]
    if not _HOST.fullmatch(host):
        return None
    return scheme, host, port, text[len(scheme) + 3 + len(parts.netloc) :]


def _written(scheme: str, host: str, port: int | None) -> str:
    if port is None or port == _DEFAULT_PORTS[scheme]:
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{port}"
