"""The site's own page on cookies: the published list and the visitor's decision stand in it."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.town import Town, demo_notice
from tests.journeys.visitor import Visitor

NAMES = ("Strictly necessary", "Functional", "Targeting", "Performance")


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    """Somebody who reads the policy before deciding."""
    visitor.open("/cookies")
    return visitor


def test_the_list_names_everything_that_was_published(reader: Visitor) -> None:
    tables = reader.page.locator("[data-consent-cookie-table]")
    listed = tables.locator("tbody th").all_inner_texts()

    published = [item["name"] for item in demo_notice()["cookies"]]
    names = [text.splitlines()[0].rstrip("…") for text in listed]
    assert sorted(names) == sorted(published)
    assert tables.locator("caption").all_inner_texts() == [
        "Strictly necessary: On",
        "Functional: Off",
        "Targeting: Off",
        "Performance: Off",
    ]


def test_the_list_is_written_for_people(reader: Visitor) -> None:
    tables = reader.page.locator("[data-consent-cookie-table]")

    kept = tables.locator("tbody td:nth-of-type(3)").all_inner_texts()
    assert [text for text in kept if re.fullmatch(r"P[\dT].*|session", text)] == []
    own = tables.get_by_role("row", name="hg_basket").get_by_role("cell").all_inner_texts()
    assert own[0].splitlines() == ["Harbour Goods", "127.0.0.1"]
    assert own[3].splitlines() == ["This site", "Listed since version 1"]


def test_the_list_says_since_when_it_stands_so_and_what_stood_before(reader: Visitor) -> None:
    place = reader.page.locator("[data-consent-cookie-table]")

    expect(place).to_contain_text("Notice version 1, published on")
    place.get_by_role("link", name="Earlier versions of this list").click()
    expect(reader.page.get_by_role("heading", level=1)).to_be_visible()
    assert reader.page.url == f"{reader.town.hosted}/versions"


def test_list_and_status_follow_the_decision(reader: Visitor, town: Town, since: int) -> None:
    status = reader.page.locator("[data-consent-status]")
    expect(status).to_contain_text("You have not decided yet.")

    reader.press("accept-all")

    [record] = town.records(since)
    expect(status).to_contain_text(f"Record {record.id}")
    captions = reader.page.locator("[data-consent-cookie-table] caption")
    expect(captions).to_have_text([f"{name}: On" for name in NAMES])
