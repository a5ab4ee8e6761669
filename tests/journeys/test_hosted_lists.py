"""The lists of the hosted page without JavaScript: search, filter, companies, objections."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.looks import OVERFLOW, Look, axe
from tests.journeys.test_strict_page import LOOKS, SMALL
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


@pytest.fixture
def plain(arrive: Arrive, town: Town) -> Page:
    """Open the hosted page in a browser that runs no scripts."""
    visitor = arrive(java_script_enabled=False)
    visitor.page.goto(f"{town.hosted}?return={town.shop}/journal")
    return visitor.page


def box(page: Page, vendor: str, basis: str = "consent", category: str | None = None):
    stands_in = f'[data-consent-category="{category}"]' if category else ""
    mark = f'[data-consent-vendor="{vendor}"][data-consent-basis="{basis}"]'
    return page.locator(f"input{mark}{stands_in}")


def test_a_visitor_filters_leaves_companies_out_objects_and_confirms(
    plain: Page, town: Town, since: int
) -> None:
    plain.get_by_role("checkbox", name="Targeting", exact=True).check()
    plain.get_by_role("checkbox", name="Functional", exact=True).check()

    # the list of one category alone, by its button
    plain.get_by_role("button", name="Cookie details: Targeting").click()
    expect(plain.locator("[data-consent-filter=targeting]")).to_be_checked()
    expect(plain.get_by_role("status")).to_have_text("Entries: 16 · Companies: 8")
    box(plain, "tiktok").uncheck()
    box(plain, "criteo", "legitimate-interest").uncheck()
    box(plain, "youtube", category="targeting").uncheck()

    # a search hides what was changed, and keeps it
    plain.locator("[data-consent-filter=targeting]").uncheck()
    plain.locator("[data-consent-search]").fill("chat INTERCOM")
    plain.locator("[data-consent-search]").press("Enter")
    expect(plain.get_by_role("status")).to_have_text("Entries: 3 · Companies: 0")
    expect(box(plain, "tiktok")).to_have_count(0)
    assert town.records(since) == []

    plain.get_by_role("button", name="Confirm my choices").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Your choice is recorded.")
    expect(plain.get_by_text("TikTok Pixel, YouTube")).to_be_visible()

    [record] = town.records(since)
    assert record.action == "save"
    assert record.categories == {"functional": True, "targeting": True, "performance": False}
    vendors = record.vendors
    assert vendors["tiktok"] == {"consent": []}
    assert vendors["criteo"] == {"consent": ["targeting"], "legitimate_interest": []}
    assert vendors["youtube"] == {"consent": ["functional"]}
    assert vendors["microsoft-ads"]["legitimate_interest"] == ["targeting"]
    assert vendors["google-analytics"] == {"consent": ["targeting"]}
    assert vendors["stripe"] == {"consent": ["necessary"]}


def test_what_is_listed_is_switched_together_and_nothing_else(plain: Page) -> None:
    plain.locator("[data-consent-search]").fill("microsoft")
    plain.locator("[data-consent-search]").press("Enter")
    plain.get_by_role("button", name="Consent, all listed here: 2 Off").click()
    for vendor in ("microsoft-ads", "microsoft-clarity"):
        expect(box(plain, vendor)).not_to_be_checked()
    plain.get_by_role("button", name="Clear").click()
    expect(plain.locator("[data-consent-search]")).to_have_value("")
    expect(box(plain, "microsoft-ads")).not_to_be_checked()
    expect(box(plain, "microsoft-ads", "legitimate-interest")).to_be_checked()
    expect(box(plain, "hotjar")).to_be_checked()


def test_a_search_without_a_hit_says_so_with_its_words(plain: Page) -> None:
    plain.locator("[data-consent-search]").fill("<b>zebra</b>")
    plain.locator("[data-consent-search]").press("Enter")
    expect(plain.get_by_role("status")).to_have_text("Nothing fits “<b>zebra</b>”.")
    expect(plain.get_by_role("status")).to_be_visible()


def test_a_company_says_that_its_category_is_off(plain: Page) -> None:
    row = plain.get_by_role("row").filter(has_text="Hotjar")
    expect(row.locator(".waits")).to_be_visible()
    plain.get_by_role("checkbox", name="Performance", exact=True).check()
    expect(row.locator(".waits")).to_be_hidden()


def test_the_page_wears_the_sites_accent(plain: Page) -> None:
    button = plain.get_by_role("button", name="Allow all")
    expect(button).to_have_css("background-color", "rgb(14, 124, 139)")
    expect(button).to_have_css("color", "rgb(255, 255, 255)")
    sizes = [
        plain.locator(f'[data-consent-action="{action}"]').bounding_box()
        for action in ("accept-all", "reject-all", "save")
    ]
    assert len({(size["width"], size["height"]) for size in sizes if size}) == 1


@pytest.mark.parametrize("look", [*LOOKS, SMALL[0]], ids=str)
def test_axe_finds_nothing_on_narrowed_and_empty_lists(
    arrive: Arrive, town: Town, look: Look
) -> None:
    page = arrive(**look.options()).page
    page.goto(f"{town.hosted}?language={look.language}")
    for query in ("google", "zebra"):
        page.locator("[data-consent-search]").fill(query)
        page.locator("[data-consent-search]").press("Enter")
        page.wait_for_url("**#list")
        expect(page.locator("[data-consent-search]")).to_have_value(query)
        page.wait_for_load_state()
        assert axe(page) == []
        assert page.evaluate(OVERFLOW)["page"] == 0
