"""Take the pictures of README and docs from the demo: `python -m tests.journeys.pictures`."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.journeys.arabic import TEXTS
from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.town import Town, demo_notice, running_town
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

FOLDER = Path(__file__).parents[2] / "docs" / "images"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
LARGEST = 150_000


def main() -> int:
    """Take all pictures; 1 when one of them is too large for a page of documentation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(f"sqlite:///{folder}/consent.db", Path(folder)) as town,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium(), args=SWITCHES) as browser,
    ):
        _in_the_shop(browser, town)
        _on_hosted_pages(browser, town)
        _from_right_to_left(browser, town)
    sizes = {file.name: file.stat().st_size for file in sorted(FOLDER.glob("*.png"))}
    for name, size in sizes.items():
        print(f"{size:>8,} {name}")
    return int(max(sizes.values()) > LARGEST)


def _in_the_shop(browser: Browser, town: Town) -> None:
    def banner(visitor: Visitor) -> None:
        visitor.open("/")

    def center(visitor: Visitor) -> None:
        visitor.open("/")
        visitor.press("open-center")
        visitor.switch("functional").check()
        visitor.center.locator(".text").evaluate("(text) => text.scrollTo(0, 0)")

    _take(browser, town, "shop-banner", banner, viewport=DESK)
    _take(browser, town, "phone", banner, viewport=PHONE)
    _take(browser, town, "center", center, viewport=DESK)
    _take(browser, town, "center-dark", center, viewport=DESK, color_scheme="dark")


def _on_hosted_pages(browser: Browser, town: Town) -> None:
    def hosted(visitor: Visitor) -> None:
        visitor.page.goto(f"{town.hosted}?return={town.shop}/")
        visitor.page.locator('input[name="category"][value="performance"]').check()
        visitor.page.evaluate("() => scrollTo(0, 0)")
        visitor.settle()

    def recorded(visitor: Visitor) -> None:
        hosted(visitor)
        visitor.page.locator('.deciding [data-consent-action="save"]').click()
        visitor.page.locator("[data-consent-apply]").wait_for()
        visitor.settle()

    def history(visitor: Visitor) -> None:
        visitor.open("/")
        visitor.press("accept-all")
        visitor.open_center()
        visitor.switch("targeting").uncheck()
        visitor.press("save")
        visitor.open_center().get_by_role("link", name="My history").click()
        visitor.page.locator(".records").wait_for()
        visitor.settle()

    for take in (hosted, recorded, history):
        _take(browser, town, take.__name__, take, viewport=DESK)


def _from_right_to_left(browser: Browser, town: Town) -> None:
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS

    def rtl(visitor: Visitor) -> None:
        visitor.open("/?language=ar")

    with open_town(town.service, town.database, "arabic", notice) as shop:
        _take(browser, shop, "rtl", rtl, viewport=DESK)


def _take(
    browser: Browser, town: Town, name: str, walk: Callable[[Visitor], None], **look: Any
) -> None:
    visitor = Visitor(browser, town, **look)
    walk(visitor)
    visitor.page.mouse.move(0, 0)
    visitor.page.screenshot(path=FOLDER / f"{name}.png", animations="disabled")
    visitor.leave()


if __name__ == "__main__":
    sys.exit(main())
