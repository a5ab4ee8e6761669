"""The live preview in a real Chromium: the real snippet as one types, and nothing gets out."""

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect
from sqlalchemy import func, select
from werkzeug.serving import make_server

from consent import create_app, notices, sites, staff
from consent.config import Settings
from consent.db import Database
from consent.records import ConsentRecord
from consent.staff import Grant, Role
from tests.factories import a_published_site
from tests.journeys.conftest import SWITCHES, chromium, one_playwright
from tests.web.console.people import a_member

pytestmark = pytest.mark.browser
PICTURE = """() => new Promise((done) => {
  const picture = new Image()
  picture.onload = () => done('in')
  picture.onerror = () => done('out')
  picture.src = 'https://evil.example/x'
})"""
REQUEST = """() => new Promise((done) => {
  const request = new XMLHttpRequest()
  request.onload = () => done('in')
  request.onerror = () => done('out')
  request.open('POST', '/v1/sites/demo/records')
  request.send('{}')
})"""
REGIONS = [
    {"match": ["EU"], "model": "opt_in", "gpc": "apply"},
    {"match": ["US-CA"], "model": "opt_out", "gpc": "apply"},
    {"match": ["*"], "model": "opt_in", "gpc": "apply"},
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("Chromium: none at CONSENT_TEST_CHROMIUM and none installed")
    launched = one_playwright().chromium.launch(executable_path=path, args=SWITCHES)
    yield launched
    launched.close()


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copy(sqlite_template, tmp_path / "consent.db")
    made = Database(f"sqlite:///{tmp_path}/consent.db")
    yield made
    made.close()


@pytest.fixture
def service(database: Database, tmp_path: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        database_url=database.url,
        public_url=f"http://127.0.0.1:{port}",
        secret_keys=("a-key-of-32-characters-0123456789",),
        ledger_key="A" * 43 + "=",
        state_dir=str(tmp_path),
    )
    server = make_server("127.0.0.1", port, create_app(settings, database), threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield settings.public_url
    server.shutdown()
    thread.join()


@pytest.fixture
def page(browser: Browser, database: Database, service: str) -> Iterator[Page]:
    with database.transaction() as session:
        demo = a_published_site(session, regions=REGIONS)
        texts = {"en": {"banner_title": "A draft"}, "de": {"banner_title": "Ein Entwurf"}}
        notices.change_draft(session, demo.site, lambda each: {**each, "texts": texts})
        member = a_member(session, Grant(Role.EDITOR, demo.site.id))
        token = staff.begin(session, member, "a test", is_whole=True)
    context = browser.new_context()
    context.add_cookies([{"name": "consent-staff", "value": token, "url": service}])
    opened = context.new_page()
    opened.asked = []
    opened.on("request", lambda each: opened.asked.append((each.method, each.url)))
    opened.goto(f"{service}/console/sites/demo/notice/texts")
    yield opened
    context.close()


def frame(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[name=preview]")


def banner(page: Page):
    return frame(page).locator("[data-consent-layer=banner]")


def test_what_is_typed_is_shown_before_it_is_kept(page: Page, database: Database):
    expect(banner(page)).to_contain_text("A draft")
    page.get_by_role("textbox", name="banner_title").fill("As I <b>type</b>")
    expect(banner(page)).to_contain_text("As I <b>type</b>")
    with database.reading() as session:
        kept = notices.draft_found(session, sites.find(session, "demo")).document
    assert kept["texts"]["en"]["banner_title"] == "A draft"


def test_a_decision_in_the_frame_is_recorded_nowhere_and_leaves_nothing(
    page: Page, database: Database, service: str
):
    banner(page).get_by_role("button", name="Cookie preferences").click()
    center = frame(page).locator("[data-consent-layer=center]")
    expect(center).to_be_visible()
    center.get_by_role("button", name="Confirm my choices").click()
    expect(frame(page).locator("[data-consent-status]")).to_contain_text("Your choice of")
    expect(frame(page).locator("[data-consent-cookie-table]")).to_contain_text("_ga_…")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 0
    assert {each["name"] for each in page.context.cookies()} == {"consent-staff"}
    assert page.evaluate("Object.keys(localStorage)") == []
    sent = {url for method, url in page.asked if method == "POST"}
    assert sent <= {f"{service}/console/sites/demo/preview"}
    assert not [url for _method, url in page.asked if not url.startswith((service, "data:"))]


def test_the_frame_reaches_neither_the_console_nor_its_cookies_nor_the_network(page: Page):
    expect(banner(page)).to_be_visible()
    inside = next(each for each in page.frames if each.name == "preview")
    assert inside.evaluate("self.origin") == "null"
    attempts = {
        "parent": "() => parent.document.title",
        "cookie": "() => document.cookie",
        "storage": "() => localStorage.length",
        "top": "() => { top.location.href = 'about:blank#out'; return parent.length.x.y }",
    }
    for name, attempt in attempts.items():
        outcome = inside.evaluate(
            f"() => {{ try {{ return ({attempt})() }} catch (e) {{ return e.name }} }}"
        )
        assert outcome in {"SecurityError", "TypeError"}, name
    assert page.url.endswith("/texts")
    for attempt in (PICTURE, REQUEST):
        assert inside.evaluate(attempt) == "out"


def test_one_looks_as_a_visitor_of_another_place_language_and_device(page: Page):
    page.get_by_label("Language", exact=True).last.select_option("de")
    expect(banner(page)).to_contain_text("Ein Entwurf")
    page.get_by_label("Visitor from").select_option("US-CA")
    page.get_by_label("sends a privacy signal").check()
    expect(banner(page)).to_have_count(0)
    page.get_by_label("Device").select_option("tablet")
    width = "Math.round(document.querySelector('iframe').getBoundingClientRect().width)"
    assert page.evaluate(width) == 768


def test_without_javascript_the_draft_is_there_as_text(page: Page, service: str):
    # The driver switches scripts off too late for a frame that has a process of its own.
    together = "--disable-features=IsolateSandboxedIframes"
    browser = one_playwright().chromium.launch(
        executable_path=chromium(), args=[*SWITCHES, together]
    )
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{service}/console/sites/demo/notice/texts")
    expect(frame(plain).get_by_role("heading", name="A draft")).to_be_visible()
    browser.close()
