"""The first visit: asked before anything runs, then exactly what was allowed, and recorded."""

import pytest
from playwright.sync_api import expect

from tests.journeys.marks import expected
from tests.journeys.town import Town
from tests.journeys.visitor import NOTHING, Visitor

ALL = ("functional", "performance", "targeting")
NECESSARY = {"cloudflare", "stripe"}
BOTH = pytest.mark.parametrize("town", ["sqlite", "postgresql"], indirect=True)


@BOTH
def test_before_the_choice_nothing_is_stored_sent_or_run(visitor: Visitor, town: Town) -> None:
    visitor.open("/?utm_source=letter&fbclid=1")

    expect(visitor.banner).to_be_visible()
    assert visitor.tags() == []
    assert visitor.storage() == NOTHING
    assert visitor.origins() == {town.shop, town.service.url}
    [loader, *idle] = [each.url for each in visitor.asked(f" {town.service.url}/")]
    assert loader == f"{town.service.url}/v1/sites/demo/loader.js"
    # the center may come while the page is idle, and nothing else
    assert [each.rpartition("/")[2].partition(".")[0] for each in idle] in ([], ["center"])


def test_the_three_buttons_are_equals(visitor: Visitor, town: Town) -> None:
    visitor.open()

    buttons = visitor.banner.get_by_role("button")
    expect(buttons).to_have_text(["Accept all", "Reject all", "Cookie preferences"])
    looks = buttons.evaluate_all(
        """(all) => all.map((each) => {
          const {width, height} = each.getBoundingClientRect()
          const {color, backgroundColor, fontSize, fontWeight} = getComputedStyle(each)
          const size = [Math.round(width), Math.round(height)]
          return [...size, color, backgroundColor, fontSize, fontWeight].join()
        })"""
    )
    assert len(set(looks)) == 1, looks


def test_necessary_tags_need_no_choice(visitor: Visitor, town: Town) -> None:
    visitor.open("/basket")

    expect(visitor.banner).to_be_visible()
    assert visitor.tags() == ["stripe"]
    assert sorted(visitor.cookies()) == ["__stripe_mid", "__stripe_sid"]


@BOTH
def test_accept_all_runs_all_that_the_page_marks_and_is_recorded(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open("/?utm_source=letter#pieces")

    visitor.press("accept-all")

    expect(visitor.banner).to_have_count(0)
    assert visitor.tags() == expected(f"{town.shop}/", *ALL)
    assert len(visitor.tags()) == 14
    [record] = town.records(since)
    assert (record.action, record.layer, record.sequence) == ("accept_all", "banner", 0)
    assert record.categories == {"functional": True, "targeting": True, "performance": True}
    assert record.page == f"{town.shop}/"
    assert (record.notice_version, record.notice_digest) == (1, town.version.digest)
    assert (record.language, record.model, record.gpc) == ("en", "opt_in", False)
    assert (record.late, record.disagrees) == (False, [])
    assert visitor.state()["recordId"] == str(record.id)
    assert len(visitor.cookies()["consent"]) <= 1024


@BOTH
def test_the_next_page_does_not_ask_and_runs_its_tags_at_once(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open()
    visitor.press("accept-all")

    visitor.page.get_by_role("link", name="Quayside enamel mug").click()
    visitor.page.wait_for_url("**/product/enamel-mug")
    visitor.settle()

    expect(visitor.banner).to_have_count(0)
    assert visitor.tags() == expected(f"{town.shop}/product/enamel-mug", *ALL)
    assert len(visitor.tags()) == 10
    assert len(town.records(since)) == 1


@BOTH
def test_a_refusal_runs_the_counter_alone_and_is_recorded_with_the_same_fields(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open("/journal?from=letter")

    visitor.press("reject-all")

    expect(visitor.banner).to_have_count(0)
    assert visitor.tags() == expected(f"{town.shop}/journal") == ["cookieless-counter"]
    assert visitor.asked(f" {town.vendors}/") == []
    [record] = town.records(since)
    assert (record.action, record.layer, record.sequence) == ("reject_all", "banner", 0)
    assert record.categories == {"functional": False, "targeting": False, "performance": False}
    assert record.page == f"{town.shop}/journal"
    granted = {key for key, bases in record.vendors.items() if any(bases.values())}
    assert granted == NECESSARY
    assert sorted(visitor.cookies()) == ["consent"]


@BOTH
def test_performance_alone_runs_exactly_the_performance_tags(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open()

    visitor.press("open-center")
    visitor.switch("performance").check()
    visitor.press("save")

    assert visitor.tags() == expected(f"{town.shop}/", "performance")
    assert visitor.tags() == [
        "google-analytics",
        "google-analytics-config",
        "hotjar",
        "microsoft-clarity",
    ]
    [record] = town.records(since)
    assert (record.action, record.layer) == ("save", "center")
    assert record.categories == {"functional": False, "targeting": False, "performance": True}
    granted = {key for key, bases in record.vendors.items() if bases["consent"]}
    assert granted == NECESSARY | {"google-analytics", "hotjar", "microsoft-clarity"}


def test_every_record_names_every_vendor(visitor: Visitor, town: Town, since: int) -> None:
    visitor.open()
    visitor.press("accept-all")

    [record] = town.records(since)
    assert len(record.vendors) == 18
    assert record.vendors["criteo"] == {
        "consent": ["targeting"],
        "legitimate_interest": ["targeting"],
    }


def test_inline_code_waits_for_the_script_before_it(visitor: Visitor, town: Town) -> None:
    visitor.open()
    visitor.press("accept-all")

    order = visitor.page.evaluate("() => [...demoTags]")
    assert order.index("google-analytics") < order.index("google-analytics-config")


def test_the_counter_runs_only_after_a_decision_that_refuses_to_measure(
    visitor: Visitor, town: Town
) -> None:
    visitor.open()
    assert visitor.asked("POST .*/count") == []

    visitor.page.evaluate("() => consent.set({categories: {functional: true, performance: false}})")
    visitor.settle()

    assert "cookieless-counter" in visitor.tags()
    assert len(visitor.asked("POST .*/count")) == 1


def test_a_refused_vendor_stays_off_in_a_category_that_is_granted(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.open()

    visitor.page.evaluate(
        """() => consent.set({categories: {performance: true},
                              vendors: {'google-analytics': {consent: []}}})"""
    )
    visitor.settle()

    home = f"{town.shop}/"
    assert visitor.tags() == expected(home, "performance", without="google-analytics")
    assert visitor.tags() == ["google-analytics-config", "hotjar", "microsoft-clarity"]
    [record] = town.records(since)
    assert record.vendors["google-analytics"]["consent"] == []
    assert record.vendors["hotjar"]["consent"] == ["performance"]
