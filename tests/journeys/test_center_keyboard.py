"""The center by keyboard: where focus goes on every layer, and what is said on the way."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.looks import NOTHING_FITS, Arrive, dialog, open_category, part, rows, search
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

FOCUS = """() => {
  const at = document.activeElement
  if (at === document.body || !at.getClientRects().length) return 'nowhere'
  const {consentAction, consentCategory, consentVendor, consentFilter, consentAll} = at.dataset
  const marks = [consentAction, consentVendor, consentCategory, consentFilter, consentAll]
  return marks.filter(Boolean).join(' ') || at.textContent.trim() || at.type || at.localName
}"""
SCROLLED = "() => document.querySelector('#consent-root dialog .text').scrollTop"
TABS = ["Your privacy", "Strictly necessary", "Functional", "Targeting", "Performance"]


@pytest.fixture
def enter(arrive: Arrive) -> Callable[..., Visitor]:
    """Somebody opens the center from the footer by keyboard, in a layout, and one of its lists."""

    def enter_center(layout: str = "center", layer: str = "", **options: object) -> Visitor:
        visitor = arrive(**{"viewport": {"width": 1280, "height": 800}, **options})
        visitor.open(f"/cookies?layout={layout}")
        footer_link(visitor).focus()
        visitor.page.keyboard.press("Enter")
        visitor.center.wait_for()
        assert focus(visitor) == "close"
        if layer:
            if layout == "tab":
                open_category(visitor, "functional")
            button = {"cookies": "details", "vendors": "vendors"}[layer]
            part(visitor, button, "functional").focus()
            visitor.page.keyboard.press("Enter")
            visitor.layer(layer).wait_for()
        visitor.settle()
        return visitor

    return enter_center


@pytest.mark.parametrize("layer", ["", "cookies", "vendors"])
@pytest.mark.parametrize("layout", ["center", "panel-right", "tab"])
def test_tab_goes_round_on_every_layer_both_ways(
    enter: Callable[..., Visitor], layout: str, layer: str
) -> None:
    visitor = enter(layout, layer)
    part(visitor, "close").focus()
    forward = _turn(visitor, "Tab")
    back = _turn(visitor, "Shift+Tab")

    assert forward[0] == forward[-1] == "close"
    assert back == forward[::-1]
    assert "nowhere" not in forward
    assert {"reject-all", "save"} < set(forward)
    assert not layer or {"back", "search", "filter"} <= set(forward)


def test_tab_goes_round_in_the_filter_and_does_not_leave_it(enter: Callable[..., Visitor]) -> None:
    visitor = enter("center", "cookies")
    _press_on(part(visitor, "filter"))
    forward = _turn(visitor, "Tab")

    boxes = ["necessary", "functional", "targeting", "performance"]
    assert sorted(forward[1:-3]) == sorted(boxes)
    assert [forward[0], *forward[-3:]] == [
        "filter-clear",
        *["filter-apply", "filter-cancel", "filter-clear"],
    ]
    assert _turn(visitor, "Shift+Tab") == forward[::-1]
    popover = visitor.page.get_by_role("dialog", name="Show only")
    expect(popover).to_be_visible()
    expect(part(visitor, "filter")).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("layer", ["cookies", "vendors"])
def test_escape_leaves_the_filter_first_and_then_the_center(
    enter: Callable[..., Visitor], layer: str, town: Town, since: int
) -> None:
    visitor = enter("center", layer)
    _press_on(part(visitor, "filter"))
    visitor.page.keyboard.press("Escape")

    expect(visitor.layer(layer)).to_be_visible()
    expect(part(visitor, "filter")).to_be_focused()
    expect(part(visitor, "filter")).to_have_attribute("aria-expanded", "false")
    visitor.page.keyboard.press("Escape")
    expect(dialog(visitor)).to_have_count(0)
    expect(footer_link(visitor)).to_be_focused()
    assert visitor.cookies() == {}
    assert town.records(since) == []


@pytest.mark.parametrize("layer", ["cookies", "vendors"])
@pytest.mark.parametrize(
    ("layout", "way"),
    [("center", "close"), ("center", "save"), ("panel-left", "reject-all"), ("tab", "accept-all")],
)
def test_from_every_list_every_way_out_leads_back_to_the_opener(
    enter: Callable[..., Visitor], layer: str, layout: str, way: str
) -> None:
    visitor = enter(layout, layer)
    _press_on(part(visitor, way))
    visitor.settle()

    expect(dialog(visitor)).to_have_count(0)
    expect(footer_link(visitor)).to_be_focused()


def test_details_lead_into_the_search_field(enter: Callable[..., Visitor]) -> None:
    visitor = enter("center", "cookies")

    expect(dialog(visitor).get_by_role("searchbox", name="Search the list")).to_be_focused()
    expect(part(visitor, "filter")).to_have_accessible_name("Filter 1 active")


def test_on_a_touch_screen_details_lead_to_the_heading(enter: Callable[..., Visitor]) -> None:
    visitor = enter("center", "cookies", has_touch=True, is_mobile=True)

    expect(dialog(visitor).get_by_role("heading", name=re.compile("Cookie list"))).to_be_focused()


@pytest.mark.parametrize("action", ["details", "vendors"])
def test_back_leads_to_the_very_button_with_everything_as_it_was(
    enter: Callable[..., Visitor], action: str
) -> None:
    visitor = enter(viewport={"width": 1280, "height": 500})
    open_category(visitor, "targeting")
    visitor.switch("targeting").check()
    part(visitor, action, "targeting").focus()
    at = visitor.page.evaluate(SCROLLED)
    assert at > 0
    visitor.page.keyboard.press("Enter")
    dialog(visitor).get_by_role("searchbox").wait_for()
    _press_on(part(visitor, "back"))

    expect(visitor.center).to_be_visible()
    expect(part(visitor, action, "targeting")).to_be_focused()
    assert visitor.page.evaluate(SCROLLED) == at
    expect(visitor.center.get_by_role("button", name="Targeting").first).to_have_attribute(
        "aria-expanded", "true"
    )
    expect(visitor.switch("targeting")).to_be_checked()


def test_back_in_tabs_leads_to_the_same_panel(enter: Callable[..., Visitor]) -> None:
    visitor = enter("tab", "cookies")
    _press_on(part(visitor, "back"))

    expect(part(visitor, "details", "functional")).to_be_focused()
    expect(dialog(visitor).get_by_role("tabpanel", name="Functional")).to_be_visible()


def test_the_keys_of_the_tab_list(enter: Callable[..., Visitor]) -> None:
    visitor = enter("tab")
    tabs = dialog(visitor).get_by_role("tab")
    expect(tabs).to_have_text(TABS)
    expect(dialog(visitor).get_by_role("tablist")).to_have_attribute("aria-orientation", "vertical")
    tabs.first.focus()
    keys = {
        "ArrowDown": "Strictly necessary",
        "End": "Performance",
        "Home": "Your privacy",
        "ArrowUp": "Performance",
    }
    for key, name in [*keys.items(), ("ArrowDown", "Your privacy")]:
        visitor.page.keyboard.press(key)
        assert focus(visitor) == name, key
        expect(dialog(visitor).get_by_role("tabpanel", name=name)).to_be_visible()
        expect(dialog(visitor).get_by_role("tabpanel")).to_have_count(1)
        assert tabs.evaluate_all("(all) => all.filter((each) => !each.tabIndex).length") == 1
        expect(dialog(visitor).get_by_role("tab", name=name, selected=True)).to_be_focused()


def test_opening_one_category_closes_no_other_and_works_no_switch(
    enter: Callable[..., Visitor],
) -> None:
    visitor = enter()
    for name in ("Functional", "Targeting"):
        fold = visitor.center.get_by_role("button", name=name, exact=True)
        expect(fold).to_have_attribute("aria-expanded", "false")
        _press_on(fold)
        expect(fold).to_have_attribute("aria-expanded", "true")
        panel = visitor.page.locator(f"#{fold.get_attribute('aria-controls')}")
        expect(panel).to_be_visible()
        expect(visitor.switch(name.lower())).not_to_be_checked()
    expect(visitor.center.locator(".fold[aria-expanded=true]")).to_have_count(2)
    visitor.switch("functional").focus()
    visitor.page.keyboard.press("Space")
    expect(visitor.switch("functional")).to_be_checked()
    expect(visitor.center.locator(".fold[aria-expanded=true]")).to_have_count(2)


def test_a_search_without_hits_is_said_and_shown_as_text_and_can_be_cleared(
    enter: Callable[..., Visitor],
) -> None:
    visitor = enter("center", "cookies")
    status = visitor.layer("cookies").get_by_role("status").first
    field = search(visitor, NOTHING_FITS)

    expect(status).to_have_text(f"Nothing fits “{NOTHING_FITS}”.")
    expect(dialog(visitor).locator(".rows p")).to_have_text(f"Nothing fits “{NOTHING_FITS}”.")
    expect(dialog(visitor).locator("b")).to_have_count(0)
    field.press("Enter")
    expect(field).to_be_focused()
    _press_on(dialog(visitor).locator(".rows").get_by_role("button", name="Clear the search"))
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    expect(status).to_have_text("Entries found: 14")


def test_the_field_has_a_clear_button_of_its_own(enter: Callable[..., Visitor]) -> None:
    visitor = enter("center", "cookies")
    clear = dialog(visitor).locator(".tools").get_by_role("button", name="Clear the search")
    expect(clear).to_be_hidden()
    field = search(visitor, "youtube")
    _press_on(clear)

    expect(field).to_be_focused()
    expect(clear).to_be_hidden()


@pytest.mark.parametrize("layer", ["", "cookies"])
def test_focus_stays_in_the_center_when_the_window_becomes_narrow_and_wide_again(
    enter: Callable[..., Visitor], layer: str
) -> None:
    visitor = enter("tab", layer)
    for width in (500, 1280):
        visitor.page.set_viewport_size({"width": width, "height": 800})
        visitor.page.wait_for_timeout(100)
        assert focus(visitor) != "nowhere", width


def test_focus_is_not_lost_in_rows_that_come_and_go(enter: Callable[..., Visitor]) -> None:
    visitor = enter("center", "vendors")
    fold = rows(visitor).first.locator(".fold")
    _press_on(fold)
    expect(fold).to_be_focused()
    box = dialog(visitor).locator("[data-consent-all]").first
    box.focus()
    visitor.page.keyboard.press("Space")
    expect(box).to_be_focused()
    _press_on(part(visitor, "filter"))
    _press_on(part(visitor, "filter-clear"))
    assert focus(visitor) == "filter-clear"
    _press_on(part(visitor, "filter-apply"))
    expect(part(visitor, "filter")).to_be_focused()


def footer_link(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("link", name="Cookie Preferences", exact=True)


def focus(visitor: Visitor) -> str:
    found: str = visitor.page.evaluate(FOCUS)
    return found


def _press_on(button: Locator) -> None:
    button.focus()
    button.page.keyboard.press("Enter")


def _turn(visitor: Visitor, key: str) -> list[str]:
    """Press a key until focus is where it was; all places on the way."""
    places = [focus(visitor)]
    start = visitor.page.evaluate_handle("() => document.activeElement")
    for _ in range(150):
        visitor.page.keyboard.press(key)
        places.append(focus(visitor))
        if visitor.page.evaluate("(start) => start === document.activeElement", start):
            return places
    raise AssertionError(f"never round: {places}")
