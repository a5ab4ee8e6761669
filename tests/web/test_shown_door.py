"""Counting banners shown: only where wanted, only facts that say nothing of a person."""

import pytest
from sqlalchemy import select

from consent import create_app
from consent.insights.models import InsightShown
from tests.factories import ORIGIN, a_published_site

BODY = {"version": 1, "language": "en", "region": "US-CA"}


@pytest.fixture
def counting(database):
    with database.transaction() as session:
        return a_published_site(session, options={"count_shown": 50})


def report(client, body=BODY, **headers):
    return client.post("/v1/sites/demo/shown", json=body, headers={"Origin": ORIGIN, **headers})


def kept(database) -> list[dict]:
    with database.reading() as session:
        rows = session.scalars(select(InsightShown)).all()
        names = [column.name for column in InsightShown.__table__.c]
        return [{name: getattr(row, name) for name in names} for row in rows]


def test_a_banner_is_kept_by_day_language_version_country_and_device_alone(
    client, database, counting
):
    answer = report(client)
    assert answer.status_code == 204
    assert "Set-Cookie" not in answer.headers
    (row,) = kept(database)
    assert row.keys() == {
        "id", "site_id", "day", "region", "language", "version", "device", "weight",
    }  # fmt: skip
    assert (row["region"], row["language"], row["version"]) == ("US", "en", 1)
    assert row["weight"] == 2000
    assert (row["day"].hour, row["day"].minute, row["day"].second) == (0, 0, 0)


def test_the_class_of_device_is_what_the_browser_says(client, database, counting):
    for agent in ("Mozilla/5.0 (iPhone) Mobile", "curl/8"):
        assert report(client, **{"User-Agent": agent}).status_code == 204
    assert [row["device"] for row in kept(database)] == ["phone", "unknown"]


def test_what_a_trusted_proxy_says_of_the_region_wins(settings, database, counting):
    header = settings.__class__(**{**vars(settings), "region_header": "CF-IPCountry"})
    client = create_app(header, database).test_client()
    assert report(client, **{"CF-IPCountry": "FR"}).status_code == 204
    assert kept(database)[0]["region"] == "FR"


def test_a_site_that_does_not_want_it_keeps_nothing(client, database, demo):
    answer = report(client)
    assert (answer.status_code, answer.json["code"]) == (409, "not_counted")
    assert kept(database) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 0),
        ("version", 2),
        ("version", "1"),
        ("version", 2**40),
        ("language", "xx"),
        ("language", "e\0"),
        ("region", "Germany"),
        ("person", "s_1"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(client, database, counting, field, value):
    answer = report(client, {**BODY, field: value})
    assert answer.status_code == 422
    assert field in answer.json["fields"]
    assert kept(database) == []


def test_banners_have_a_limit_of_their_own(settings, database, counting):
    few = settings.__class__(**{**vars(settings), "decisions_per_minute": 2})
    client = create_app(few, database).test_client()
    assert [report(client).status_code for _ in range(3)] == [204, 204, 429]
    asked = client.post("/v1/sites/demo/records", json={}, headers={"Origin": ORIGIN})
    assert asked.status_code == 422
