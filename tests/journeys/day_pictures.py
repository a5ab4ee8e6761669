"""Take the pictures of docs/console.md on the way: `python -m tests.journeys.day_pictures`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.day import KEY, Day
from tests.journeys.pictures import FOLDER, LARGEST
from tests.journeys.town import running_town

CONSOLE = FOLDER / "console"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


def main() -> int:
    """Walk the day and keep what each step leaves on the screen; 1 when one is too large."""
    CONSOLE.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(f"sqlite:///{folder}/consent.db", Path(folder)) as town,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium(), args=SWITCHES) as browser,
    ):
        day = Day(browser, town, Path(folder))
        for name, caption in day.steps():
            print(f"{name}: {caption}")
            _take(day.shown, name)
        page = day.owner.page
        page.emulate_media(color_scheme="dark")
        day.owner.open(f"/console/sites/{KEY}/records")
        _take(page, "records-dark")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)
        day.owner.open(f"/console/sites/{KEY}/dashboard")
        page.screenshot(path=CONSOLE / "dashboard-phone.png", animations="disabled")
        day.leave()
    heavy = [each for each in CONSOLE.iterdir() if each.stat().st_size > LARGEST]
    print("too large:", [each.name for each in heavy])
    return int(bool(heavy))


def _take(page: Page, name: str) -> None:
    page.set_viewport_size(DESK)
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    page.screenshot(path=CONSOLE / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    sys.exit(main())
