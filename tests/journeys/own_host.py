"""A shop that serves the service below /consent/ of its own host, as a proxy in front would."""

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

from consent import migrate, notices, sites, snippet
from consent.db import Database
from consent.demo import seed
from consent.demo.shop import shop
from tests.journeys.town import SEEDED, Town, _Quiet, _Server, demo_notice
from tests.processes import Service

# Answers about the state wait while this is not set; the other says that one does.
released, held = threading.Event(), threading.Event()
released.set()
PASSED = ("Accept", "Accept-Encoding", "Content-Type", "Cookie", "Origin", "Referer",
          "Sec-Fetch-Site", "Sec-Gpc")  # fmt: skip


@contextmanager
def own_host_town(database_url: str, folder: Path) -> Iterator[Town]:
    """Start shop and service on one origin."""
    database = Database(database_url)
    migrate.upgrade(database)
    server = make_server("127.0.0.1", 0, None, _Server, _Quiet)
    origin = f"http://127.0.0.1:{server.server_port}"
    service = Service(database_url, folder, CONSENT_PUBLIC_URL=f"{origin}/consent")
    own = shop(f"{origin}/consent", seed.KEY)

    def app(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"].startswith("/consent/"):
            return _forwarded(f"http://127.0.0.1:{service.port}", environ, start)
        return own(environ, start)

    server.set_app(app)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        service.start()
        site, version = _published(database, origin)
        yield Town(service, database, origin, site, version)
    finally:
        service.stop()
        server.shutdown()
        thread.join()
        server.server_close()
        database.close()


def _published(database: Database, origin: str) -> Any:
    notice = demo_notice()
    for cookie in notice["cookies"]:
        cookie["host"] = cookie["host"].replace(SEEDED, origin.partition("//")[2])
    with database.transaction() as session:
        site = sites.create(session, seed.KEY, seed.NAME, [origin])
        notices.draft(session, site, notice)
        version = notices.publish(session, site)
        snippet.release(session, site, version, snippet.core(), f"{origin}/consent")
    return site, version


class _Same(urllib.request.HTTPRedirectHandler):
    """What the service answers is handed on as it is."""

    def redirect_request(self, *_: object) -> None:
        """Follow nothing."""


_opener = urllib.request.build_opener(_Same)


def _forwarded(upstream: str, environ: dict[str, Any], start: Any) -> list[bytes]:
    names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in PASSED}
    names["Content-Type"] = "CONTENT_TYPE"
    sent = {name: environ[key] for name, key in names.items() if environ.get(key)}
    query = environ["QUERY_STRING"]
    address = f"{upstream}{environ['PATH_INFO']}" + (f"?{query}" if query else "")
    size = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(size) if environ["REQUEST_METHOD"] == "POST" else None
    request = urllib.request.Request(address, body, sent, method=environ["REQUEST_METHOD"])
    try:
        answer = _opener.open(request, timeout=20)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        content = answer.read()
        if environ["PATH_INFO"].endswith("/state"):
            held.set()
            released.wait(20)
        kept = [each for each in answer.headers.items() if each[0].lower() not in HOP]
        start(f"{answer.status} {answer.reason}", kept)
    return [content]


HOP = {"connection", "transfer-encoding", "keep-alive", "date", "server"}
