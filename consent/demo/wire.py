"""A request as the demo shop reads it and a reply as it gives it; no framework stands between."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

SHOP_HOST = "127.0.0.1"
VENDOR_HOST = "localhost"
LARGEST_FORM = 4096


@dataclass(frozen=True)
class Request:
    """What the shop reads of a request."""

    method: str
    host: str
    port: int
    path: str
    query: dict[str, str]
    cookies: dict[str, str]
    form: dict[str, str]
    same_origin: bool

    @property
    def shop_origin(self) -> str:
        """Return the origin of the shop itself."""
        return f"http://{SHOP_HOST}:{self.port}"

    @property
    def vendor_origin(self) -> str:
        """Return the origin that stands in for the vendors."""
        return f"http://{VENDOR_HOST}:{self.port}"


@dataclass(frozen=True)
class Reply:
    """What goes back: a status, a body, and headers in order."""

    status: HTTPStatus = HTTPStatus.OK
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def read(environ: WSGIEnvironment) -> Request:
    """Read a request; what is malformed counts as absent."""
    name = environ.get("HTTP_HOST", SHOP_HOST)
    host, _, port = name.partition(":")
    origin = environ.get("HTTP_ORIGIN", "")
    return Request(
        method=environ["REQUEST_METHOD"],
        host=host.lower(),
        port=int(port) if port.isascii() and port.isdigit() else 80,
        path=environ.get("PATH_INFO") or "/",
        query=_fields(environ.get("QUERY_STRING", "")),
        cookies=_cookies(environ.get("HTTP_COOKIE", "")),
        form=_form(environ),
        same_origin=environ.get("HTTP_SEC_FETCH_SITE", "same-origin") == "same-origin"
        and origin in {"", f"http://{name}"},
    )


def _fields(encoded: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(encoded).items()}


def _cookies(header: str) -> dict[str, str]:
    # Not http.cookies: one odd value of some tag would make it drop all the others.
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name}


def _form(environ: WSGIEnvironment) -> dict[str, str]:
    length = environ.get("CONTENT_LENGTH") or "0"
    if environ["REQUEST_METHOD"] != "POST" or not length.isdigit() or int(length) > LARGEST_FORM:
        return {}
    body: bytes = environ["wsgi.input"].read(int(length))
    return _fields(body.decode("utf-8", "replace"))
