"""What the center's boxes decide, filter and search between them: exactly what is shown."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.looks import LAYOUTS, dialog, open_category, part, rows, search
from tests.journeys.town import Town
from tests.journeys.visitor import NOTHING, Visitor

TICKS = """(all) => all.filter((each) => each.checked)
  .map((each) => each.dataset.consentFilter).sort()"""


@pytest.fixture
def chooser(visitor: Visitor) -> Visitor:
    """Somebody in the center, with nothing decided."""
    visitor.open("/cookies")
    visitor.open_center()
    return visitor


@pytest.fixture
def reader(chooser: Visitor) -> Visitor:
    """Somebody in the cookie list of targeting."""
    return _enter(chooser, "details", "targeting")


def test_clear_then_cancel_brings_the_old_ticks_back(reader: Visitor) -> None:
    status = reader.layer("cookies").get_by_role("status").first
    expect(status).to_have_text("Entries found: 16")
    part(reader, "filter").click()
    assert _ticks(reader) == ["targeting"]
    part(reader, "filter-clear").click()

    assert _ticks(reader) == []
    expect(status).to_have_text("Nothing is ticked now. Apply shows the whole list again.")
    expect(part(reader, "filter-clear")).to_be_focused()
    assert _listed(reader) == {"Targeting"}
    part(reader, "filter-cancel").click()
    expect(part(reader, "filter")).to_be_focused()
    part(reader, "filter").click()
    assert _ticks(reader) == ["targeting"]
    assert _listed(reader) == {"Targeting"}


def test_apply_lists_anew_says_the_hits_and_gives_focus_back(reader: Visitor) -> None:
    status = reader.layer("cookies").get_by_role("status").first
    part(reader, "filter").click()
    dialog(reader).locator("[data-consent-filter=performance]").check()
    part(reader, "filter-apply").click()

    expect(part(reader, "filter")).to_be_focused()
    expect(status).to_have_text("Entries found: 25")
    assert _listed(reader) == {"Targeting", "Performance"}
    expect(part(reader, "filter")).to_have_accessible_name("Filter 2 active")
    expect(part(reader, "filter")).to_have_text("Filter 2")
    part(reader, "filter").click()
    part(reader, "filter-clear").click()
    part(reader, "filter-apply").click()
    expect(status).to_have_text("Entries found: 47")
    expect(part(reader, "filter")).to_have_accessible_name("Filter")


@pytest.mark.parametrize("beside", [".rows .fold", "[data-consent-action=save]", ".bar h3"])
def test_a_click_beside_the_filter_restores_and_does_nothing_else(
    reader: Visitor, beside: str, town: Town, since: int
) -> None:
    part(reader, "filter").click()
    part(reader, "filter-clear").click()
    dialog(reader).locator(beside).first.click(force=True)

    expect(dialog(reader).locator("#consent-filter")).to_have_count(0)
    expect(reader.layer("cookies")).to_be_visible()
    expect(dialog(reader).locator(".rows [aria-expanded=true]")).to_have_count(0)
    expect(part(reader, "filter")).to_be_focused()
    part(reader, "filter").click()
    assert _ticks(reader) == ["targeting"]
    assert town.records(since) == []


def test_a_click_on_the_dimmed_page_neither_decides_nor_closes(
    reader: Visitor, town: Town, since: int
) -> None:
    reader.page.mouse.click(5, 5)
    reader.settle()

    expect(reader.layer("cookies")).to_be_visible()
    assert reader.page.evaluate("() => document.activeElement !== document.body")
    assert town.records(since) == []


def test_select_all_acts_on_what_is_listed_and_on_nothing_else(chooser: Visitor) -> None:
    _enter(chooser, "vendors", "performance")
    search(chooser, "microsoft")
    everything = dialog(chooser).locator('[data-consent-all="consent"]')
    expect(everything).to_have_accessible_name("Consent, all listed here: 1")
    everything.check()
    part(chooser, "filter").click()
    part(chooser, "filter-clear").click()
    part(chooser, "filter-apply").click()

    expect(everything).to_have_accessible_name("Consent, all listed here: 2")
    assert everything.evaluate("(each) => each.indeterminate")
    expect(everything).to_be_checked(indeterminate=True)
    search(chooser, "")
    # 18 companies, two of them twice, two that may not be refused
    expect(everything).to_have_accessible_name("Consent, all listed here: 18")
    assert _granted(chooser) == {"microsoft-clarity"}
    everything.click()
    assert not everything.evaluate("(each) => each.indeterminate")
    expect(
        dialog(chooser).locator(".rows tbody tr:not(:has([data-consent-all])) input:not(:checked)")
    ).to_have_count(0)
    everything.uncheck()
    assert _granted(chooser) == set()


def test_a_category_is_mixed_while_its_companies_differ(chooser: Visitor) -> None:
    _enter(chooser, "vendors", "performance")
    _box(chooser, "hotjar").check()
    part(chooser, "back").click()

    switch = chooser.switch("performance")
    expect(switch).to_be_checked(indeterminate=True)
    expect(chooser.center.locator('[data-consent-category="performance"] .switch')).to_have_text(
        "1 of 3"
    )
    switch.click()
    expect(switch).to_be_checked()
    _enter(chooser, "vendors", "performance")
    expect(
        dialog(chooser).locator(".rows tr:not(:has([data-consent-all])) input:not(:checked)")
    ).to_have_count(0)
    for vendor in ("hotjar", "microsoft-clarity"):
        _box(chooser, vendor).uncheck()
    _box(chooser, "google-analytics", "performance").uncheck()
    part(chooser, "back").click()
    expect(switch).not_to_be_checked()
    expect(switch).to_be_checked(indeterminate=False, checked=False)


def test_both_lists_show_one_draft(chooser: Visitor) -> None:
    _enter(chooser, "vendors", "targeting")
    _box(chooser, "meta").check()
    part(chooser, "back").click()
    _enter(chooser, "details", "targeting")

    expect(_box(chooser, "meta")).to_be_checked()
    expect(_box(chooser, "criteo")).not_to_be_checked()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_confirm_in_the_companies_list_stores_exactly_what_is_shown(
    visitor: Visitor, town: Town, since: int, layout: str
) -> None:
    visitor.open(f"/cookies?layout={layout}")
    visitor.open_center()
    if layout == "tab":
        open_category(visitor, "targeting")
    _enter(visitor, "vendors", "targeting")
    _box(visitor, "google-analytics", "targeting").check()
    _box(visitor, "meta").check()
    interest = _box(visitor, "criteo", basis="legitimate-interest")
    expect(interest).to_be_checked()
    interest.uncheck()
    visitor.press("save")

    [record] = town.records(since)
    assert (record.action, record.layer) == ("save", "center")
    assert record.categories == {"functional": False, "targeting": True, "performance": False}
    assert _optional(record.vendors) == {
        "google-analytics": {"consent": ["targeting"]},
        "meta": {"consent": ["targeting"]},
        "microsoft-ads": {"consent": [], "legitimate_interest": ["targeting"]},
    }
    visitor.open("/cookies")
    visitor.open_center()
    _enter(visitor, "vendors", "targeting")
    assert _granted(visitor) == {"google-analytics", "meta"}
    expect(_box(visitor, "criteo", basis="legitimate-interest")).not_to_be_checked()


def test_a_company_in_two_categories_is_recorded_for_the_one_it_was_allowed_for(
    chooser: Visitor, town: Town, since: int
) -> None:
    for category in ("functional", "targeting"):
        chooser.switch(category).check()
    _enter(chooser, "details", "functional")
    _box(chooser, "youtube", "functional").uncheck()
    part(chooser, "back").click()
    _enter(chooser, "vendors", "targeting")
    _box(chooser, "google-analytics", "targeting").uncheck()
    chooser.press("save")

    [record] = town.records(since)
    assert record.categories == {"functional": True, "targeting": True, "performance": False}
    assert record.vendors["youtube"]["consent"] == ["targeting"]
    assert record.vendors["google-analytics"]["consent"] == []
    assert record.vendors["google-ads"]["consent"] == ["targeting"]


def test_refusing_all_objects_to_every_legitimate_interest(
    reader: Visitor, town: Town, since: int
) -> None:
    part(reader, "reject-all").click()
    reader.settle()

    [record] = town.records(since)
    assert record.action == "reject_all"
    assert _optional(record.vendors) == {}


def test_escape_discards_what_was_ticked_in_a_list(
    chooser: Visitor, town: Town, since: int
) -> None:
    _enter(chooser, "vendors", "targeting")
    _box(chooser, "meta").check()
    chooser.page.keyboard.press("Escape")
    chooser.settle()

    expect(dialog(chooser)).to_have_count(0)
    assert chooser.storage() == NOTHING
    assert town.records(since) == []
    chooser.open_center()
    expect(chooser.switch("targeting")).to_be_checked(indeterminate=False, checked=False)
    _enter(chooser, "vendors", "targeting")
    assert _granted(chooser) == set()


def test_a_company_without_a_legal_basis_has_a_dash_and_no_box(chooser: Visitor) -> None:
    _enter(chooser, "vendors", "targeting")
    headers = dialog(chooser).get_by_role("columnheader")
    expect(headers).to_have_text(["Company", "Consent", "Legitimate interest"])
    row = rows(chooser).filter(has_text="Meta Pixel")
    expect(row.get_by_role("checkbox")).to_have_count(1)
    expect(row.get_by_role("cell").last).to_have_text("\u2013does not rely on this")
    expect(dialog(chooser).locator("input:disabled")).to_have_count(0)
    expect(_box(chooser, "criteo", basis="legitimate-interest")).to_have_accessible_name(
        "Criteo: Legitimate interest"
    )


def _enter(visitor: Visitor, action: str, category: str) -> Visitor:
    part(visitor, action, category).click()
    rows(visitor).first.wait_for()
    return visitor


def _box(visitor: Visitor, vendor: str, category: str = "", basis: str = "consent") -> Locator:
    of = f'[data-consent-category="{category}"]' if category else ""
    marks = f'[data-consent-vendor="{vendor}"][data-consent-basis="{basis}"]{of}'
    return dialog(visitor).locator(f"input{marks}")


def _ticks(visitor: Visitor) -> list[str]:
    found: list[str] = dialog(visitor).locator("[data-consent-filter]").evaluate_all(TICKS)
    return found


def _listed(visitor: Visitor) -> set[str]:
    """Return the categories of the rows that are listed."""
    return {text.partition(" (")[0] for text in rows(visitor).locator("small").all_inner_texts()}


def _granted(visitor: Visitor) -> set[str]:
    """Return the companies whose consent is ticked in the list."""
    ticked = dialog(visitor).locator(
        ".rows tr:not(:has([data-consent-all])) input[data-consent-basis=consent]:checked"
    )
    return set(ticked.evaluate_all("(all) => all.map((each) => each.dataset.consentVendor)"))


def _optional(vendors: dict[str, Any]) -> dict[str, Any]:
    """Return the companies that may do anything but what the site cannot do without."""
    return {
        key: bases
        for key, bases in vendors.items()
        if any(category != "necessary" for each in bases.values() for category in each)
    }
