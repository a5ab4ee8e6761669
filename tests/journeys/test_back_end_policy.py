"""A shop that marks no tag: the policy its own back end computes holds twenty of them back."""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from playwright.sync_api import Browser, expect

from consent import notices, sites, snippet
from consent.demo import vendors
from consent.integrations import Policy
from consent.integrations.wsgi import ConsentMiddleware
from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.town import Town, _Server, demo_notice
from tests.journeys.visitor import Visitor

KEY = "back-end"
# vendor, file, and the host of the notice it is served from: 11 scripts, 7 images, 2 frames
TAGS = (
    ("google-analytics", "gtag.js", "www.googletagmanager.com"),
    ("google-ads", "conversion.js", "googleadservices.com"),
    ("meta", "fbevents.js", "connect.facebook.net"),
    ("microsoft-ads", "uet.js", "bat.bing.com"),
    ("microsoft-clarity", "clarity.js", "www.clarity.ms"),
    ("hotjar", "hotjar.js", "static.hotjar.com"),
    ("tiktok", "events.js", "analytics.tiktok.com"),
    ("pinterest", "core.js", "s.pinimg.com"),
    ("criteo", "loader.js", "static.criteo.net"),
    ("intercom", "widget.js", "widget.intercom.io"),
    ("klarna", "messaging.js", "js.klarna.com"),
    ("google-analytics", "audience.gif", "google-analytics.com"),
    ("meta", "tr.gif", "www.facebook.com"),
    ("pinterest", "v3.gif", "ct.pinterest.com"),
    ("microsoft-clarity", "c.gif", "c.clarity.ms"),
    ("hotjar", "seen.gif", "script.hotjar.com"),
    ("openstreetmap", "map.svg", "tile.openstreetmap.org"),
    ("issuu", "lookbook.svg", "e.issuu.com"),
    ("youtube", "embed.html", "www.youtube.com"),
    ("youtube", "embed.html", "www.youtube-nocookie.com"),
)
PERFORMANCE = {"google-analytics", "microsoft-clarity", "hotjar"}
BASE = {"default-src": "'self'", "object-src": "'none'"}


def address_of(vendor: str, name: str, host: str) -> str:
    return f"http://{host}.example/vendors/{vendor}/{name}"


def tag(address: str) -> str:
    if address.endswith(".js"):
        return f'<script src="{address}"></script>'
    if address.endswith(".html"):
        return f'<iframe src="{address}" width="200" height="100" title="Film"></iframe>'
    return f'<img src="{address}" alt="">'


ADDRESSES = {address_of(*each): each[0] for each in TAGS}


class Quiet(WSGIRequestHandler):
    """No line a request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(app: Callable[..., Any]) -> Iterator[int]:
    """Serve an application on a free port."""
    server = make_server("127.0.0.1", 0, app, _Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def companies(asked: list[str]) -> Callable[..., Iterable[bytes]]:
    """Serve every company under its own host, and note what it is asked for."""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        host, path = environ["HTTP_HOST"], environ["PATH_INFO"]
        asked.append(f"http://{host}{path}")
        served = vendors.serve(path, f"http://{host}")
        if served is None:
            start_response("404 Not Found", [])
            return [b""]
        # Without "Secure", which a browser asks for where a page is another site's.
        cookies = [("Set-Cookie", each) for each in served.cookies]
        start_response("200 OK", [("Content-Type", served.media_type), *cookies])
        return [served.body]

    return app


def shop(loader: str) -> Callable[..., Iterable[bytes]]:
    """Serve a page with twenty tags that nobody marked, and our loader."""
    tags = "\n".join(map(tag, ADDRESSES))
    # As docs/site-owners.md tells it, for sites that want a choice to hold at once.
    again = """
if (!Object.hasOwn(window, 'consent')) window.consent = { q: [] }
let decidedAt
consent.q.push(['subscribe', (state) => {
  if (decidedAt !== undefined && decidedAt !== state.decidedAt) location.reload()
  decidedAt = state.decidedAt
}])"""
    page = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title>
<script src="{loader}" async></script><main><h1>Harbour</h1>{tags}
<p><a href="/cookies" data-consent-open>Cookie Preferences</a></p></main></html>"""

    def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/again.js":
            start_response("200 OK", [("Content-Type", "text/javascript")])
            return [again.encode()]
        start_response("200 OK", [("Content-Type", "text/html; charset=utf-8")])
        at_once = '<script src="/again.js"></script>' if path == "/at-once" else ""
        return [page.replace("<script", f"{at_once}<script", 1).encode()]

    return app


def rewritten() -> dict[str, Any]:
    """Return the demo's notice with every company's host under a name no company has."""
    notice = demo_notice()
    for vendor in notice["vendors"]:
        vendor["hosts"] = [f"{host}.example" for host in vendor["hosts"]]
    return notice


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """Hold what the companies were asked for."""
    return []


