"""The service is away, slow, full or broken: pages work, nothing runs unasked or is lost."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from consent import clock
from tests.journeys.marks import expected
from tests.journeys.town import Town, running_town, shop_of
from tests.journeys.visitor import NOTHING, Visitor
from tests.processes import free_port

ALL = ("functional", "performance", "targeting")
RECORDS = "**/v1/sites/*/records"
Arrive = Callable[..., Visitor]


@pytest.fixture
def cut_off(visitor: Visitor) -> Visitor:
    """Somebody whose browser cannot reach the door that records; the page was loaded before."""
    visitor.expect_trouble("ERR_FAILED")
    visitor.context.route(RECORDS, lambda route: route.abort())
    visitor.open()
    return visitor


def test_a_choice_is_applied_at_once_while_nobody_answers(
    cut_off: Visitor, town: Town, since: int
) -> None:
    cut_off.press("accept-all")

    expect(cut_off.banner).to_have_count(0)
    assert cut_off.tags() == expected(f"{town.shop}/", *ALL)
    assert cut_off.state()["recordId"] is None
    assert town.records(since) == []
    expect(cut_off.open_center()).to_contain_text("it will be recorded as soon as")


def test_it_waits_on_the_device_and_is_recorded_once_when_the_way_is_free(
    cut_off: Visitor, town: Town, since: int
) -> None:
    cut_off.press("accept-all")
    cut_off.open("/journal")
    assert [item["action"] for item in _queue(cut_off)] == ["accept_all"]
    assert len(cut_off.asked("POST .*/records")) == 2

    cut_off.context.unroute(RECORDS)
    cut_off.open("/")
    cut_off.open("/journal")

    [record] = town.records(since)
    assert (record.action, record.late) == ("accept_all", False)
    assert record.page == f"{town.shop}/"
    assert cut_off.state()["recordId"] == str(record.id)
    assert _queue(cut_off) == []
    sent = [request.post_data for request in cut_off.asked("POST .*/records")]
    assert len(sent) == 3
    assert len(set(sent)) == 1, "a repetition is the same request, byte for byte"


def test_decisions_made_offline_arrive_in_order_as_one_persons(
    cut_off: Visitor, town: Town, since: int
) -> None:
    cut_off.press("accept-all")
    cut_off.open_center()
    cut_off.press("reject-all")
    cut_off.open_center()
    cut_off.switch("functional").check()
    cut_off.press("save")
    assert [item["action"] for item in _queue(cut_off)] == ["accept_all", "reject_all", "save"]

    cut_off.context.unroute(RECORDS)
    cut_off.open("/")

    records = town.records(since)
    assert [record.action for record in records] == ["accept_all", "reject_all", "save"]
    assert [record.sequence for record in records] == [0, 1, 2]
    assert len({record.subject_id for record in records}) == 1
    assert len({record.event_id for record in records}) == 3
    assert cut_off.state()["recordId"] == str(records[-1].id)
    assert _queue(cut_off) == []


def test_the_queue_is_sent_when_the_browser_is_online_again(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("ERR_INTERNET_DISCONNECTED")
    visitor.open()
    visitor.context.set_offline(True)
    visitor.press("reject-all")
    assert town.records(since) == []

    visitor.context.set_offline(False)
    visitor.settle()

    assert [record.action for record in town.records(since)] == ["reject_all"]


def test_a_decision_that_arrives_late_is_marked_so(
    cut_off: Visitor, town: Town, since: int
) -> None:
    decided = clock.now().replace(microsecond=0) - timedelta(minutes=10)
    cut_off.page.clock.set_fixed_time(decided)
    cut_off.press("accept-all")
    cut_off.context.unroute(RECORDS)

    cut_off.page.clock.set_fixed_time(clock.now())
    cut_off.open("/")

    [record] = town.records(since)
    assert record.late is True
    assert record.decided_at == decided
    assert clock.now() - record.recorded_at < timedelta(minutes=1)


def test_an_answer_that_got_lost_makes_no_second_record(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("ERR_FAILED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    visitor.context.route(RECORDS, lose, times=1)
    visitor.open()
    visitor.press("accept-all")
    visitor.open("/journal")

    [record] = town.records(since)
    assert len(visitor.asked("POST .*/records")) == 2
    assert visitor.state()["recordId"] == str(record.id)


def test_a_full_service_is_asked_again_when_it_said_so(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("503")
    visitor.context.route(RECORDS, lambda route: _say_full(route, town), times=1)
    visitor.open()

    with visitor.page.expect_response(lambda answer: answer.status == 201):
        visitor.press("accept-all")
    visitor.settle()

    first, second = visitor.asked("POST .*/records")
    assert second.timing["startTime"] - first.timing["startTime"] >= 1000
    assert first.post_data == second.post_data
    assert [record.action for record in town.records(since)] == ["accept_all"]


def test_a_service_that_dies_and_comes_back_has_all_decisions(arrive: Arrive, mortal: Town) -> None:
    visitor = arrive(mortal)
    visitor.expect_trouble("ERR_CONNECTION_REFUSED")
    visitor.open()
    mortal.service.kill()
    visitor.press("reject-all")
    assert visitor.tags() == ["cookieless-counter"]
    assert mortal.records() == []

    mortal.service.start()
    visitor.open("/journal")

    assert [record.action for record in mortal.records()] == ["reject_all"]


def test_a_service_that_was_never_there_leaves_a_shop_that_works(
    browser: object, arrive: Arrive, town: Town
) -> None:
    with shop_of(f"http://127.0.0.1:{free_port()}", "demo") as address:
        visitor = arrive(Town(town.service, town.database, address, town.site, town.version))
        visitor.expect_trouble("ERR_CONNECTION_REFUSED")
        visitor.open()
        assert visitor.tags() == []
        assert visitor.storage() == NOTHING

        visitor.open("/product/enamel-mug")
        visitor.page.get_by_role("button", name="Put into the basket").click()
        expect(visitor.page.get_by_role("cell", name="€14.50").first).to_be_visible()
        assert visitor.page.evaluate("() => window.consent") is None
        visitor.page.goto("about:blank")


def test_while_the_loader_is_on_its_way_nothing_runs(visitor: Visitor, town: Town) -> None:
    held: list[Route] = []
    visitor.context.route("**/loader.js", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    visitor.page.goto(f"{town.shop}/", wait_until="domcontentloaded")
    visitor.page.wait_for_function("() => window.demoTags")
    visitor.page.get_by_label("Currency").select_option("SEK")
    expect(visitor.page.get_by_text("kr 162.40")).to_be_visible()
    assert visitor.tags() == []
    assert visitor.asked(f" {town.vendors}/") == []
    assert len(held) == 1

    held[0].continue_()

    expect(visitor.banner).to_be_visible()
    assert visitor.tags() == []


@pytest.mark.parametrize("body", ["<html>down for repair", "(function(CONFIG){", "", "null"])
def test_a_broken_loader_releases_nothing(visitor: Visitor, town: Town, body: str) -> None:
    visitor.expect_trouble("SyntaxError", "Unexpected")
    visitor.context.route(
        "**/loader.js", lambda route: route.fulfill(body=body, content_type="text/javascript")
    )

    visitor.open()

    assert visitor.tags() == []
    assert visitor.storage() == NOTHING
    assert visitor.origins() == {town.shop, town.service.url}


def test_without_the_second_layer_everything_can_be_accepted_refused_and_withdrawn(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("ERR_FAILED")
    visitor.context.route("**/center.*.js", lambda route: route.abort())
    visitor.open("/basket")

    visitor.press("open-center")
    expect(visitor.banner).to_contain_text("The details cannot be loaded right now.")
    visitor.press("accept-all")
    assert visitor.granted() == sorted(ALL)

    visitor.page.get_by_role("link", name="Cookie Preferences", exact=True).click()
    visitor.press("withdraw")
    assert visitor.granted() == []
    assert [record.action for record in town.records(since)] == ["accept_all", "withdraw"]


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Town]:
    """Run a town whose service may be killed."""
    with running_town(f"sqlite:///{tmp_path}/consent.db", tmp_path) as found:
        yield found


def _queue(visitor: Visitor) -> list[dict[str, object]]:
    text = visitor.page.evaluate("() => localStorage.getItem('consent.queue')")
    return list(json.loads(text or "[]"))


def _say_full(route: Route, town: Town) -> None:
    headers = {
        "Access-Control-Allow-Origin": town.shop,
        "Access-Control-Expose-Headers": "Retry-After",
        "Retry-After": "1",
    }
    route.fulfill(status=503, headers=headers, body="{}", content_type="application/problem+json")
