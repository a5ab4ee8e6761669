"""Pictures of the center in pages of other styles: `python -m tests.journeys.foreign_pictures`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.journeys import foreign
from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.looks import open_category
from tests.journeys.town import Town, running_town
from tests.journeys.visitor import Visitor

FOLDER = Path(__file__).parents[2] / "docs" / "images"
LARGEST = 120_000


def main() -> int:
    """Take one picture for each style sheet; 1 when one is missing or a picture is too large."""
    if missing := foreign.missing():
        print(f"Not installed: {missing}. `npm ci --ignore-scripts` installs them.")
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(f"sqlite:///{folder}/consent.db", Path(folder)) as town,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium(), args=SWITCHES) as browser,
    ):
        sizes = {name: _take(browser, town, name) for name in ("plain", *foreign.ALL)}
    for name, size in sizes.items():
        print(f"{size:>8,} styles-{name}.png")
    return int(max(sizes.values()) > LARGEST)


def _take(browser: Browser, town: Town, name: str) -> int:
    """Take a picture of the banner, and of the center over it, in a page with a style sheet."""
    visitor = Visitor(
        browser, town, viewport={"width": 1000, "height": 700}, reduced_motion="reduce"
    )
    foreign.dress(visitor, name)
    visitor.open("/basket?layout=panel-right")
    visitor.press("open-center")
    open_category(visitor, "targeting")
    visitor.switch("functional").check()
    visitor.center.locator(".text").evaluate("(text) => text.scrollTo(0, 0)")
    visitor.page.mouse.move(0, 0)
    path = FOLDER / f"styles-{name}.png"
    visitor.page.screenshot(path=path, animations="disabled")
    visitor.leave()
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
