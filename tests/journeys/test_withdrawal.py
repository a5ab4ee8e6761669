"""A change of mind on a page of the service: recorded there, made true in the shop."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.marks import expected
from tests.journeys.town import Town, demo_notice
from tests.journeys.visitor import Visitor

ALL = ("functional", "performance", "targeting")
Arrive = Callable[..., Visitor]


@pytest.fixture
def regular(since: int, visitor: Visitor) -> Visitor:
    """Somebody with a basket who accepted all and whose browser is full of what that brought."""
    visitor.open("/product/enamel-mug")
    visitor.press("accept-all")
    visitor.page.get_by_role("button", name="Put into the basket").click()
    visitor.settle()
    visitor.open("/?fbclid=1")
    return visitor


def test_a_full_browser_holds_what_the_notice_lists(regular: Visitor) -> None:
    cookies = set(regular.cookies())

    assert {"_ga", "_ga_HARBOUR01", "_gid", "_fbp", "_fbc", "_uetsid", "_uetvid"} <= cookies
    assert len(_optional(regular)) == 26


def test_withdrawing_from_the_history_is_applied_by_the_way_back(
    regular: Visitor, town: Town, since: int
) -> None:
    page = regular.page
    regular.open_center().get_by_role("link", name="My history").click()
    expect(page.get_by_role("heading", name="In force now")).to_be_visible()
    assert page.url == f"{town.hosted}/history"

    page.get_by_role("button", name="Withdraw everything").click()
    expect(page.get_by_text("Recorded, not yet applied in this browser.")).to_be_visible()
    page.get_by_role("link", name="Go back to Harbour Goods and apply it").click()
    page.wait_for_url(f"{town.shop}/**")
    regular.settle()

    assert "consent-handover" not in page.url
    assert regular.tags() == ["cookieless-counter"]
    assert regular.granted() == []
    assert _optional(regular) == []
    assert {"consent", "hg_session", "hg_basket", "hg_csrf"} <= set(regular.cookies())
    [accepted, withdrawn] = town.records(since)
    assert (accepted.action, accepted.sequence) == ("accept_all", 0)
    assert (withdrawn.action, withdrawn.layer, withdrawn.sequence) == ("withdraw", "page", 1)
    assert accepted.subject_id == withdrawn.subject_id
    assert regular.state()["recordId"] == str(withdrawn.id)


def test_no_tag_is_called_once_more_on_the_way_back(regular: Visitor, town: Town) -> None:
    apply_link = _withdraw_in_history(regular, town)
    before = len(regular.requests)

    apply_link()

    addresses = [request.url for request in regular.requests[before:]]
    assert [each for each in addresses if each.startswith(town.vendors)] == []


def test_the_way_back_loads_the_page_once_more_and_never_again(
    regular: Visitor, town: Town
) -> None:
    apply_link = _withdraw_in_history(regular, town)
    before = len(regular.requests)

    apply_link()

    again = [each for each in regular.requests[before:] if each.resource_type == "document"]
    assert 1 <= len([each for each in again if each.url.startswith(town.shop)]) <= 2


def test_a_withdrawal_is_applied_at_the_next_visit_without_the_way_back(
    regular: Visitor, town: Town, since: int
) -> None:
    _withdraw_in_history(regular, town)

    regular.open("/journal")

    assert regular.tags() == ["cookieless-counter"]
    assert regular.granted() == []
    assert _optional(regular) == []
    assert [record.action for record in town.records(since)] == ["accept_all", "withdraw"]


def test_a_withdrawal_is_applied_by_the_browsers_back_button(regular: Visitor, town: Town) -> None:
    steps = regular.page.evaluate("() => history.length")
    _withdraw_in_history(regular, town)

    regular.page.evaluate("(before) => history.go(before - history.length)", steps)
    regular.page.wait_for_url(f"{town.shop}/**")
    regular.settle()

    assert regular.granted() == []
    assert _optional(regular) == []


def test_withdrawing_in_the_center_empties_the_browser_at_once(
    regular: Visitor, town: Town, since: int
) -> None:
    regular.open_center()

    regular.press("withdraw")

    assert regular.tags() == ["cookieless-counter"]
    assert _optional(regular) == []
    assert [record.action for record in town.records(since)] == ["accept_all", "withdraw"]
    assert [record.sequence for record in town.records(since)] == [0, 1]


def test_switching_one_category_off_removes_what_belongs_to_it_alone(
    regular: Visitor, town: Town
) -> None:
    regular.open_center()
    regular.switch("targeting").uncheck()
    regular.press("save")

    left = _optional(regular, "targeting")
    assert left == []
    assert "_ga" in regular.cookies()
    assert regular.tags() == expected(f"{town.shop}/", "functional", "performance")


def test_a_handover_works_once(regular: Visitor, town: Town, since: int) -> None:
    apply_link = _withdraw_in_history(regular, town)
    address = apply_link()
    regular.open_center()
    regular.press("accept-all")
    regular.expect_trouble("404")

    regular.open("/journal")
    regular.page.goto(address)
    regular.settle()

    assert regular.granted() == sorted(ALL)
    assert regular.tags() == expected(f"{town.shop}/", *ALL)
    actions = [record.action for record in town.records(since)]
    assert actions == ["accept_all", "withdraw", "accept_all"]


def test_a_strangers_handover_grants_nothing_in_a_fresh_browser(
    arrive: Arrive, town: Town, since: int
) -> None:
    address = _handover_of_a_stranger(arrive(), town)
    visitor = arrive()

    visitor.page.goto(address)
    visitor.settle()

    expect(visitor.banner).to_be_visible()
    assert visitor.state()["decided"] is False
    assert visitor.tags() == []
    assert visitor.cookies() == {}
    assert len(town.records(since)) == 1


def test_a_strangers_handover_overwrites_no_refusal(arrive: Arrive, town: Town, since: int) -> None:
    address = _handover_of_a_stranger(arrive(), town)
    visitor = arrive()
    visitor.open("/journal")
    visitor.press("reject-all")
    before = visitor.state()

    visitor.page.goto(address)
    visitor.settle()

    assert visitor.state() == before
    assert visitor.tags() == ["cookieless-counter"]
    assert visitor.asked(f" {town.vendors}/") == []
    assert len(town.records(since)) == 2


def test_a_grant_on_the_hosted_page_comes_home_with_who_made_it(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.page.goto(f"{town.hosted}?return={town.shop}/journal")
    visitor.page.get_by_role("button", name="Allow all").click()
    visitor.page.locator("[data-consent-apply]").click()
    visitor.page.wait_for_url(f"{town.shop}/journal")
    visitor.settle()

    assert visitor.tags() == expected(f"{town.shop}/journal", *ALL)
    [record] = town.records(since)
    assert (record.action, record.layer) == ("accept_all", "page")
    assert visitor.state()["recordId"] == str(record.id)


def _withdraw_in_history(visitor: Visitor, town: Town) -> Callable[[], str]:
    """Withdraw with the key of the own cookie; what is returned follows the way back."""
    visitor.open_center().get_by_role("link", name="My history").click()
    visitor.page.get_by_role("button", name="Withdraw everything").click()
    link = visitor.page.locator("[data-consent-apply]")
    address = link.get_attribute("href")
    assert address is not None

    def follow() -> str:
        link.click()
        visitor.page.wait_for_url(f"{town.shop}/**")
        visitor.settle()
        return str(address)

    return follow


def _handover_of_a_stranger(stranger: Visitor, town: Town) -> str:
    stranger.page.goto(f"{town.hosted}?return={town.shop}/")
    stranger.page.get_by_role("button", name="Allow all").click()
    address = stranger.page.locator("[data-consent-apply]").get_attribute("href")
    assert address is not None
    return address


def _optional(visitor: Visitor, *categories: str) -> list[str]:
    """Return what lies in the browser for the shop that the notice lists under these categories."""
    stored = visitor.storage()
    names: dict[str, Any] = {
        "cookie": visitor.cookies(),
        "local": stored["local"],
        "session": stored["session"],
        "indexeddb": stored["databases"],
    }
    return [
        f"{item['storage']} {name}"
        for item in demo_notice()["cookies"]
        if item["party"] == "first" and item["category"] in (categories or ALL)
        for name in names.get(item["storage"], ())
        if (name.startswith(item["name"]) if item["match"] == "prefix" else name == item["name"])
    ]
