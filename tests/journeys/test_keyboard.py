"""Everything by keyboard: a banner without a trap, a center that gives focus back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

FOCUS = """() => {
  const at = document.activeElement
  return at?.getAttribute('data-consent-action') || at?.getAttribute('data-consent-category')
    || at?.textContent.trim().split('\\n')[0] || at?.localName || ''
}"""


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """Somebody without a mouse, on the cookie policy, with nothing decided."""
    visitor.open("/cookies")
    return visitor


@pytest.fixture
def in_center(reader: Visitor) -> Iterator[Visitor]:
    """Open the center from the footer's link."""
    _footer_link(reader).focus()
    reader.page.keyboard.press("Enter")
    reader.center.wait_for()
    yield reader


def test_the_banner_comes_first_and_traps_nobody(reader: Visitor) -> None:
    stops = []
    for _ in range(6):
        reader.page.keyboard.press("Tab")
        stops.append(_focus(reader))

    assert stops == [
        "Cookie policy",
        "accept-all",
        "reject-all",
        "open-center",
        "Skip to the content",
        "Harbour Goods",
    ]
    expect(reader.banner).to_have_role("region")


@pytest.mark.parametrize("width", [360, 1280])
def test_what_has_focus_at_the_end_of_the_page_is_not_hidden_by_the_banner(
    reader: Visitor, width: int
) -> None:
    """WCAG 2.2, 2.4.11: what has focus is not entirely hidden."""
    reader.page.set_viewport_size({"width": width, "height": 740})
    for selector in ("a[data-consent-open]", "details.ran summary"):
        link = reader.page.locator(f"footer {selector}")
        link.focus()
        # The shop scrolls smoothly, so this takes a moment.
        reader.page.wait_for_function(
            """(each) => {
              const {left, top, width, height} = each.getBoundingClientRect()
              return each.contains(document.elementFromPoint(left + width / 2, top + height / 2))
            }""",
            arg=link.element_handle(),
        )


def test_opening_the_banner_moves_neither_focus_nor_page(reader: Visitor) -> None:
    assert reader.page.evaluate("() => [document.activeElement.localName, scrollY]") == ["body", 0]


def test_our_host_takes_no_room_in_the_page(reader: Visitor) -> None:
    top = "() => document.querySelector('header').getBoundingClientRect().top"
    assert reader.page.evaluate(top) == 0
    reader.press("accept-all")
    assert reader.page.evaluate(top) == 0


def test_escape_on_the_banner_decides_nothing(reader: Visitor, town: Town, since: int) -> None:
    for _ in range(2):
        reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Escape")
    reader.settle()

    expect(reader.banner).to_be_visible()
    assert _focus(reader) == "accept-all"
    assert reader.cookies() == {}
    assert town.records(since) == []


@pytest.mark.parametrize(("tabs", "action"), [(2, "accept_all"), (3, "reject_all")])
def test_after_a_decision_on_the_banner_focus_is_not_lost(
    reader: Visitor, town: Town, since: int, tabs: int, action: str
) -> None:
    for _ in range(tabs):
        reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    expect(reader.banner).to_have_count(0)
    reader.settle()

    assert [record.action for record in town.records(since)] == [action]
    assert reader.page.evaluate("() => document.activeElement.id") == "main"


def test_the_center_opens_from_the_footer_with_focus_on_its_close_button(
    in_center: Visitor,
) -> None:
    expect(in_center.center).to_have_role("dialog")
    expect(in_center.center).to_have_accessible_name("Privacy preferences")
    assert in_center.page.url.endswith("/cookies"), "the link's own address is not followed"
    assert _focus(in_center) == "close"


def test_tab_goes_round_in_the_center_both_ways(in_center: Visitor) -> None:
    forward = [_focus(in_center)]
    while len(forward) < 40:
        in_center.page.keyboard.press("Tab")
        forward.append(_focus(in_center))
        if forward[-1] == "close":
            break

    assert forward == [
        "close",
        "Cookie policy",
        "accept-all",
        *["Strictly necessary", "details", "vendors"],
        *["Functional", "functional", "details", "vendors"],
        *["Targeting", "targeting", "details", "vendors"],
        *["Performance", "performance", "details", "vendors"],
        "vendors",
        "reject-all",
        "save",
        "close",
    ]
    in_center.page.keyboard.press("Shift+Tab")
    assert _focus(in_center) == "save"


def test_the_page_behind_the_center_is_inert(in_center: Visitor) -> None:
    in_center.page.evaluate("() => document.querySelector('main').focus()")

    assert _focus(in_center) == "close"


def test_escape_throws_the_draft_away_and_gives_focus_back(
    in_center: Visitor, town: Town, since: int
) -> None:
    in_center.switch("performance").focus()
    in_center.page.keyboard.press("Space")
    expect(in_center.switch("performance")).to_be_checked()
    in_center.page.keyboard.press("Escape")
    in_center.settle()

    expect(in_center.center).to_have_count(0)
    expect(_footer_link(in_center)).to_be_focused()
    expect(in_center.banner).to_be_visible()
    assert in_center.cookies() == {}
    assert town.records(since) == []
    in_center.page.keyboard.press("Enter")
    expect(in_center.switch("performance")).not_to_be_checked()


@pytest.mark.parametrize("action", ["save", "reject-all", "accept-all", "close"])
def test_focus_returns_to_the_opener_after_every_way_out(in_center: Visitor, action: str) -> None:
    in_center.center.locator(f'button[data-consent-action="{action}"]').focus()
    in_center.page.keyboard.press("Enter")
    in_center.settle()

    expect(in_center.center).to_have_count(0)
    expect(_footer_link(in_center)).to_be_focused()


def test_from_the_banner_the_way_out_of_the_center_leads_back_to_its_button(
    reader: Visitor,
) -> None:
    reader.banner.get_by_role("button", name="Cookie preferences").focus()
    reader.page.keyboard.press("Enter")
    reader.center.wait_for()
    reader.page.keyboard.press("Escape")

    expect(reader.banner.get_by_role("button", name="Cookie preferences")).to_be_focused()


def test_when_the_opener_went_with_the_banner_focus_goes_to_the_content(reader: Visitor) -> None:
    reader.banner.get_by_role("button", name="Cookie preferences").focus()
    reader.page.keyboard.press("Enter")
    reader.center.wait_for()
    reader.center.get_by_role("button", name="Confirm my choices").focus()
    reader.page.keyboard.press("Enter")
    expect(reader.center).to_have_count(0)
    reader.settle()

    assert reader.page.evaluate("() => document.activeElement.localName") != "body"


def test_an_opener_that_came_later_works(reader: Visitor) -> None:
    reader.page.evaluate(
        """() => {
          const made = document.createElement('span')
          made.dataset.consentOpen = ''
          made.textContent = 'My choices'
          document.querySelector('main').prepend(made)
        }"""
    )
    opener = reader.page.get_by_role("button", name="My choices")
    opener.focus()
    reader.page.keyboard.press("Enter")
    reader.center.wait_for()
    reader.page.keyboard.press("Escape")

    expect(opener).to_be_focused()


def _footer_link(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("link", name="Cookie Preferences", exact=True)


def _focus(visitor: Visitor) -> str:
    found: str = visitor.page.evaluate(FOCUS)
    return found
