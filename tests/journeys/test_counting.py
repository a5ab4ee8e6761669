"""Banners shown are counted in a real browser: once a page, before a choice, and saying nothing."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from consent.insights.models import InsightCount, InsightShown
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import NOTHING, Visitor


@pytest.fixture(scope="module")
def counting_town(sqlite_town: Town) -> Iterator[Town]:
    """Open a site that wants each banner counted."""
    notice = demo_notice()
    notice["options"] = {**notice.get("options", {}), "count_shown": 100}
    with open_town(sqlite_town.service, sqlite_town.database, "counting", notice) as found:
        yield found


@pytest.fixture
def town(counting_town: Town) -> Town:
    return counting_town


def reports(visitor: Visitor) -> list:
    return [each for each in visitor.requests if each.url.endswith("/v1/sites/counting/shown")]


def kept(town: Town) -> int:
    """Return how many banners are known, counted already or not."""
    with town.database.reading() as session:
        waiting = len(session.scalars(select(InsightShown)).all())
        query = select(InsightCount.number).where(
            InsightCount.facet == "all", InsightCount.action == "shown"
        )
        return waiting + sum(session.scalars(query))


def test_a_banner_is_reported_once_a_page_and_nothing_is_stored(visitor: Visitor, town: Town):
    before = kept(town)
    visitor.open("/")
    expect(visitor.banner).to_be_visible()
    visitor.settle()
    (report,) = reports(visitor)
    said = json.loads(report.post_data)
    assert said.keys() <= {"version", "language", "region"}
    assert said["language"] == "en"
    assert "cookie" not in report.headers
    assert report.response().status == 204
    assert kept(town) == before + 1
    assert visitor.storage() == NOTHING


def test_who_has_decided_is_not_counted_again(visitor: Visitor):
    visitor.open("/")
    visitor.banner.get_by_role("button", name="Reject all").click()
    visitor.settle()
    assert len(reports(visitor)) == 1
    visitor.open("/")
    visitor.settle()
    assert len(reports(visitor)) == 1
