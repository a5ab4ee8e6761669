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
    listed = tables.locator("tbody tr td:first-child").all_inner_texts()

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

    kept = tables.locator("tbody tr td:last-child").all_inner_texts()
    assert [text for text in kept if re.fullmatch(r"P[\dT].*|session", text)] == []
    own = tables.get_by_role("row", name="hg_basket").get_by_role("cell").all_inner_texts()
    assert own[1] == "Harbour Goods"


def test_list_and_status_follow_the_decision(reader: Visitor, town: Town, since: int) -> None:
    status = reader.page.locator("[data-consent-status]")
    expect(status).to_contain_text("You have not decided yet.")

    reader.press("accept-all")

    [record] = town.records(since)
    expect(status).to_contain_text(f"Record {record.id}")
    captions = reader.page.locator("[data-consent-cookie-table] caption")
    expect(captions).to_have_text([f"{name}: On" for name in NAMES])
