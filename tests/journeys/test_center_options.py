"""What a site can choose about its center: logo, floating button, policy link, whose it is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]
OPTIONS = {
    "reopen_button": "end",
    "powered_by": "https://consent.example/about",
    "policy_new_tab": True,
    "logo_dark_url": "/assets/pictures/mark.svg?dark",
}


@pytest.fixture(scope="module")
def harbour_of_options(sqlite_town: Town) -> Iterator[Town]:
    """Open a site that has chosen everything there is to choose."""
    notice = {**demo_notice(), "options": OPTIONS, "logo_url": "/assets/pictures/mark.svg"}
    with open_town(sqlite_town.service, sqlite_town.database, "options", notice) as found:
        yield found


@pytest.fixture(scope="module")
def harbour_without_lists(sqlite_town: Town) -> Iterator[Town]:
    """Open a site that has published nobody's cookies, and lets nobody choose by company."""
    notice: dict[str, Any] = {**demo_notice(), "cookies": [], "vendors": []}
    with open_town(sqlite_town.service, sqlite_town.database, "no-lists", notice) as found:
        yield found


@pytest.fixture
def guest(arrive: Arrive, harbour_of_options: Town) -> Visitor:
    """Somebody new there."""
    visitor = arrive(harbour_of_options, viewport={"width": 1280, "height": 800})
    visitor.open("/")
    return visitor


def test_the_floating_button_comes_after_the_decision_and_reopens_the_center(
    guest: Visitor,
) -> None:
    button = guest.page.locator("button.consent-reopen")
    expect(button).to_have_count(0)
    guest.press("reject-all")

    expect(button).to_have_text("Cookie preferences")
    expect(button).to_have_css("position", "fixed")
    button.click()
    expect(guest.center).to_be_visible()
    guest.page.keyboard.press("Escape")
    expect(button).to_be_focused()


def test_the_floating_button_lies_over_nothing_on_a_narrow_page(guest: Visitor) -> None:
    guest.press("reject-all")
    guest.page.set_viewport_size({"width": 320, "height": 640})

    button = guest.page.locator("button.consent-reopen")
    expect(button).to_have_css("position", "static")
    footer = guest.page.locator("footer").last.bounding_box()
    box = button.bounding_box()
    assert box is not None
    assert footer is not None
    assert box["y"] >= footer["y"] + footer["height"]


def test_logo_policy_and_powered_by_stand_in_their_places(guest: Visitor) -> None:
    center = guest.open_center()

    logo = center.get_by_role("img", name="Harbour Goods")
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("(each) => each.naturalWidth") > 0
    policy = center.get_by_role("link", name="Cookie policy (opens in a new tab)")
    expect(policy).to_have_attribute("rel", "noopener")
    powered = center.get_by_role("link", name="Powered by Consent, open source")
    expect(powered).to_have_attribute("href", OPTIONS["powered_by"])
    last = center.evaluate("(dialog) => [...dialog.querySelectorAll('a,button')].pop().href")
    assert last == OPTIONS["powered_by"]
    assert guest.origins() == {guest.town.shop, guest.town.service.url}


def test_in_the_dark_the_other_logo_is_shown(arrive: Arrive, harbour_of_options: Town) -> None:
    visitor = arrive(harbour_of_options, color_scheme="dark")
    visitor.open("/")

    logo = visitor.open_center().get_by_role("img", name="Harbour Goods")
    assert str(logo.evaluate("(each) => each.currentSrc")).endswith("mark.svg?dark")


def test_without_lists_there_are_only_switches(arrive: Arrive, harbour_without_lists: Town) -> None:
    visitor = arrive(harbour_without_lists)
    visitor.open("/")
    center = visitor.open_center()

    expect(center.locator("input[data-consent-category]")).to_have_count(3)
    expect(center.locator('[data-consent-action="details"]')).to_have_count(0)
    expect(center.locator('[data-consent-action="vendors"]')).to_have_count(0)
    expect(center).not_to_contain_text("Entries")


def test_no_part_is_empty_and_no_word_of_a_template_is_shown(guest: Visitor) -> None:
    guest.open_center()
    for layer in ("cookies", "vendors", "center"):
        guest.page.evaluate("(layer) => consent.open(layer)", layer)
        guest.layer(layer).wait_for()
        text = guest.page.locator("#consent-root").inner_text()
        assert "undefined" not in text
        assert "{" not in text
        names = guest.page.evaluate(
            """() => [...document.querySelectorAll('#consent-root :is(h2,h3,h4,th,dt,button)')]
              .filter((each) => each.getClientRects().length)
              .filter((each) => !each.textContent.trim()).map((each) => each.outerHTML)"""
        )
        assert names == []
