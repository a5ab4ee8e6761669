"""Each proxy recipe in the real proxy: what the service is told, and what visitors get."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from consent import migrate
from consent.db import Database
from tests.deploy.conftest import need
from tests.deploy.proxies import KINDS, OWN, SHOP, running
from tests.deploy.wire import Wire
from tests.factories import Demo, a_body, a_published_site
from tests.processes import Service

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=203.0.113.9;host=evil.example",
    "X-Request-ID": "0123456789abcdef",
    "Cookie": "basket=17; consent=v1.abc; session=secret; notconsent=1",
}
SPELT = [
    "/metrics",
    "//metrics",
    "/metrics/",
    "/%6Detrics",
    "/x/../metrics",
    "/./metrics",
    "/metrics?a",
]
ANSWER_COOKIE = "consent=v1.new; Path=/; Max-Age=15552000; SameSite=Lax; Secure"


class _Mirror(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        said = {"path": self.path, "headers": self.headers.items()}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", ANSWER_COOKIE)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Seen:
    """What the service is told of a request."""

    path: str
    headers: list[tuple[str, str]]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower() and value]


@pytest.fixture(params=KINDS, scope="module")
def kind(request: pytest.FixtureRequest) -> str:
    """Each proxy; CI may lack Caddy or Apache, never nginx, which is the one we ship."""
    need(request.param, always=request.param == "nginx")
    return request.param


@pytest.fixture(scope="module")
def mirror(kind: str, open_folder: Path) -> Iterator[Wire]:
    """A proxy in front of a server that says what it saw."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Mirror)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    folder = open_folder / f"{kind}-mirror"
    folder.mkdir(mode=0o755)
    with running(kind, folder, server.server_port) as wire:
        yield wire
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True)
class Live:
    """A proxy in front of the real service."""

    wire: Wire
    service: Service
    site: Demo


@pytest.fixture(scope="module")
def live(kind: str, open_folder: Path, sqlite_template: Path) -> Iterator[Live]:
    """The real service under the shop's own host, reachable under its own name too."""
    folder = open_folder / f"{kind}-live"
    folder.mkdir(mode=0o755)
    database = Database(f"sqlite:///{folder / 'consent.db'}")
    migrate.upgrade(database)
    service = Service(database.url, folder, CONSENT_TRUSTED_PROXIES="1")
    with running(kind, folder, service.port) as wire:
        service.environ["CONSENT_PUBLIC_URL"] = wire.url(SHOP) + "/consent"
        with database.transaction() as session:
            site = a_published_site(session, origin=wire.url(SHOP))
        service.start()
        yield Live(wire, service, site)
        service.stop()
    database.close()


def _seen(wire: Wire, host: str, path: str) -> Seen:
    answer = wire.ask(host, path, FORGED)
    assert answer.status == 200
    assert answer.all("Set-Cookie") == [ANSWER_COOKIE]
    said = answer.json()
    return Seen(said["path"], [tuple(each) for each in said["headers"]])


@pytest.mark.parametrize(
    ("host", "path"), [(OWN, "/privacy/x?a=b"), (SHOP, "/consent/privacy/x?a=b")]
)
def test_what_a_client_claims_about_itself_goes_no_further(mirror, host, path):
    seen = _seen(mirror, host, path)
    assert seen.path == path, "the path is passed on as it is"
    assert seen.all("X-Forwarded-For") == ["127.0.0.1"]
    assert seen.all("X-Forwarded-Proto") == ["https"]
    assert seen.all("Forwarded") == []
    assert "0123456789abcdef" not in seen.all("X-Request-ID")
    assert "evil.example" not in " ".join(seen.all("X-Forwarded-Host"))


def test_of_the_shops_cookies_the_service_sees_its_own_alone(mirror):
    assert _seen(mirror, SHOP, "/consent/privacy/x").all("Cookie") == ["consent=v1.abc"]


