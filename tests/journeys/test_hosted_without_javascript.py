"""Without JavaScript: the shop works, nothing that waits runs, the hosted page is a form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

PLAIN = {"functional": False, "targeting": False, "performance": False}


@pytest.fixture
def plain(arrive: Callable[..., Visitor]) -> Visitor:
    """Somebody whose browser runs no scripts."""
    return arrive(java_script_enabled=False)


def test_the_shop_works_and_what_waits_stays_off(plain: Visitor, town: Town) -> None:
    plain.open("/product/enamel-mug")
    plain.page.get_by_role("button", name="Put into the basket").click()
    expect(plain.page.get_by_role("cell", name="€14.50").first).to_be_visible()
    plain.open("/journal")

    assert plain.asked(f" {town.vendors}/") == []
    assert sorted(plain.cookies()) == ["hg_basket", "hg_csrf", "hg_session"]
    expect(plain.page.locator("#consent-root")).to_have_count(0)
    assert "Manage consent preferences" not in plain.page.content()
    assert "Strictly necessary" not in plain.page.content()


def test_the_footer_leads_to_the_hosted_page(plain: Visitor, town: Town) -> None:
    page = _preferences(plain)

    assert page.url.startswith(f"{town.hosted}?return=")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Privacy preferences for Harbour Goods"
    )
    switches = page.locator('input[name="category"]')
    assert [switches.nth(at).is_checked() for at in range(switches.count())] == [False] * 3
    assert plain.cookies() == {}


@pytest.mark.parametrize(
    ("button", "action", "label", "granted"),
    [
        ("Allow all", "accept_all", "Accepted all", dict.fromkeys(PLAIN, True)),
        ("Reject all", "reject_all", "Rejected all", PLAIN),
        ("Confirm my choices", "save", "Chose one by one", {**PLAIN, "performance": True}),
    ],
)
def test_each_button_of_the_form_is_recorded_and_says_so(
    plain: Visitor,
    town: Town,
    since: int,
    button: str,
    action: str,
    label: str,
    granted: dict[str, bool],
) -> None:
    page = _preferences(plain)
    page.get_by_role("checkbox", name="Performance", exact=True).check()

    page.get_by_role("button", name=button).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your choice is recorded.")
    expect(page.get_by_text("Recorded, not yet applied in this browser.")).to_be_visible()
    expect(page.get_by_role("definition").first).to_have_text(label)
    [record] = town.records(since)
    assert (record.action, record.layer, record.categories) == (action, "page", granted)
    assert (record.sequence, record.late, record.language) == (0, False, "en")
    expect(page.get_by_text(f"Record {record.id}")).to_be_visible()


def test_enter_in_the_form_decides_nothing_and_keeps_what_is_ticked(
    plain: Visitor, town: Town, since: int
) -> None:
    page = _preferences(plain)
    functional = page.get_by_role("checkbox", name="Functional", exact=True)
    functional.check()
    page.keyboard.press("Enter")
    page.wait_for_url("**#list")

    expect(functional).to_be_checked()
    assert town.records(since) == []


def test_sending_the_form_again_makes_no_second_record(
    plain: Visitor, town: Town, since: int
) -> None:
    page = _preferences(plain)
    page.get_by_role("button", name="Reject all").click()
    page.wait_for_selector("[data-consent-apply]")

    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your choice is recorded.")
    assert len(town.records(since)) == 1


def test_the_key_opens_the_history_and_withdraws(plain: Visitor, town: Town, since: int) -> None:
    page = _preferences(plain)
    page.get_by_role("button", name="Allow all").click()
    key = page.locator("[data-history-key]").inner_text()

    page.goto(f"{town.hosted}/history")
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Show my history").click()
    expect(page.locator(".records article")).to_have_count(1)
    page.get_by_role("button", name="Withdraw everything").click()

    expect(page.get_by_text("Recorded, not yet applied in this browser.")).to_be_visible()
    records = town.records(since)
    assert [record.action for record in records] == ["accept_all", "withdraw"]
    assert [record.sequence for record in records] == [0, 1]
    assert len({record.subject_id for record in records}) == 1
    assert not [request.url for request in plain.requests if key in request.url]


def test_a_wrong_key_opens_nothing(plain: Visitor, town: Town) -> None:
    page = plain.page
    page.goto(f"{town.hosted}/history")
    page.get_by_label("Your key").fill("s_somebody-else")
    page.get_by_role("button", name="Show my history").click()

    expect(page.get_by_role("alert")).to_contain_text("This key does not open a history")
    expect(page.locator("article")).to_have_count(0)


def _preferences(visitor: Visitor) -> Page:
    visitor.open("/journal")
    visitor.page.get_by_role("link", name="Cookie Preferences", exact=True).click()
    visitor.page.wait_for_selector("form")
    return visitor.page
