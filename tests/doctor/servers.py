"""Real servers on loopback: a shop whose pages a test writes, and a proxy that may misbehave."""

import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Page:
    """What stands at an address; `vary` may change the body by the request's headers."""

    body: bytes = b""
    status: int = 200
    headers: list[tuple[str, str]] = field(
        default_factory=lambda: [("Content-Type", "text/html; charset=utf-8")]
    )
    vary: Callable[[Any, bytes], bytes] = lambda _headers, body: body


class Shop:
    """A site: pages by their path."""

    def __init__(self, address: str) -> None:
        self.url = address
        self.pages: dict[str, Page] = {}
        self.asked: list[dict[str, str]] = []

    def put(self, path: str, body: str | bytes = "", **more: Any) -> str:
        """Put a page somewhere; its address."""
        made = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(made, **more)
        return self.url + path


@contextmanager
def shop(certificate: Path | None = None) -> Iterator[Shop]:
    """Open a shop."""
    found: list[Shop] = []

    class Handler(_Quiet):
        def do_GET(self) -> None:
            shop = found[0]
            shop.asked.append(dict(self.headers.items()))
            page = shop.pages.get(self.path, Page(b"Nothing here.", 404))
            _send(self, page.status, page.headers, page.vary(self.headers, page.body))

    with _serving(Handler, certificate) as address:
        found.append(Shop(address))
        yield found[0]


@dataclass
class Proxy:
    """What stands before a service: how it writes X-Forwarded-For, which paths it passes on."""

    upstream: str = ""
    # append, overwrite, keep
    forwarded: str = "append"
    # the path taken off, and the only one passed on
    prefix: str = ""
    strips: bool = False
    closed: tuple[str, ...] = ()
    overwrites: dict[str, str] = field(default_factory=dict)
    change: Callable[[Any, bytes], bytes] = lambda _headers, body: body
    url: str = ""


@contextmanager
def proxy(how: Proxy) -> Iterator[Proxy]:
    """Stand before a service."""

    class Handler(_Quiet):
        def do_GET(self) -> None:
            if not self.path.startswith(how.prefix) or self.path in how.closed:
                _send(self, 404, [("Content-Type", "text/html")], b"The shop has no such page.")
                return
            path = self.path[len(how.prefix) :] if how.strips else self.path
            request = urllib.request.Request(how.upstream + path, headers=_sent(self, how))
            try:
                with _open(request) as answer:
                    status, headers, body = answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                status, headers, body = error.code, error.headers, error.read()
            kept = [
                (name, value)
                for name, value in headers.items()
                if name.lower() not in {"transfer-encoding", "content-length", "connection"}
            ]
            _send(self, status, kept, how.change(self.headers, body))

    with _serving(Handler) as how.url:
        yield how


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_open = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({})).open


def _sent(handler: BaseHTTPRequestHandler, how: Proxy) -> dict[str, str]:
    found = {
        name: value
        for name, value in handler.headers.items()
        if name.lower() not in {"host", "accept-encoding", "x-forwarded-for", "connection"}
    }
    seen, said = handler.client_address[0], handler.headers.get("X-Forwarded-For")
    if how.forwarded == "append":
        found["X-Forwarded-For"] = f"{said}, {seen}" if said else seen
    elif how.forwarded == "overwrite":
        found["X-Forwarded-For"] = seen
    elif said:
        found["X-Forwarded-For"] = said
    return {**found, **how.overwrites}


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _send(
    handler: BaseHTTPRequestHandler, status: int, headers: list[tuple[str, str]], body: bytes
) -> None:
    handler.send_response_only(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing when a client hangs up."""


@contextmanager
def _serving(
    handler: type[BaseHTTPRequestHandler], certificate: Path | None = None
) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
