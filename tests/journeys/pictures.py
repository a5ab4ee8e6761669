"""Take the pictures of README and docs from the demo: `python -m tests.journeys.pictures`.

Names behind it take only these: `python -m tests.journeys.pictures center walk-phone`.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.journeys import receipts, sheets
from tests.journeys.arabic import TEXTS
from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.looks import LAYOUTS, dialog, open_category, part, rows
from tests.journeys.town import Town, demo_notice, running_town
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

FOLDER = Path(__file__).parents[2] / "docs" / "images"
DESK = {"width": 1280, "height": 800}
SMALL = {"width": 1024, "height": 720}
PHONE = {"width": 390, "height": 844}
LARGEST = 150_000


@dataclass(frozen=True)
class Picture:
    """What is to be seen, and how one gets there."""

    name: str
    way: Callable[[Visitor], None]
    look: dict[str, Any] = field(default_factory=lambda: {"viewport": DESK})


# ---- in the shop


def _banner(visitor: Visitor) -> None:
    visitor.open("/")


def _arabic(visitor: Visitor) -> None:
    visitor.open("/?language=ar")


def _center(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.press("open-center")
    visitor.switch("functional").check()
    _to_top(visitor)


def _layout(name: str) -> Callable[[Visitor], None]:
    def center(visitor: Visitor) -> None:
        visitor.open(f"/?layout={name}")
        visitor.press("open-center")
        if name == "tab":
            open_category(visitor, "targeting")
        else:
            visitor.switch("functional").check()
        _to_top(visitor)

    return center


def _list(action: str) -> Callable[[Visitor], None]:
    def opened(visitor: Visitor) -> None:
        visitor.open("/")
        visitor.press("open-center")
        open_category(visitor, "targeting")
        part(visitor, action, "targeting").click()
        said = visitor.page.locator("#consent-root output", has_text=re.compile(r"\d"))
        said.first.wait_for()

    return opened


def _cookies(visitor: Visitor) -> None:
    _list("details")(visitor)
    rows(visitor).nth(1).locator(".fold").click()


def _vendors(visitor: Visitor) -> None:
    _list("vendors")(visitor)
    for name in ("google-ads", "meta"):
        box = f'input[data-consent-vendor="{name}"][data-consent-basis="consent"]'
        dialog(visitor).locator(box).check()
    dialog(visitor).locator(".rows").evaluate("(list) => list.scrollTo(0, 0)")


def _filter(visitor: Visitor) -> None:
    _list("details")(visitor)
    part(visitor, "filter").click()


def _frames(visitor: Visitor) -> None:
    visitor.open("/journal")
    visitor.press("reject-all")
    visitor.page.evaluate("() => scrollTo(0, 0)")
    _quiet(visitor)


def _embed(visitor: Visitor) -> None:
    visitor.open("/cookies")
    visitor.press("accept-all")
    visitor.page.evaluate("() => scrollTo(0, 0)")
    _quiet(visitor)


def _quiet(visitor: Visitor) -> None:
    """Wait until what was said once is gone again."""
    said = visitor.page.locator("#consent-root [role=status]:not(:empty)")
    said.wait_for(state="hidden", timeout=12_000)


def _to_top(visitor: Visitor) -> None:
    text = visitor.center.locator(".text, [role=tabpanel]:not([hidden])").first
    text.evaluate("(text) => text.scrollTo(0, 0)")


# ---- on the pages of the service


def _hosted(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.town.hosted}?return={visitor.town.shop}/")
    visitor.page.locator('input[name="category"][value="performance"]').check()
    visitor.page.evaluate("() => scrollTo(0, 0)")
    visitor.settle()


def _recorded(visitor: Visitor) -> None:
    _hosted(visitor)
    visitor.page.locator('.deciding [data-consent-action="save"]').click()
    visitor.page.locator("[data-consent-apply]").wait_for()
    visitor.settle()


def _history(visitor: Visitor) -> None:
    visitor.open("/")
    visitor.press("accept-all")
    visitor.open_center()
    visitor.switch("targeting").uncheck()
    visitor.press("save")
    visitor.open_center().get_by_role("link", name="My history").click()
    visitor.page.locator(".records").wait_for()
    visitor.settle()


PICTURES = (
    Picture("shop-banner", _banner),
    Picture("phone", _banner, {"viewport": PHONE}),
    Picture("center", _center),
    Picture("center-dark", _center, {"viewport": DESK, "color_scheme": "dark"}),
    *(Picture(f"layout-{each}", _layout(each), {"viewport": SMALL}) for each in LAYOUTS),
    Picture("tab-dark", _layout("tab"), {"viewport": SMALL, "color_scheme": "dark"}),
    Picture("forced-colors", _center, {"viewport": SMALL, "forced_colors": "active"}),
    Picture("cookies", _cookies, {"viewport": SMALL}),
    Picture("vendors", _vendors, {"viewport": SMALL}),
    Picture("filter", _filter, {"viewport": SMALL}),
    Picture("frames", _frames),
    Picture("embed", _embed),
    Picture("hosted", _hosted),
    Picture("recorded", _recorded),
    Picture("history", _history),
    Picture("receipt", receipts.on_paper, {"viewport": {"width": 688, "height": 780}}),
    Picture("verify", receipts.that_holds, {"viewport": {"width": 900, "height": 900}}),
    Picture("verify-fails", receipts.that_fails, {"viewport": {"width": 900, "height": 900}}),
)
ARABIC = (Picture("rtl", _arabic),)


def main(wanted: list[str]) -> int:
    """Take the pictures; 1 when one of them is too large for a page of documentation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with _at_work() as (browser, town, arabic):
        for shop, pictures in ((town, PICTURES), (arabic, ARABIC)):
            for each in pictures:
                if not wanted or each.name in wanted:
                    _take(browser, shop, each)
        for kind in sheets.TITLES:
            if not wanted or f"walk-{kind}" in wanted:
                sheets.make_sheet(browser, arabic if kind == "rtl" else town, kind, FOLDER)
    return _weigh()


@contextmanager
def _at_work() -> Iterator[tuple[Browser, Town, Town]]:
    """A browser, the demo's shop, and one that speaks Arabic too."""
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(f"sqlite:///{folder}/consent.db", Path(folder)) as town,
        open_town(town.service, town.database, "arabic", notice) as arabic,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium(), args=SWITCHES) as browser,
    ):
        yield browser, town, arabic


def _take(browser: Browser, town: Town, picture: Picture) -> None:
    visitor = Visitor(browser, town, reduced_motion="reduce", **picture.look)
    picture.way(visitor)
    visitor.page.mouse.move(0, 0)
    visitor.page.screenshot(path=FOLDER / f"{picture.name}.png", animations="disabled")
    visitor.leave()


def _weigh() -> int:
    heavy = 0
    for file in sorted(FOLDER.iterdir()):
        size = file.stat().st_size
        largest = LARGEST if file.suffix == ".png" else sheets.LARGEST
        print(f"{size:>8,} {file.name}{' is too large' if size > largest else ''}")
        heavy += size > largest
    return int(heavy > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
