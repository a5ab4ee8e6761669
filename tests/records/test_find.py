"""Finding records for people: each condition, their combination, pages in both directions."""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from consent import ids, records
from consent.records import UNKNOWN, Action, Granted, Known, RegionSource, Search, Shown
from tests.factories import Demo, a_decision, a_published_site

# The verb has the name of its module.
finding = sys.modules["consent.records.find"]
START = datetime(2026, 11, 1, tzinfo=UTC)
ALL = {"functional": True, "targeting": True, "performance": True}
NONE = dict.fromkeys(ALL, False)


def decide(session, demo: Demo, number: int, known: Known = Known(), **facts: Any):  # noqa: B008
    moment = START + timedelta(minutes=number)
    with time_machine.travel(moment, tick=False):
        return records.capture(session, demo.site, a_decision(demo, **facts), known, None).record


@pytest.fixture
def found(session, demo):
    """Five records that differ, among those of another site that do not."""
    other = a_published_site(session, "other", "https://other.example")
    made = {}
    facts: dict[str, dict[str, Any]] = {
        "plain": {"region": "US-CA"},
        "all": {"action": Action.ACCEPT_ALL, "categories": ALL, "gpc": True, "region": "DE"},
        "none": {"action": Action.REJECT_ALL, "categories": NONE},
        "late": {"decided_at": START - timedelta(days=1)},
        "liar": {"region": "FR", "known": Known("DE", RegionSource.HEADER)},
    }
    for number, (name, each) in enumerate(facts.items()):
        decide(session, other, number, **each)
        made[name] = decide(session, demo, number, **each)
    return made


def names(session, demo, found, **facts) -> set[str]:
    search = replace(Search(demo.site.id), **facts)
    rows = records.find(session, search).rows
    assert records.count(session, search) == len(rows)
    assert [row.id for row in records.stream(session, search)] == [row.id for row in rows][::-1]
    total = records.total(session, search)
    assert (total.number, total.is_exact) == (len(rows), True)
    return {name for name, record in found.items() if record.id in {row.id for row in rows}}


def test_nothing_asked_is_everything_of_the_site_newest_first(session, demo, found):
    rows = records.find(session, Search(demo.site.id)).rows
    assert [row.id for row in rows] == [record.id for record in found.values()][::-1]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"action": "accept_all"}, {"all"}),
        ({"category": Granted("targeting")}, {"all"}),
        ({"category": Granted("targeting", granted=False)}, {"plain", "none", "late", "liar"}),
        ({"category": Granted("elsewhere", granted=False)}, set()),
        ({"vendor": Granted("metrics")}, {"plain", "all", "late", "liar"}),
        ({"vendor": Granted("metrics", granted=False)}, {"none"}),
        ({"vendor": Granted("nobody")}, set()),
        ({"vendor": Granted("nobody", granted=False)}, set()),
        # objected to nothing, so a legitimate interest still stands
        ({"vendor": Granted("acme")}, {"plain", "all", "late", "liar"}),
        ({"version": 1}, {"plain", "all", "none", "late", "liar"}),
        ({"version": 2}, set()),
        ({"language": "en"}, {"plain", "all", "none", "late", "liar"}),
        ({"language": "de"}, set()),
        ({"region": "US"}, {"plain"}),
        ({"region": "US-CA"}, {"plain"}),
        # what the service knew wins over what the browser said
        ({"region": "DE"}, {"all", "liar"}),
        ({"region": "FR"}, set()),
        ({"region": UNKNOWN}, {"none", "late"}),
        ({"late": True}, {"late"}),
        ({"late": False}, {"plain", "all", "none", "liar"}),
        ({"suspicious": True}, {"liar"}),
        ({"suspicious": False}, {"plain", "all", "none", "late"}),
        ({"suspicious": True, "late": True}, set()),
        ({"gpc": True}, {"all"}),
        ({"gpc": False, "action": "save"}, {"plain", "late", "liar"}),
        ({"start": START + timedelta(minutes=2)}, {"none", "late", "liar"}),
        ({"end": START + timedelta(minutes=2), "gpc": False}, {"plain"}),
    ],
)
def test_each_condition_finds_its_records_and_counts_them_alike(
    session, demo, found, facts, expected
):
    assert names(session, demo, found, **facts) == expected


