"""Who is asked again after a publication: nobody, everybody, or whoever agreed to less."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from consent import notices, snippet
from consent.web.visitor.snippet import LOADER_SECONDS
from tests.journeys.town import SEEDED, Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]
ZETA = {
    "key": "zeta",
    "name": "Zeta Ads",
    "policy_url": "https://zeta.example/privacy",
    "hosts": ["zeta.example"],
    "categories": ["targeting"],
    "bases": ["consent"],
}


@pytest.fixture
def harbour(sqlite_town: Town, request: pytest.FixtureRequest) -> Iterator[Town]:
    """Open a site of its own that can publish once more."""
    key = f"again-{abs(hash(request.node.name)) % 10_000}"
    with open_town(sqlite_town.service, sqlite_town.database, key) as found:
        yield found


def publish(harbour: Town, visitor: Visitor, ask_again: str) -> None:
    """Publish a notice with one more company, and come back when the loader is old."""
    notice = json.loads(json.dumps(demo_notice()).replace(SEEDED, harbour.shop.partition("//")[2]))
    notice["vendors"].append(ZETA)
    with harbour.database.transaction() as session:
        notices.draft(session, harbour.site, notice)
        version = notices.publish(session, harbour.site, ask_again=ask_again)
        snippet.release(session, harbour.site, version, snippet.core(), harbour.service.url)
    visitor.page.wait_for_timeout(1000 * LOADER_SECONDS + 200)
    visitor.context.new_cdp_session(visitor.page).send("Network.clearBrowserCache")
    visitor.open("/")


def has_zeta(visitor: Visitor) -> bool:
    found: bool = visitor.page.evaluate("() => consent.has('targeting', 'zeta')")
    return found


def test_nobody_is_asked_and_choices_stand(arrive: Arrive, harbour: Town) -> None:
    visitor = arrive(harbour)
    visitor.open("/")
    visitor.press("accept-all")
    publish(harbour, visitor, "nobody")
    expect(visitor.banner).to_have_count(0)
    assert has_zeta(visitor)


def test_everybody_meets_the_first_layer_and_keeps_the_choice_until_it_is_answered(
    arrive: Arrive, harbour: Town
) -> None:
    visitor = arrive(harbour)
    visitor.open("/")
    visitor.press("accept-all")
    publish(harbour, visitor, "everybody")
    expect(visitor.banner.get_by_role("button")).to_have_text(
        ["Accept all", "Reject all", "Cookie preferences"]
    )
    assert visitor.granted() == ["functional", "performance", "targeting"]
    # nobody has agreed to a company that came later
    assert not has_zeta(visitor)
    visitor.press("reject-all")
    assert visitor.granted() == []
    visitor.open("/")
    expect(visitor.banner).to_have_count(0)
    assert harbour.records()[-1].notice_version == 2


@pytest.mark.parametrize("answer", ["accept-new", "reject-new"])
def test_whoever_agreed_is_asked_about_the_new_company_alone(
    arrive: Arrive, harbour: Town, answer: str
) -> None:
    visitor = arrive(harbour)
    visitor.open("/")
    visitor.press("accept-all")
    publish(harbour, visitor, "changed")
    expect(visitor.banner).to_contain_text("New since your choice of")
    expect(visitor.banner).to_contain_text("Zeta Ads")
    assert visitor.granted() == ["functional", "performance", "targeting"]
    assert not has_zeta(visitor)

    visitor.press(answer)
    assert has_zeta(visitor) == (answer == "accept-new")
    assert visitor.page.evaluate("() => consent.has('targeting', 'google-ads')")
    record = harbour.records()[-1]
    assert (record.action, record.layer, record.notice_version) == ("save", "banner", 2)
    assert all(record.categories.values())
    visitor.open("/")
    expect(visitor.banner).to_have_count(0)
    assert has_zeta(visitor) == (answer == "accept-new")


def test_whoever_refused_is_not_asked_about_what_stays_refused(
    arrive: Arrive, harbour: Town
) -> None:
    visitor = arrive(harbour)
    visitor.open("/")
    visitor.press("reject-all")
    publish(harbour, visitor, "changed")
    expect(visitor.banner).to_have_count(0)
    assert not has_zeta(visitor)
