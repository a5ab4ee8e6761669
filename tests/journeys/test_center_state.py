"""What the center says and keeps: a draft of its own, choices made elsewhere, what is new since."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from consent import notices, snippet
from consent.web.visitor.snippet import LOADER_SECONDS
from tests.journeys.town import SEEDED, Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


@pytest.fixture
def growing_harbour(sqlite_town: Town, request: pytest.FixtureRequest) -> Iterator[Town]:
    """Open a site of its own that can publish once more."""
    key = f"growing-{abs(hash(request.node.name)) % 10_000}"
    with open_town(sqlite_town.service, sqlite_town.database, key) as found:
        yield found


def test_only_a_new_category_is_asked_about_and_old_answers_stand(
    arrive: Arrive, growing_harbour: Town
) -> None:
    visitor = arrive(growing_harbour)
    visitor.open("/")
    visitor.press("reject-all")
    _publish_with_video(growing_harbour)
    visitor.page.wait_for_timeout(1000 * LOADER_SECONDS + 200)
    visitor.context.new_cdp_session(visitor.page).send("Network.clearBrowserCache")
    visitor.open("/")

    expect(visitor.banner).to_contain_text("New since your choice of")
    expect(visitor.banner).to_contain_text("Video")
    expect(visitor.banner.get_by_role("button")).to_have_text(
        ["Allow it", "Reject it", "Cookie preferences"]
    )
    visitor.press("open-center")
    expect(visitor.center.locator('.category[data-consent-category="video"]')).to_contain_text(
        "New since your choice of"
    )
    visitor.page.keyboard.press("Escape")
    visitor.press("accept-new")

    assert visitor.granted() == ["video"]
    record = growing_harbour.records()[-1]
    assert (record.action, record.layer, record.notice_version) == ("save", "banner", 2)
    assert record.categories == {
        "functional": False,
        "targeting": False,
        "performance": False,
        "video": True,
    }
    visitor.open("/")
    expect(visitor.banner).to_have_count(0)


def test_an_open_draft_is_not_overwritten_by_a_choice_in_another_tab(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open("/")
    visitor.press("reject-all")
    center = visitor.open_center()
    visitor.switch("performance").check()
    other = visitor.open("/journal", visitor.context.new_page())
    other.evaluate("() => consent.acceptAll()")
    visitor.settle(other)

    visitor.page.bring_to_front()
    visitor.page.evaluate("() => dispatchEvent(new Event('storage'))")
    expect(center).to_contain_text("Your stored choice has changed elsewhere")
    expect(visitor.switch("performance")).to_be_checked()
    expect(visitor.switch("targeting")).not_to_be_checked()
    visitor.press("save")

    assert visitor.granted() == ["performance"]
    assert [each.action for each in town.records(since)] == ["reject_all", "accept_all", "save"]


def test_a_choice_of_many_companies_is_kept_whole_beside_the_cookie(
    arrive: Arrive, sqlite_town: Town
) -> None:
    notice = _with_vendors(demo_notice(), 120)
    with open_town(sqlite_town.service, sqlite_town.database, "many", notice) as harbour:
        visitor = arrive(harbour, viewport={"width": 1280, "height": 900})
        visitor.open("/")
        visitor.open_center()
        visitor.switch("targeting").check()
        visitor.page.evaluate("() => consent.open('vendors')")
        vendors = visitor.layer("vendors")
        for at in range(0, 120, 2):
            vendors.locator(f'input[data-consent-vendor="company-{at}"]').uncheck()
        visitor.press("save")

        [record] = harbour.records()
        left_out = {key for key, grants in record.vendors.items() if not grants["consent"]}
        assert {f"company-{at}" for at in range(0, 120, 2)} <= left_out
        assert not {f"company-{at}" for at in range(1, 120, 2)} & left_out
        assert len(visitor.cookies()["consent"]) <= 1024

        visitor.open("/")
        has = "(key) => consent.has('targeting', key)"
        assert visitor.page.evaluate(has, "company-1") is True
        assert visitor.page.evaluate(has, "company-2") is False
        visitor.page.evaluate("() => localStorage.removeItem('consent.vendors')")
        visitor.open("/")
        expect(visitor.banner).to_be_visible()
        assert visitor.granted() == []


def test_a_frame_allowed_for_good_allows_its_company_alone(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open("/journal")
    frame = visitor.page.locator(".consent-frame").first
    frame.get_by_role("button", name="Always allow").click()
    visitor.settle()

    [record] = town.records(since)
    assert (record.action, record.layer) == ("save", "page")
    granted = {key for key, grants in record.vendors.items() if grants["consent"]}
    assert granted == {"youtube", "stripe", "cloudflare"}
    assert record.categories == {"functional": True, "targeting": False, "performance": False}


def test_what_stopped_is_named_and_a_first_refusal_stops_nobody(
    visitor: Visitor, town: Town
) -> None:
    visitor.open("/product/enamel-mug")
    status = visitor.page.locator("#consent-root > [role=status]")
    visitor.press("reject-all")
    expect(status).not_to_contain_text("Stopped")

    visitor.open_center()
    visitor.switch("performance").check()
    visitor.press("save")
    visitor.open_center()
    visitor.switch("performance").uncheck()
    visitor.press("save")
    expect(status).to_contain_text("Stopped: Google Analytics, Microsoft Clarity, Hotjar")
    expect(status).to_contain_text("cookies removed.")


def _publish_with_video(harbour: Town) -> None:
    text = json.dumps(demo_notice()).replace(SEEDED, harbour.shop.partition("//")[2])
    notice = json.loads(text)
    notice["categories"].append({"key": "video"})
    notice["texts"]["en"] |= {"category_video_name": "Video", "category_video_text": "Films."}
    notice["texts"]["de"] |= {"category_video_name": "Video", "category_video_text": "Filme."}
    notice["vendors"][9]["categories"].append("video")
    with harbour.database.transaction() as session:
        notices.draft(session, harbour.site, notice)
        version = notices.publish(session, harbour.site)
        snippet.release(session, harbour.site, version, snippet.core(), harbour.service.url)


def _with_vendors(notice: dict[str, Any], count: int) -> dict[str, Any]:
    more = [
        {
            "key": f"company-{at}",
            "name": f"Company {at}",
            "policy_url": "https://company.example/privacy",
            "hosts": ["company.example"],
            "categories": ["targeting"],
            "bases": ["consent"],
        }
        for at in range(count)
    ]
    return {**notice, "vendors": [*notice["vendors"], *more]}