def test_one_record_or_person_is_found_and_nobody_elses(session, demo, found):
    record = found["late"]
    assert names(session, demo, found, record=record.id) == {"late"}
    assert names(session, demo, found, subject=record.subject_id) == {"late"}
    assert names(session, demo, found, record=ids.new_record_id(START)) == set()
    assert names(session, demo, found, subject="s_nobody") == set()


def test_a_language_of_the_record_is_the_one_that_was_shown(session):
    demo = a_published_site(session)
    version = demo.version
    decide(session, demo, 1, notice=Shown(version.version, version.digest, "en"))
    assert len(records.find(session, Search(demo.site.id, language="en")).rows) == 1


def pages(session, search, **facts) -> list[list[UUID]]:
    found, seen = records.find(session, search, **facts), []
    while True:
        seen.append([row.id for row in found.rows])
        if found.older is None:
            return seen
        found = records.find(session, search, before=found.older, **facts)


def test_pages_follow_each_other_without_a_gap_and_lead_back(session, demo):
    made = [decide(session, demo, number // 3).id for number in range(10)]
    expected = [row.id for row in records.find(session, Search(demo.site.id)).rows]
    assert sorted(made) == sorted(expected)
    search = Search(demo.site.id)
    first = records.find(session, search, limit=4)
    assert first.newer is None
    second = records.find(session, search, before=first.older, limit=4)
    third = records.find(session, search, before=second.older, limit=4)
    ours = [row.id for page in (first, second, third) for row in page.rows]
    assert ours == expected
    assert third.older is None
    back = records.find(session, search, after=third.newer, limit=4)
    assert [row.id for row in back.rows] == [row.id for row in second.rows]
    again = records.find(session, search, after=back.newer, limit=4)
    assert [row.id for row in again.rows] == [row.id for row in first.rows]
    assert again.newer is None
    assert records.find(session, search, before=again.older, limit=4).rows == second.rows


def test_what_is_rare_is_found_bit_by_bit_and_the_page_says_how_far_it_looked(
    session, demo, monkeypatch
):
    monkeypatch.setattr(finding, "MOST_LOOKED_AT", 3)
    rare = [decide(session, demo, number, gpc=number in {0, 6}) for number in range(8)]
    search = Search(demo.site.id, gpc=True)
    found = records.find(session, search)
    assert [row.id for row in found.rows] == [rare[6].id]
    assert found.looked_until == rare[5].recorded_at
    assert records.total(session, search) == records.Total(1, is_exact=False)
    assert pages(session, search) == [[rare[6].id], [], [rare[0].id]]
    assert records.count(session, search) == 2
    up = records.find(session, search, after=rare[0].id)
    assert up.rows == ()
    assert up.looked_until == rare[3].recorded_at
    assert [row.id for row in records.find(session, search, after=up.newer).rows] == [rare[6].id]


def test_behind_the_last_record_the_way_back_finds_it_again(session, demo):
    (only,) = [decide(session, demo, 0)]
    search = Search(demo.site.id)
    empty = records.find(session, search, before=only.id)
    assert empty.rows == ()
    assert empty.older is None
    assert [row.id for row in records.find(session, search, after=empty.newer).rows] == [only.id]


def test_marks_are_found_by_their_own_index(session, demo):
    for mark in ("late", "suspicious"):
        search = Search(demo.site.id, **{mark: True})
        query = finding.select(finding.ConsentRecord.id).where(*search.conditions())
        if session.get_bind().dialect.name == "sqlite":
            words = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
            plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}").all()
            assert f"ix_consent_record_{mark}" in str(plan)


def test_more_than_can_be_counted_in_passing_is_said_to_be_at_least_so_many(
    session, demo, monkeypatch
):
    monkeypatch.setattr(finding, "MOST_COUNTED", 2)
    for number in range(3):
        decide(session, demo, number)
    assert records.total(session, Search(demo.site.id)) == records.Total(2, is_exact=False)