@pytest.fixture(scope="module")
def harbour(sqlite_town: Town) -> Iterator[Town]:
    """Open a shop whose back end computes its policy, beside the others of the town."""
    loader = f"{sqlite_town.service.url}/v1/sites/{KEY}/loader.js"
    policy = Policy.from_notice(rewritten(), service=sqlite_town.service.url)
    site_app = ConsentMiddleware(shop(loader), policy, base_csp=BASE)
    with serving(site_app) as port:
        address = f"http://127.0.0.1:{port}"
        with sqlite_town.database.transaction() as session:
            site = sites.create(session, KEY, "Harbour", [address])
            notices.draft(session, site, json.loads(json.dumps(rewritten())))
            version = notices.publish(session, site)
            url = sqlite_town.service.url
            snippet.release(session, site, version, snippet.core(), url)
        yield Town(sqlite_town.service, sqlite_town.database, address, site, version)


@pytest.fixture(scope="module")
def mapped(browser: Browser, asked: list[str]) -> Iterator[Browser]:
    """Launch a browser in which every name under `.example` leads to the companies' stand-ins."""
    with serving(companies(asked)) as port:
        rule = f"--host-resolver-rules=MAP *.example 127.0.0.1:{port}"
        launched = browser.browser_type.launch(executable_path=chromium(), args=[*SWITCHES, rule])
        yield launched
        launched.close()


@pytest.fixture
def guest(mapped: Browser, harbour: Town, asked: list[str]) -> Iterator[Visitor]:
    """Somebody new in the shop; what the policy holds back is no error."""
    asked.clear()
    visitor = Visitor(mapped, harbour)
    visitor.expect_trouble("Content Security Policy", "chrome-error")
    yield visitor
    visitor.leave()


def blocked(visitor: Visitor) -> set[str]:
    """Return the hosts the browser reported as held back, and forget the reports."""
    found = {urlsplit(each.split()[1]).hostname or each for each in visitor.violations}
    visitor.violations.clear()
    return found


def tags_asked(asked: list[str]) -> set[str]:
    return {address for address in asked if not address.endswith("/collect")}


def hosts_of(addresses: Iterable[str]) -> set[str | None]:
    return {urlsplit(address).hostname for address in addresses}


def test_before_a_choice_no_company_hears_of_the_visit(guest: Visitor, asked: list[str]) -> None:
    guest.open()

    expect(guest.banner).to_be_visible()
    assert asked == []
    assert guest.storage() == {"cookies": [], "local": [], "session": [], "databases": []}
    assert blocked(guest) == hosts_of(ADDRESSES)
    assert guest.tags() == []


def test_after_accepting_all_and_a_reload_nothing_is_held_back(
    guest: Visitor, asked: list[str]
) -> None:
    guest.open()
    guest.press("accept-all")
    assert asked == []
    guest.violations.clear()

    guest.open()
    assert blocked(guest) == set()
    assert tags_asked(asked) == set(ADDRESSES)
    assert len(ADDRESSES) == 20
    scripts = {vendor for address, vendor in ADDRESSES.items() if address.endswith(".js")}
    assert guest.tags() == sorted(scripts)
    widths = "() => [...document.images].map((each) => each.naturalWidth > 0)"
    assert guest.page.evaluate(widths).count(True) == 7
    assert sum("embed.html" in frame.url for frame in guest.page.frames) == 2


def test_with_performance_alone_exactly_its_companies_run(guest: Visitor, asked: list[str]) -> None:
    guest.open()
    guest.press("open-center")
    guest.center.wait_for()
    guest.switch("performance").check()
    guest.press("save")
    assert asked == []
    guest.violations.clear()

    guest.open()
    granted = {address for address, vendor in ADDRESSES.items() if vendor in PERFORMANCE}
    assert len(granted) == 6
    assert tags_asked(asked) == granted
    assert blocked(guest) == hosts_of(set(ADDRESSES) - granted)
    assert set(guest.tags()) == PERFORMANCE
    homes = {re.sub(r"/vendors/([a-z-]+)/.*", r"\1", urlsplit(each).path) for each in asked}
    assert homes == PERFORMANCE


def test_after_a_withdrawal_the_next_page_is_shut_again(guest: Visitor, asked: list[str]) -> None:
    guest.open()
    guest.press("accept-all")
    guest.open()
    guest.open_center()
    guest.press("withdraw")
    guest.violations.clear()
    asked.clear()

    guest.open()
    assert asked == []
    assert blocked(guest) == hosts_of(ADDRESSES)


def test_a_page_that_loads_itself_again_after_a_decision_holds_it_at_once(
    guest: Visitor, asked: list[str], harbour: Town
) -> None:
    before = harbour.last_entry()
    guest.open("/at-once")
    assert asked == []
    guest.violations.clear()

    with guest.page.expect_navigation():
        guest.page.locator('#consent-root [data-consent-action="accept-all"]').click()
    guest.settle()
    assert tags_asked(asked) == set(ADDRESSES)
    assert blocked(guest) == set()
    assert [record.action for record in harbour.records(before)] == ["accept_all"]
    pages = [each for each in guest.requests if each.url.endswith("/at-once")]
    assert len(pages) == 2
