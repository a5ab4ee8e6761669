"""Nothing moves that the visitor reads: when layers open and close, and when the list comes in."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

SHIFTS = """() => {
  window.shifts = []
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) window.shifts.push(each.value)
  }).observe({type: 'layout-shift', buffered: true})
}"""


@pytest.mark.parametrize("layout", ["center", "panel-left", "panel-right", "tab"])
@pytest.mark.parametrize("width", [1280, 390])
def test_opening_and_closing_moves_nothing(
    visitor: Visitor, town: Town, layout: str, width: int
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.context.add_init_script(f"({SHIFTS})()")
    visitor.open(f"/?layout={layout}")
    visitor.press("open-center")
    visitor.page.keyboard.press("Escape")
    visitor.press("reject-all")
    visitor.open_center()
    visitor.press("save")

    assert _shifts(visitor.page) == 0


def test_the_page_behind_does_not_scroll(visitor: Visitor, town: Town) -> None:
    visitor.open("/")
    visitor.page.evaluate("() => scrollTo(0, 300)")
    visitor.page.wait_for_function("() => scrollY === 300")
    visitor.page.locator("a[data-consent-open]").first.dispatch_event("click")
    expect(visitor.center).to_be_visible()
    width = visitor.page.evaluate("() => document.body.clientWidth")
    visitor.page.mouse.move(20, 400)
    visitor.page.mouse.wheel(0, 500)
    visitor.page.wait_for_timeout(300)
    assert visitor.page.evaluate("() => scrollY") == 300

    visitor.page.keyboard.press("Escape")
    visitor.page.mouse.wheel(0, 100)
    visitor.page.wait_for_function("() => scrollY > 300")
    assert visitor.page.evaluate("() => document.body.clientWidth") == width


@pytest.mark.parametrize("width", [1280, 390])
def test_the_published_list_comes_in_without_moving_what_is_read(
    visitor: Visitor, town: Town, width: int
) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.context.add_init_script(f"({SHIFTS})()")
    visitor.open("/cookies")

    expect(visitor.page.locator("[data-consent-cookie-table] table").first).to_be_attached()
    assert _shifts(visitor.page) == 0


def test_where_a_scroll_bar_takes_room_its_room_stays(town: Town, browser: Browser) -> None:
    with_bars = browser.browser_type.launch(
        executable_path=chromium(), args=SWITCHES, ignore_default_args=["--hide-scrollbars"]
    )
    guest = Visitor(with_bars, town, viewport={"width": 1280, "height": 800})
    guest.context.add_init_script(f"({SHIFTS})()")
    guest.open("/")
    width = guest.page.evaluate("() => document.body.clientWidth")
    assert width < 1280
    guest.open_center()
    assert guest.page.evaluate("() => document.body.clientWidth") == width
    guest.press("close")
    assert guest.page.evaluate("() => document.body.clientWidth") == width
    assert _shifts(guest.page) == 0
    guest.leave()
    with_bars.close()


def _shifts(page: Page) -> float:
    page.wait_for_timeout(300)
    total: float = page.evaluate("() => window.shifts.reduce((sum, each) => sum + each, 0)")
    return total
