"""The dashboard: figures with denominators, a table beside each chart, and who may see it."""

import re
from datetime import timedelta

import pytest

from consent import clock, insights
from consent.records import Action, Known, RegionSource
from consent.staff import Role
from tests.factories import a_published_site
from tests.insights.counting import count, decide, show
from tests.web.console.people import logged_in

PAGE = "/console/sites/demo/dashboard"
ALL = dict.fromkeys(("functional", "targeting", "performance"), True)


@pytest.fixture
def viewer(client, database):
    return logged_in(client, database, Role.VIEWER)


def fill(database, demo, settings):
    now = clock.now()
    for _ in range(3):
        decide(database, demo, now, action=Action.ACCEPT_ALL, categories=ALL)
    decide(database, demo, now, region="FR", gpc=True)
    known = Known("DE", RegionSource.HEADER)
    decide(database, demo, now, known, region="FR", decided_at=now - timedelta(hours=1))
    show(database, settings)
    count(database)


def cells(page, caption: str) -> list[list[str]]:
    table = page.text.partition(f'id="{caption}-caption"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]+>", "", each).strip() for each in row] for row in found]


def test_figures_stand_with_what_they_are_a_part_of(viewer, database, demo, settings):
    fill(database, demo, settings)
    page = viewer.get(PAGE)
    assert page.status_code == 200
    assert "5 decisions: 4 in the figures below, 1 apart." in page.text
    assert "75 %" in page.text
    assert "3 of 4 answers" in page.text
    assert "1 both" in page.text
    assert "is unknown: this notice does not count banners" in page.text


def test_each_chart_has_a_table_of_the_same_numbers(viewer, database, demo, settings):
    fill(database, demo, settings)
    page = viewer.get(PAGE)
    titles = re.findall(r'<section class="panel card" aria-labelledby="(\w+)-title"', page.text)
    assert titles == [
        "time", "category", "region", "device", "version", "language", "layout", "gpc",
    ]  # fmt: skip
    for title in titles:
        assert f'id="{title}-caption"' in page.text
    assert page.text.count("<svg") - page.text.count("swatch") == len(titles)
    region = cells(page, "region")
    assert [row[0] for row in region[1:]] == ["unknown", "FR"]
    # accepted, own choice, rejected, withdrew, other, all
    assert region[1][1:7] == ["3", "0", "0", "0", "0", "3"]


def test_nothing_on_the_page_needs_an_inline_style(viewer, database, demo, settings):
    fill(database, demo, settings)
    page = viewer.get(PAGE)
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]


def test_a_site_that_counts_banners_knows_who_went_on_without_an_answer(viewer, database, settings):
    with database.transaction() as session:
        demo = a_published_site(session, options={"count_shown": 20})
        for _ in range(4):
            insights.shown(session, demo.site, insights.Banner(1, "en"))
    fill(database, demo, settings)
    page = viewer.get(PAGE)
    assert "of about 20 banners shown (4 reported)" in page.text
    # 15 of 20: all five who decided answered, one of them late
    assert "75 %" in page.text
    assert "does not count banners" not in page.text


def test_an_empty_period_says_what_to_do(viewer, demo):
    assert "Nobody has decided in this period." in viewer.get(PAGE).text


@pytest.mark.parametrize("query", ["from=never", "from=2026-11-02&to=2026-11-01", "to=%00"])
def test_a_period_that_makes_no_sense_is_named(viewer, demo, query):
    page = viewer.get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text


def test_figures_lead_to_their_records_for_who_may_read_them(app, viewer, database, demo, settings):
    fill(database, demo, settings)
    assert "/records?" not in viewer.get(PAGE).text
    auditor = logged_in(app.test_client(), database, Role.AUDITOR)
    url = re.search(r'href="([^"]+region=FR)"', auditor.get(PAGE).text).group(1)
    found = auditor.get(url.replace("&amp;", "&"))
    assert "1 record" in found.text


def test_charlie_of_another_site_sees_nothing(client, database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    charlie = logged_in(client, database, Role.ADMIN, other.site.id)
    assert charlie.get(PAGE).status_code == 404
