"""Pages that change without being loaded: new views, frames that wait, several tabs."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

EVERYWHERE = ["google-analytics", "google-analytics-config", "hotjar"]


@pytest.fixture
def sailor(visitor: Visitor) -> Visitor:
    """Somebody on the tides, a page of three views, with nothing decided."""
    visitor.open("/app")
    return visitor


def test_a_new_view_keeps_the_question_and_holds_back_what_it_brings(
    sailor: Visitor, town: Town
) -> None:
    sailor.page.evaluate(
        "() => { window.shown = document.querySelector('#consent-root [data-consent-layer]') }"
    )
    for view in ("Harbours", "Kit", "Today", "Harbours"):
        _go(sailor, view)

        expect(sailor.banner).to_be_visible()
        assert sailor.page.evaluate("() => shown.isConnected") is True
    assert sailor.page.locator("[data-view] [data-consent]").count() == 2
    assert sailor.tags() == []
    assert sailor.asked(f" {town.vendors}/") == []
    assert len([each for each in sailor.requests if each.is_navigation_request()]) == 1


def test_the_decision_releases_what_the_present_view_holds(sailor: Visitor, town: Town) -> None:
    _go(sailor, "Harbours")
    sailor.press("accept-all")

    assert "openstreetmap-image" in sailor.tags()
    assert sailor.tags().count("microsoft-ads") == 1
    assert "criteo" not in sailor.tags()
    assert "youtube-frame" not in sailor.tags()


def test_views_that_come_after_the_decision_get_what_was_allowed(
    sailor: Visitor, town: Town
) -> None:
    sailor.page.evaluate("() => consent.set({categories: {performance: true}})")
    sailor.settle()
    assert sailor.tags() == [*EVERYWHERE, "microsoft-clarity"]

    _go(sailor, "Harbours")
    assert sailor.tags() == [*EVERYWHERE, "microsoft-clarity"]
    _go(sailor, "Today")
    assert sailor.tags() == [*EVERYWHERE, "microsoft-clarity", "microsoft-clarity"]


def test_many_views_later_one_press_is_still_one_record(
    sailor: Visitor, town: Town, since: int
) -> None:
    for _ in range(3):
        for view in ("Harbours", "Kit", "Today"):
            _go(sailor, view)
    sailor.open_center()
    sailor.press("close")
    sailor.open_center()
    expect(sailor.center).to_have_count(1)
    sailor.press("save")

    assert len(town.records(since)) == 1
    assert len(sailor.asked("POST .*/records")) == 1
    expect(sailor.page.locator("#consent-root")).to_have_count(1)


def test_an_open_draft_survives_a_new_view(sailor: Visitor) -> None:
    sailor.open_center()
    sailor.switch("performance").check()
    sailor.page.evaluate(
        """() => {
          history.pushState({}, '', '/app/kit')
          dispatchEvent(new PopStateEvent('popstate'))
        }"""
    )
    sailor.settle()

    expect(sailor.switch("performance")).to_be_checked()


def test_our_host_is_put_back_when_the_page_takes_it_away(sailor: Visitor) -> None:
    sailor.page.evaluate("() => document.querySelector('#consent-root').remove()")

    expect(sailor.banner).to_be_visible()
    first = sailor.page.evaluate("() => document.body.firstElementChild.id")
    assert first == "consent-root"


def test_a_frame_that_waits_says_whose_it_is_and_keeps_its_place(
    sailor: Visitor, town: Town
) -> None:
    _go(sailor, "Kit")

    box = _box(sailor)
    expect(box).to_contain_text(f"This content comes from {town.vendors.partition('//')[2]}")
    expect(box.get_by_role("button")).to_have_text(["Allow once", "Always allow"])
    size = box.bounding_box()
    assert size is not None
    assert size["height"] >= 360
    expect(sailor.page.locator("iframe")).to_be_hidden()


def test_a_frame_allowed_once_is_shown_and_nothing_is_kept(
    sailor: Visitor, town: Town, since: int
) -> None:
    _go(sailor, "Kit")
    _box(sailor).get_by_role("button", name="Allow once").click()
    sailor.settle()

    expect(sailor.page.locator("iframe")).to_be_visible()
    expect(_box(sailor)).to_have_count(0)
    assert sailor.tags() == ["youtube-frame"]
    assert sailor.cookies() == {}
    assert town.records(since) == []
    expect(sailor.banner).to_be_visible()

    _go(sailor, "Today")
    _go(sailor, "Kit")
    expect(_box(sailor)).to_be_visible()


def test_a_frame_allowed_always_is_a_decision_for_its_categories(
    sailor: Visitor, town: Town, since: int
) -> None:
    _go(sailor, "Kit")
    _box(sailor).get_by_role("button", name="Always allow").click()
    sailor.settle()

    expect(sailor.page.locator("iframe")).to_be_visible()
    expect(_box(sailor)).to_have_count(0)
    [record] = town.records(since)
    assert (record.action, record.layer) == ("save", "page")
    assert record.categories == {"functional": True, "targeting": False, "performance": False}
    sailor.open("/journal")
    assert "youtube-frame" in sailor.tags()


def test_a_choice_in_one_tab_is_taken_over_in_the_other(
    sailor: Visitor, town: Town, since: int
) -> None:
    other = sailor.open("/journal", page=sailor.context.new_page())
    expect(sailor.layer("banner", other)).to_be_visible()

    sailor.page.bring_to_front()
    sailor.press("accept-all")
    sailor.settle(other)

    expect(sailor.layer("banner", other)).to_have_count(0)
    assert sailor.state(other)["categories"] == sailor.state()["categories"]
    assert "youtube-frame" in sailor.tags(other)
    assert len(town.records(since)) == 1


def test_a_refusal_in_one_tab_stops_the_other(sailor: Visitor, town: Town) -> None:
    sailor.press("accept-all")
    other = sailor.open("/journal", page=sailor.context.new_page())

    sailor.page.bring_to_front()
    sailor.open_center()
    sailor.press("withdraw")
    sailor.settle(other)

    assert sailor.state(other)["categories"]["targeting"] is False
    assert not {"_ga", "_fbp", "_uetsid", "_ttp"} & set(sailor.cookies())


def _go(visitor: Visitor, view: str) -> None:
    visitor.page.get_by_role("link", name=view, exact=True).click()
    visitor.settle()


def _box(visitor: Visitor) -> Locator:
    found: Any = visitor.page.locator(".consent-frame")
    return found
