"""What happened is announced in its own transaction, to whoever wants to hear of it."""

import json

import pytest
from sqlalchemy import event as sql

from consent import notices, records, sites, webhooks
from consent.records import Known
from consent.sequencer import Sequencer
from consent.webhooks import Event
from tests.factories import a_decision, a_notice, a_published_site
from tests.webhooks.conftest import ALL, a_webhook, rows


def decide(session, demo, subject=None):
    return records.capture(session, demo.site, a_decision(demo), Known(), subject)


def test_a_decision_leaves_a_message_with_ids_and_facts(database, demo, means):
    with database.transaction() as session:
        a_webhook(session, demo.site, means)
        record = decide(session, demo).record
    (row,) = rows(database)
    body = json.loads(row.body)
    assert (row.event, row.state, row.attempts) == ("consent.recorded", "waiting", 0)
    assert body["type"] == "consent.recorded"
    assert body["data"]["site"] == "demo"
    assert body["data"]["record"] == str(record.id) == str(row.record_id)
    assert body["data"]["categories"] == record.categories
    assert "page" not in row.body
    assert "shop.example" not in row.body


def test_the_same_event_once_more_is_announced_once(database, demo, means):
    decision = a_decision(demo)
    with database.transaction() as session:
        a_webhook(session, demo.site, means)
        for _ in range(2):
            records.capture(session, demo.site, decision, Known(), None)
    assert len(rows(database)) == 1


def test_what_is_taken_back_is_not_announced(database, demo, means):
    with database.transaction() as session:
        a_webhook(session, demo.site, means)
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        decide(session, demo)
        raise ZeroDivisionError
    assert rows(database) == []


def test_only_who_wants_to_hear_of_it_does_and_never_another_site(database, demo, means):
    with database.transaction() as session:
        other = a_published_site(session, "noise", "https://noise.example").site
        a_webhook(session, other, means)
        a_webhook(session, demo.site, means, events=("rights.opened",))
        off, _ = a_webhook(session, demo.site, means, is_on=False)
        first, _ = a_webhook(session, demo.site, means, events=("consent.recorded",))
        second, _ = a_webhook(session, demo.site, means)
        decide(session, demo)
    found = rows(database)
    assert {row.webhook_id for row in found} == {first.id, second.id}
    assert off.id not in {row.webhook_id for row in found}
    assert len({row.message_id for row in found}) == 2
    assert len({row.body for row in found}) == 1


def test_a_webhook_added_in_the_same_transaction_hears_of_what_follows(database, demo, means):
    with database.transaction() as session:
        decide(session, demo)
        hook, _ = a_webhook(session, demo.site, means)
        decide(session, demo)
        webhooks.remove(session, hook, means)
        decide(session, demo)
    assert rows(database) == []


def test_publishing_is_announced(database, demo, means):
    with database.transaction() as session:
        a_webhook(session, demo.site, means)
        notices.draft(session, demo.site, a_notice(layout="tab"))
        version = notices.publish(session, demo.site)
    (row,) = rows(database)
    data = json.loads(row.body)["data"]
    assert (row.event, data["version"], data["digest"]) == ("notice.published", 2, version.digest)


def test_erasing_is_announced_and_takes_along_what_was_announced_before(
    database, settings, demo, means
):
    with database.transaction() as session:
        site = sites.find(session, "demo")
        a_webhook(session, site, means)
        subject = decide(session, demo).record.subject_id
        decide(session, demo, subject)
        stays = decide(session, demo).record
    Sequencer(database, settings).step()
    with database.transaction() as session:
        records.erase(session, site, subject, "asked for by letter")
    assert [(row.event, row.record_id) for row in rows(database)] == [
        ("consent.recorded", stays.id),
        ("records.erased", None),
    ]
    assert subject not in "".join(row.body for row in rows(database))


def test_decisions_of_one_transaction_ask_once_who_wants_to_hear(database, demo):
    asked = []
    sql.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with database.transaction() as session:
        for _ in range(20):
            decide(session, demo)
    assert sum("webhooks.wanted" in each for each in asked) == 1
    assert not any("webhook_delivery" in each for each in asked)


def test_there_is_a_word_for_everything_that_can_be_heard_of():
    assert set(ALL) == {
        "consent.recorded", "notice.published", "export.finished", "rights.opened",
        "rights.closed", "records.erased",
    }  # fmt: skip
    assert Event("webhook.test")