def test_without_a_cookie_of_ours_the_service_sees_no_cookie_of_the_shop(mirror):
    answer = mirror.ask(SHOP, "/consent/privacy/x", {"Cookie": "basket=17; session=secret"})
    cookies = [value for key, value in answer.json()["headers"] if key.lower() == "cookie"]
    assert "".join(cookies) == ""


def test_the_shops_other_paths_are_untouched(mirror):
    assert mirror.ask(SHOP, "/app.js").body == b"// the shop's own\n"
    assert mirror.ask(SHOP, "/privacy/x").status == 404
    assert mirror.ask(SHOP, "/consentual.html").status == 404


@pytest.mark.parametrize(
    "path",
    [
        *SPELT,
        *(path.replace("metrics", "readyz").replace("%6Detrics", "%72eadyz") for path in SPELT),
    ],
)
def test_what_is_for_monitors_is_closed_to_visitors(mirror, path):
    for host, prefix in ((OWN, ""), (SHOP, "/consent")):
        assert mirror.ask(host, prefix + path).status in {301, 308, 400, 403, 404}


def test_http_is_led_to_https_and_told_to_stay_there(mirror):
    answer = mirror.ask(OWN, "/privacy/x?a=b", secure=False)
    assert answer.status == 308
    assert answer.all("Location")[0].startswith(f"https://{OWN}")
    assert answer.all("Location")[0].endswith("/privacy/x?a=b")
    strict = mirror.ask(OWN, "/healthz").all("Strict-Transport-Security")
    assert strict == ["max-age=31536000"]


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity", "gzip, deflate, br, zstd"])
def test_the_loader_is_the_same_to_the_byte(live, encoding):
    path, headers = "/v1/sites/demo/loader.js", {"Accept-Encoding": encoding}
    direct = Wire(live.wire.certificate, live.service.port, 0)
    wanted = direct.ask("127.0.0.1", path, headers, secure=False)
    for host, prefix in ((OWN, ""), (SHOP, "/consent")):
        answer = live.wire.ask(host, prefix + path, headers)
        assert answer.status == 200
        assert answer.all("Content-Encoding") == wanted.all("Content-Encoding")
        assert answer.all("ETag") == wanted.all("ETag")
        assert answer.all("Cache-Control") == wanted.all("Cache-Control")
        assert hashlib.sha256(answer.body).digest() == hashlib.sha256(wanted.body).digest()


@pytest.mark.parametrize(("host", "prefix"), [(OWN, ""), (SHOP, "/consent")])
def test_a_decision_passes_and_is_recorded(live, host, prefix):
    origin = live.wire.url(SHOP)
    body = json.dumps(a_body(live.site, page=f"{origin}/x")).encode()
    headers = {"Origin": origin, "Content-Type": "text/plain"}
    answer = live.wire.ask(host, f"{prefix}/v1/sites/demo/records", headers, body)
    assert answer.status == 201, answer.body
    assert answer.json()["receipt_url"].startswith(origin + "/consent/")
    assert answer.json()["record_id"] in live.service.command(
        "export", "--site", "demo", "--output", "-"
    )


def test_the_services_own_refusals_pass(live):
    headers = {"Origin": live.wire.url(SHOP), "Content-Type": "text/plain"}
    big = live.wire.ask(SHOP, "/consent/v1/sites/demo/records", headers, b"x" * 20_000)
    assert (big.status, big.json()["code"]) == (413, "too_large")
    missing = live.wire.ask(SHOP, "/consent/v1/sites/none/loader.js")
    assert (missing.status, missing.json()["code"]) == (404, "not_found")


def test_a_body_far_too_big_is_refused(live):
    headers = {"Origin": live.wire.url(SHOP), "Content-Type": "text/plain"}
    answer = live.wire.ask(SHOP, "/consent/v1/sites/demo/records", headers, b"x" * 70_000)
    assert answer.status in {413, 502}, "Caddy and Apache hand on what they have read, cut short"
