"""The service below a path of the shop's own host: the cookie comes by HTTP, and never late."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from consent import notices
from consent.records import cookie
from tests.journeys import own_host
from tests.journeys.own_host import own_host_town
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("own-host")
    with own_host_town(f"sqlite:///{folder}/consent.db", folder) as found:
        yield found


@pytest.fixture
def town(harbour: Town) -> Town:
    return harbour


def set_cookies(visitor: Visitor) -> list[str]:
    """Return what answers so far have set; those to decisions are sent without cookies."""
    answers = [each.response() for each in visitor.asked("POST .*/state")]
    found = [each.header_value("set-cookie") for each in answers if each]
    return [value.partition(";")[0].removeprefix("consent=") for value in found if value]


def test_a_choice_is_kept_by_http_too_and_asked_for_once(visitor: Visitor, town: Town) -> None:
    visitor.open()
    visitor.press("accept-all")

    assert set_cookies(visitor) == [visitor.cookies()["consent"]]
    visitor.open("/journal")
    visitor.open("/")
    assert len(visitor.asked("POST .*/state")) == 1
    assert visitor.origins() <= {town.shop, town.vendors}


def test_what_the_service_would_write_is_what_the_snippet_wrote(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open()
    visitor.page.evaluate(
        """() => consent.set({
          categories: {functional: true, targeting: true, performance: false},
          vendors: {'microsoft-ads': {consent: [], legitimate_interest: []}},
        })"""
    )
    visitor.settle()

    [record] = town.records(since)
    written = visitor.decision()
    keys = cookie.Keys(subject=written["s"], history=written["k"], receipt=written["q"])
    value = cookie.write(record, notices.read(town.version), keys)
    visitor.context.add_cookies([{"name": "consent", "value": f"{value}", "url": town.shop}])
    said = visitor.decision()
    assert said.pop("p") == 1
    # One counts from when it was pressed, the other from when it arrived.
    assert abs(said.pop("e") - written.pop("e")) < 60
    assert list(said.items()) == list(written.items())


def test_a_refusal_is_kept_by_http_after_what_it_removes_is_gone(
    visitor: Visitor, town: Town
) -> None:
    visitor.open()
    visitor.press("accept-all")
    visitor.open_center()
    visitor.press("withdraw")
    visitor.open("/journal")

    assert "p" not in visitor.decision()
    assert set_cookies(visitor)[-1] == visitor.cookies()["consent"]
    assert sorted(visitor.cookies()) == ["consent"]


def test_an_answer_that_is_late_does_not_bring_back_a_decision_since_changed(
    visitor: Visitor, town: Town
) -> None:
    visitor.open()
    own_host.held.clear()
    own_host.released.clear()
    visitor.page.get_by_role("button", name="Accept all").click()
    while not own_host.held.is_set():
        visitor.page.wait_for_timeout(20)
    visitor.page.evaluate("() => consent.rejectAll()")
    own_host.released.set()
    visitor.settle()
    assert visitor.decision()["a"] == "reject_all"
    visitor.open("/journal")
    assert visitor.decision()["a"] == "reject_all"
    assert visitor.granted() == []
    assert visitor.tags() == ["cookieless-counter"]


def test_who_decides_without_scripts_has_decided_for_the_pages_of_the_shop(
    arrive: Arrive, town: Town, since: int
) -> None:
    visitor = arrive(java_script_enabled=False)
    page = visitor.page
    page.goto(town.shop + "/consent/privacy/demo")
    page.get_by_role("button", name="Allow all").first.click()
    assert visitor.decision()["a"] == "accept_all"
    assert visitor.decision()["r"] == str(town.records(since)[0].id)


def test_a_refusal_on_the_hosted_page_stops_what_runs_in_the_shops_tab(
    visitor: Visitor, town: Town
) -> None:
    visitor.open()
    visitor.press("accept-all")
    assert visitor.tags()

    other = visitor.context.new_page()
    other.goto(town.shop + "/consent/privacy/demo")
    other.get_by_role("button", name="Reject all").first.click()
    other.get_by_role("status").wait_for()
    visitor.page.bring_to_front()
    visitor.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    visitor.settle()
    visitor.open("/journal")

    assert visitor.granted() == []
    assert visitor.tags() == ["cookieless-counter"]
    assert sorted(visitor.cookies()) == ["consent"]
    expect(visitor.banner).to_have_count(0)
