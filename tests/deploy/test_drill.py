"""From zero to live and back: install, decide, back up, lose it all, restore, still there."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.deploy.conftest import need
from tests.deploy.installs import Compose, Install, Systemd
from tests.deploy.proxies import OWN, SHOP, running
from tests.deploy.wire import Wire, key_digest
from tests.journeys.conftest import NAMES, SWITCHES, chromium, one_playwright
from tests.processes import free_port

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="en"><head><title>A shop</title>
<script src="{service}/v1/sites/shop/loader.js" async></script></head>
<body><h1>A shop</h1></body></html>
"""


@dataclass
class Town:
    """An installation, the proxy in front, and a shop on its own host."""

    install: Install
    wire: Wire
    folder: Path


@pytest.fixture(params=[Systemd, Compose])
def town(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Town]:
    """Each installation as its guide makes it, with a site."""
    need("nginx")
    folder = open_folder / request.param.__name__
    folder.mkdir(mode=0o755)
    port = free_port()
    with running("nginx", folder, port) as wire:
        install = request.param(folder / "install", wire.url(OWN), port)
        (folder / "shop" / "index.html").write_text(PAGE.format(service=wire.url(OWN)))
        yield Town(install, wire, folder)
        install.close()


@pytest.fixture
def page(town: Town) -> Iterator[Page]:
    """A browser that finds both names on this machine and trusts this one certificate."""
    path = chromium() or need(NAMES[0])
    trusted = f"--ignore-certificate-errors-spki-list={key_digest(town.wire.certificate)}"
    here = f"--host-resolver-rules=MAP {OWN} 127.0.0.1, MAP {SHOP} 127.0.0.1"
    browser = one_playwright().chromium.launch(
        executable_path=path, args=[*SWITCHES, trusted, here]
    )
    opened = browser.new_page(locale="en-GB")
    opened.set_default_timeout(30_000)
    yield opened
    browser.close()


def test_a_decision_outlives_the_machine(town: Town, page: Page) -> None:
    install = town.install
    install.first_start()
    install.consent("site", "create", "shop", "--name", "A shop", "--origin", town.wire.url(SHOP))

    with install.running():
        decided = _decide(page, town, "accept-all")
        assert [row["record_id"] for row in _rows(install)] == [decided["recordId"]]
        backup = install.back_up()
    install.destroy()
    loader = town.wire.ask(OWN, "/v1/sites/shop/loader.js", {"Accept-Encoding": "br"})
    assert loader.status == 200, "the proxy serves what it has while the service is gone"
    assert _state(page, town) == decided, "the page knows the choice meanwhile"

    install.restore(backup)
    with install.running():
        assert [row["record_id"] for row in _rows(install)] == [decided["recordId"]]
        assert _receipt(page, town)["dct:identifier"] == decided["recordId"]
        assert _state(page, town) == decided
        later = _decide(page, town, "reject-all")
        rows = _rows(install)
    assert [row["record_id"] for row in rows] == [decided["recordId"], later["recordId"]]
    assert len({row["subject"] for row in rows}) == 1, "the old keys know the visitor"


def _decide(page: Page, town: Town, action: str) -> dict[str, Any]:
    """Visit the shop, press a button of the banner, and wait for the answer."""
    page.goto(town.wire.url(SHOP))
    if action == "reject-all":
        page.evaluate("consent.open()")
    with page.expect_response(lambda answer: answer.url.endswith("/records")) as answered:
        page.locator(f'#consent-root [data-consent-action="{action}"]').first.click()
    assert answered.value.status == 201
    return _state(page, town, record=answered.value.json()["record_id"])


def _state(page: Page, town: Town, record: str | None = None) -> dict[str, Any]:
    """Visit the shop again; what its page is told."""
    page.goto(town.wire.url(SHOP))
    page.wait_for_function("window.consent && consent.get && consent.get().recordId")
    state: dict[str, Any] = page.evaluate("consent.get()")
    assert record in (None, state["recordId"])
    assert page.locator('#consent-root [data-consent-layer="banner"]').count() == 0
    return state


def _receipt(page: Page, town: Town) -> dict[str, Any]:
    """Fetch the receipt of the visitor's decision, as the page offers it."""
    address = page.evaluate("consent.receipt()")
    answer = town.wire.ask(OWN, address.removeprefix(town.wire.url(OWN)))
    assert answer.status == 200
    found: dict[str, Any] = answer.json()
    return found


def _rows(install: Install) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(install.consent("export", "--site", "shop", "--output", "-")))
    )
