"""Strict pages, assistive technology, small screens and every script: nothing breaks anywhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.arabic import TEXTS
from tests.journeys.looks import OVERFLOW, Arrive, Look, axe
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

SHOP_PAGES = ("/", "/product/enamel-mug", "/basket", "/cookies", "/journal", "/app", "/missing")
LOOKS = [
    Look(1280, 800, "light", "en"),
    Look(1280, 800, "dark", "de"),
    Look(360, 740, "light", "de"),
    Look(360, 740, "dark", "en"),
]
SMALL = [Look(320, 640, "light", "de"), Look(320, 640, "light", "ar")]


@pytest.fixture(scope="session")
def harbour_of_all_languages(sqlite_town: Town) -> Iterator[Town]:
    """Open a second site of the service, whose notice speaks Arabic too."""
    notice = demo_notice()
    notice["texts"]["ar"] = TEXTS
    with open_town(sqlite_town.service, sqlite_town.database, "all-languages", notice) as found:
        yield found


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_our_layers_in_the_page(arrive: Arrive, look: Look) -> None:
    visitor = arrive(**look.options())
    visitor.open(f"/?language={look.language}")
    expect(visitor.banner).to_be_visible()
    assert axe(visitor.page) == []

    visitor.press("open-center")
    expect(visitor.center).to_be_visible()
    assert axe(visitor.page) == []

    visitor.press("save")
    visitor.page.locator("a[data-consent-open]").first.click()
    expect(visitor.center.locator("[data-consent-action=withdraw]")).to_be_visible()
    assert axe(visitor.page) == []


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_axe_finds_nothing_on_the_hosted_pages(arrive: Arrive, town: Town, look: Look) -> None:
    visitor = arrive(**look.options())
    page = visitor.page
    page.goto(f"{town.hosted}?language={look.language}")
    page.evaluate(
        "() => document.querySelectorAll('details').forEach((each) => { each.open = true })"
    )
    assert page.evaluate("() => document.documentElement.lang") == look.language
    assert axe(page) == []
    assert page.evaluate(OVERFLOW)["page"] == 0

    page.locator('[data-consent-action="accept-all"]').click()
    expect(page.locator("[data-consent-apply]")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate(OVERFLOW)["page"] == 0

    page.locator('.links a[href*="/history"]').click()
    expect(page.locator('[data-consent-action="withdraw"]')).to_be_visible()
    assert axe(page) == []
    assert page.evaluate(OVERFLOW)["page"] == 0

    page.goto(f"{town.hosted}/history")
    assert axe(page) == []


@pytest.mark.parametrize("path", SHOP_PAGES)
def test_axe_finds_nothing_on_a_page_of_the_shop_before_and_after_the_choice(
    visitor: Visitor, path: str
) -> None:
    if path == "/missing":
        visitor.expect_trouble("404")
    visitor.open(path)
    assert axe(visitor.page) == []

    visitor.press("accept-all")
    assert axe(visitor.page) == []


def test_the_shop_serves_every_page_under_a_policy_that_could_not_be_stricter(
    visitor: Visitor, town: Town
) -> None:
    for path in SHOP_PAGES:
        answer = visitor.context.request.get(town.shop + path)
        policy = answer.headers["content-security-policy"]
        assert "require-trusted-types-for 'script'" in policy
        assert "trusted-types consent" in policy
        assert "unsafe" not in policy


def test_from_the_first_visit_to_the_withdrawal_the_policy_is_never_violated(
    visitor: Visitor,
) -> None:
    visitor.open()
    visitor.press("open-center")
    visitor.press("close")
    visitor.press("accept-all")
    visitor.open("/journal")
    visitor.open_center()
    visitor.press("withdraw")
    visitor.open("/app")

    assert visitor.violations == []
    assert visitor.granted() == []


@pytest.mark.parametrize("look", SMALL, ids=str)
def test_nothing_runs_over_the_edge_of_a_small_screen(
    arrive: Arrive, harbour_of_all_languages: Town, look: Look
) -> None:
    visitor = arrive(harbour_of_all_languages, **look.options())
    visitor.open(f"/journal?language={look.language}")
    expect(visitor.banner).to_be_visible()
    assert visitor.page.evaluate(OVERFLOW) == {"page": 0, "parts": []}

    visitor.press("open-center")
    assert visitor.page.evaluate(OVERFLOW) == {"page": 0, "parts": []}
    visitor.press("save")
    visitor.page.locator("a[data-consent-open]").first.click()
    expect(visitor.center.locator("[data-consent-action=withdraw]")).to_be_visible()
    assert visitor.page.evaluate(OVERFLOW) == {"page": 0, "parts": []}


def test_a_language_from_right_to_left_mirrors_every_layer(
    arrive: Arrive, harbour_of_all_languages: Town
) -> None:
    visitor = arrive(harbour_of_all_languages)
    visitor.open("/?language=ar")

    root = visitor.page.locator("#consent-root")
    expect(root).to_have_attribute("lang", "ar")
    expect(root).to_have_attribute("dir", "rtl")
    expect(visitor.banner.get_by_role("heading")).to_have_text(TEXTS["banner_title"])
    boxes = [button.bounding_box() for button in visitor.banner.get_by_role("button").all()]
    lefts = [box["x"] for box in boxes if box]
    assert lefts == sorted(lefts, reverse=True)
    assert len(set(lefts)) == 3
    assert axe(visitor.page) == []

    visitor.press("open-center")
    switch = visitor.switch("functional").bounding_box()
    name = visitor.center.locator(".fold").nth(1).locator("span").bounding_box()
    assert switch is not None
    assert name is not None
    assert switch["x"] < name["x"]
    assert axe(visitor.page) == []


def test_the_record_names_the_language_that_was_shown(
    arrive: Arrive, harbour_of_all_languages: Town
) -> None:
    visitor = arrive(harbour_of_all_languages)
    visitor.open("/cookies?language=ar")
    visitor.press("reject-all")

    [record] = harbour_of_all_languages.records()[-1:]
    assert record.language == "ar"
