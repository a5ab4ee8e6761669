"""Figures: of a period, with late and suspicious apart, and with what nobody can know."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from consent import insights
from consent.errors import InvalidFieldsError
from consent.insights import DAY, Facet
from consent.records import Action, Known, Layer, RegionSource
from tests.factories import a_published_site
from tests.insights.counting import count, decide, show

NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
ALL = dict.fromkeys(("functional", "targeting", "performance"), True)
NONE = dict.fromkeys(ALL, False)


@pytest.fixture
def site(database):
    with database.transaction() as session:
        return a_published_site(session, options={"count_shown": 10})


@pytest.fixture
def found(database, site, settings):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    decide(database, other, NOON)
    accept = {"action": Action.ACCEPT_ALL, "categories": ALL}
    first = decide(database, site, NOON, region="DE", **accept)
    decide(database, site, NOON, action=Action.REJECT_ALL, categories=NONE, region="FR")
    decide(database, site, NOON + DAY, region="DE", gpc=True)
    withdrawn = {"action": Action.WITHDRAW, "categories": NONE, "layer": Layer.PAGE}
    decide(database, site, NOON + DAY, region="DE", subject=first.subject_id, **withdrawn)
    decide(database, site, NOON + DAY, decided_at=NOON, **accept)
    known = Known("DE", RegionSource.HEADER)
    decide(database, site, NOON + DAY, known, region="FR", **accept)
    decide(database, site, NOON + DAY, known, region="FR", decided_at=NOON, **accept)
    decide(database, site, NOON + 5 * DAY)
    with time_machine.travel(NOON, tick=False), database.transaction() as session:
        insights.shown(session, site.site, insights.Banner(1, "en", claimed_region="DE"))
    show(database, settings)
    count(database)
    with database.reading() as session:
        return insights.figures(session, site.site.id, NOON, NOON + 2 * DAY)


def test_the_whole_period_counts_what_is_ordinary_and_the_rest_apart(found):
    assert found.whole.tally.actions == {
        "accept_all": 1, "reject_all": 1, "save": 1, "withdraw": 1,
    }  # fmt: skip
    assert found.whole.tally.decisions == 4
    assert found.whole.tally.answers == 3
    assert found.apart == insights.Apart(late=1, suspicious=1, both=1)
    assert found.missed == 0


def test_days_are_whole_and_in_order(found):
    assert [(span.start.day, span.tally.decisions) for span in found.spans] == [(10, 2), (11, 2)]
    assert found.whole.start.hour == 0


def test_banners_are_estimated_from_what_was_reported_on_days_that_report(found):
    assert found.whole.tally.reported == 1
    assert found.whole.tally.shown == 10
    # two first answers came that day
    assert [span.ignored for span in found.spans] == [8, None]
    assert found.whole.ignored == 8


def test_groups_come_by_their_number(found):
    regions = [(group.value, group.tally.decisions) for group in found.groups[Facet.REGION]]
    assert regions == [("DE", 3), ("FR", 1)]
    assert found.groups[Facet.REGION][0].tally.shown == 10
    assert [(each.key, each.granted, each.refused) for each in found.categories] == [
        ("functional", 2, 2),
        ("performance", 2, 2),
        ("targeting", 1, 3),
    ]
    gpc = {group.value: group.tally.decisions for group in found.groups[Facet.GPC]}
    assert gpc == {"no": 3, "yes": 1}


def test_steps_may_have_several_days(database, site, found):
    with database.reading() as session:
        wide = insights.figures(session, site.site.id, NOON, NOON + 6 * DAY, days_each=4)
    assert [(span.end - span.start).days for span in wide.spans] == [4, 2]
    assert [span.tally.decisions for span in wide.spans] == [4, 1]


def test_without_a_counter_nobody_knows_who_ignored_it(database, demo, settings):
    decide(database, demo, NOON)
    show(database, settings)
    count(database)
    with database.reading() as session:
        found = insights.figures(session, demo.site.id, NOON, NOON + DAY)
    assert found.whole.ignored is None
    assert found.whole.tally.shown == 0


def test_the_usual_period_is_the_last_thirty_days_with_today():
    with time_machine.travel(NOON, tick=False):
        found = insights.period({"from": "", "to": ""})
    assert (found.days, found.end) == (30, datetime(2026, 11, 11, tzinfo=UTC))
    assert found.days_each == 1


def test_a_period_has_its_last_day_whole_and_steps_that_can_be_read():
    found = insights.period({"from": "2026-01-01", "to": "2026-06-30"})
    assert (found.start.day, found.end.month, found.days_each) == (1, 7, 7)
    assert insights.period({"from": "2025-01-01", "to": "2026-06-30"}).days_each == 30


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-11-02", "to": "2026-11-01"}, "to"),
        ({"from": "1980-01-01", "to": "2026-11-01"}, "from"),
        ({"from": "\0"}, "from"),
        ({"to": "9999-12-31"}, "to"),
        ({"days": "3"}, "days"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_by_name(query, field):
    with pytest.raises(InvalidFieldsError) as caught:
        insights.period(query)
    assert field in caught.value.fields


def test_a_day_is_a_day_of_24_hours():
    assert timedelta(days=1) == DAY


def test_a_period_of_months_and_days_counts_each_day_once(database, demo, settings):
    first = datetime(2026, 1, 20, 12, tzinfo=UTC)
    days = [first + number * 9 * DAY for number in range(12)]
    for day in days:
        decide(database, demo, day)
    show(database, settings)
    count(database)
    with database.reading() as session:
        for start in (first, first + 5 * DAY, datetime(2026, 2, 1, tzinfo=UTC)):
            for length in (1, 12, 28, 40, 70, 100):
                end = start + length * DAY
                found = insights.figures(session, demo.site.id, start, end)
                expected = sum(found.whole.start <= day < found.whole.end for day in days)
                assert found.whole.tally.decisions == expected
                groups = found.groups[Facet.VERSION]
                assert sum(group.tally.decisions for group in groups) == expected, (start, length)
