"""Counting: each decision exactly once, whatever happens in between, and for ever."""

import json
import random
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from consent import insights, ledger, records
from consent.devices import Device
from consent.insights.models import InsightShown
from consent.ledger.models import Log
from consent.records import Action, Known, Layer, RegionSource
from consent.sequencer import Sequencer
from tests.factories import a_published_site
from tests.insights.counting import anew, count, counted, decide, show

START = datetime(2026, 11, 1, 23, 59, 59, tzinfo=UTC)
KEYS = ("functional", "targeting", "performance")


def decide_at_random(database, demo, number: int, seed: int) -> list:
    chance = random.Random(seed)
    made = []
    at = START
    for _ in range(number):
        action = chance.choice(list(Action))
        granted = {key: chance.random() < 0.5 for key in KEYS}
        if action is Action.ACCEPT_ALL:
            granted = dict.fromkeys(KEYS, True)
        if action in {Action.REJECT_ALL, Action.WITHDRAW}:
            granted = dict.fromkeys(KEYS, False)
        at += timedelta(seconds=chance.randrange(2 * 200_000 // number))
        known = Known(
            chance.choice((None, "DE", "FR")),
            RegionSource.HEADER,
            device=chance.choice((None, *Device)),
        )
        subject = chance.choice(made).subject_id if made and chance.random() < 0.2 else None
        made.append(
            decide(
                database,
                demo,
                at,
                known,
                subject=subject,
                action=action,
                categories=granted,
                layer=chance.choice(list(Layer)),
                region=chance.choice((None, "DE", "US-CA", "US-NY")),
                layout=chance.choice((None, "center", "tab", "made-up")),
                gpc=chance.random() < 0.1,
                decided_at=at - timedelta(minutes=chance.choice((0, 0, 0, 60))),
            )
        )
    return made


@pytest.fixture
def other(database):
    with database.transaction() as session:
        return a_published_site(session, "other", "https://other.example")


def test_the_counts_are_those_that_the_records_give_when_counted_anew(
    database, demo, other, settings
):
    decide_at_random(database, demo, 120, seed=1)
    decide_at_random(database, other, 40, seed=2)
    show(database, settings)
    assert count(database).leaves >= 160
    for site in (demo, other):
        assert counted(database, site) == anew(database, site)
        assert counted(database, site)


def test_counting_goes_on_where_it_stopped_in_portions_of_any_size(database, demo, settings):
    for portion, seed in ((7, 3), (1, 4), (1000, 5)):
        decide_at_random(database, demo, 15, seed=seed)
        show(database, settings)
        while count(database, portion).is_full:
            pass
        assert count(database) == insights.Counted(0, 0, is_full=False)
        assert counted(database, demo) == anew(database, demo)


def test_what_a_public_checkpoint_does_not_cover_is_counted_later(database, demo, settings):
    decide_at_random(database, demo, 5, seed=6)
    assert count(database).leaves == 0
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    Sequencer(database, settings).place(log_id)
    assert count(database).leaves == 0
    show(database, settings)
    count(database)
    assert counted(database, demo) == anew(database, demo)


def test_an_end_before_the_commit_counts_nothing_and_nothing_twice(
    database, demo, settings, monkeypatch
):
    decide_at_random(database, demo, 10, seed=7)
    show(database, settings)
    module = sys.modules["consent.insights.count"]
    add = module._add

    def dying(*args) -> None:
        add(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_add", dying)
    with pytest.raises(KeyboardInterrupt):
        count(database)
    monkeypatch.undo()
    assert not counted(database, demo)
    count(database)
    assert counted(database, demo) == anew(database, demo)


def test_two_who_count_at_once_count_each_decision_once(database, demo, settings):
    decide_at_random(database, demo, 10, seed=8)
    show(database, settings)
    count(database, 4)
    with database.transaction() as first:
        insights.count(first, 3)
        # SQLite has one writer at a time; elsewhere who comes second passes over what is held.
        if database.engine.dialect.name == "postgresql":
            assert count(database).leaves == 0
    count(database)
    assert counted(database, demo) == anew(database, demo)


def test_erasing_a_person_changes_no_count(database, demo, settings):
    made = decide_at_random(database, demo, 12, seed=9)
    show(database, settings)
    count(database)
    before = counted(database, demo)
    with database.transaction() as session:
        records.erase(session, demo.site, made[0].subject_id, "asked by the person")
    show(database, settings)
    count(database)
    assert counted(database, demo) == before
    with database.reading() as session:
        found = insights.figures(session, demo.site.id, START, START + timedelta(days=4))
    assert found.missed == 0
    assert found.waiting == 0


def test_what_was_erased_before_it_was_counted_is_said_to_be_missed(database, demo, settings):
    made = decide_at_random(database, demo, 12, seed=10)
    show(database, settings)
    theirs = [each for each in made if each.subject_id == made[0].subject_id]
    with database.transaction() as session:
        records.erase(session, demo.site, made[0].subject_id, "asked by the person")
    show(database, settings)
    count(database)
    assert counted(database, demo) == anew(database, demo)
    with database.reading() as session:
        found = insights.figures(session, demo.site.id, START, START + timedelta(days=4))
    assert found.missed == len(theirs)
    total = found.whole.tally.decisions + found.apart.total + found.missed
    assert total == len(made)


def test_a_new_epoch_of_the_log_counts_nothing_again(database, demo, settings):
    decide_at_random(database, demo, 6, seed=11)
    show(database, settings)
    count(database)
    decide_at_random(database, demo, 4, seed=12)
    sequencer = Sequencer(database, settings)
    with database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    sequencer.place(log_id)
    with database.transaction() as session:
        ledger.begin(session, log_id, sequencer.mark_of(log_id), stolen=True)
    with database.reading() as session:
        assert session.get_one(Log, log_id).continued_by is not None
    fresh = settings.__class__(**{**vars(settings), "ledger_key": "B" * 43 + "="})
    show(database, fresh)
    count(database)
    assert counted(database, demo) == anew(database, demo)


def test_no_count_says_anything_of_a_person(database, demo, settings):
    made = decide_at_random(database, demo, 3, seed=13)
    show(database, settings)
    count(database)
    words = json.dumps([str(key) for key in counted(database, demo)])
    for record in made:
        assert record.subject_id not in words
        assert str(record.id) not in words


def test_banners_are_counted_and_their_rows_go(database, settings):
    with database.transaction() as session:
        demo = a_published_site(session, options={"count_shown": 10})
        for region in ("DE", "DE", None):
            insights.shown(session, demo.site, insights.Banner(1, "en", claimed_region=region))
    assert count(database).banners == 3
    found = counted(database, demo)
    by = {key[1:4]: number for key, number in found.items()}
    assert by["all", "", "shown"] == 3
    assert by["all", "", "shown_thousandths"] == 30_000
    assert by["region", "DE", "shown"] == 2
    assert by["region", "unknown", "shown"] == 1
    assert by["language", "en", "shown"] == by["version", "1", "shown"] == 3
    with database.reading() as session:
        assert session.scalars(select(InsightShown)).all() == []
