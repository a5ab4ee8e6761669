"""The page that publishes: findings, differences, a reason, overriding, and a schedule."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from consent import clock, notices, staff
from consent.db import Database
from consent.staff import Role, Trail
from tests.factories import Demo, a_notice
from tests.web.console.people import Staff, logged_in

PUBLISH = "/console/sites/demo/publish"
LOOSE = {"regions": [{"match": ["*"], "model": "notice_only", "gpc": "apply"}]}
WHY = "Counsel has cleared this for the pilot."


@pytest.fixture
def publisher(app: Flask, database: Database, demo: Demo) -> Staff:
    return logged_in(app.test_client(), database, Role.PUBLISHER, demo.site.id)


def drafted(database: Database, demo: Demo, **changes: object) -> None:
    with database.transaction() as session:
        notices.draft(session, demo.site, a_notice(**changes))


def form(someone: Staff, **fields: str) -> dict[str, str]:
    seen = re.search(r'name="draft" value="([^"]*)"', someone.get(PUBLISH).text)
    assert seen
    draft = html.unescape(seen[1])
    return {"draft": draft, "ask_again": "nobody", "reason": "New look", "do": "now", **fields}


def live(database: Database, demo: Demo) -> notices.NoticeVersion:
    with database.reading() as session:
        return notices.in_force(session, demo.site.id)


def test_publishing_with_a_reason_makes_a_version_and_is_noted(
    publisher: Staff, database: Database, demo: Demo
) -> None:
    drafted(database, demo, layout="tab")
    page = publisher.get(PUBLISH).text
    assert "Layout" in page
    answer = publisher.post(PUBLISH, form(publisher, ask_again="everybody"))
    assert answer.location.endswith("/versions/2?said=notice.published")
    version = live(database, demo)
    assert (version.version, version.reason, version.asks) == (2, "New look", {"everybody": 2})
    with database.reading() as session:
        event = staff.events(session, Trail(verb="notice.publish"))[0]
    assert event.actor == publisher.member.key
    assert event.details == {"overridden": {}, "reason": "New look"}
    assert "New look" in publisher.get("/console/sites/demo/versions/2").text


def test_without_a_reason_nothing_is_published_and_nothing_is_lost(
    publisher: Staff, database: Database, demo: Demo
) -> None:
    drafted(database, demo, layout="tab")
    answer = publisher.post(PUBLISH, form(publisher, reason=" ", ask_again="everybody"))
    assert answer.status_code == 422
    assert 'value="everybody" checked' in answer.text
    assert live(database, demo).version == 1


def test_a_draft_that_changed_since_it_was_looked_at_is_not_published(
    publisher: Staff, database: Database, demo: Demo
) -> None:
    drafted(database, demo, layout="tab")
    seen = form(publisher)
    drafted(database, demo, layout="panel-left")
    answer = publisher.post(PUBLISH, seen)
    assert (answer.status_code, "changed the draft meanwhile" in answer.text) == (422, True)
    assert live(database, demo).version == 1


def test_a_rule_that_refuses_needs_a_written_reason(
    publisher: Staff, database: Database, demo: Demo
) -> None:
    drafted(database, demo, **LOOSE)
    page = publisher.get(PUBLISH).text
    assert "People there are told and not asked" in page
    assert "EDPB" in page
    for given in ({}, {"override-implied-consent": "too short"}):
        assert publisher.post(PUBLISH, form(publisher, **given)).status_code == 422
    assert live(database, demo).version == 1
    kept = publisher.post(PUBLISH, form(publisher, **{"override-implied-consent": WHY}))
    assert kept.status_code == 303
    assert live(database, demo).overridden == {"implied-consent": WHY}
    assert WHY in publisher.get("/console/sites/demo/versions/2").text


def test_a_publication_can_be_scheduled_and_taken_back(
    publisher: Staff, database: Database, demo: Demo
) -> None:
    drafted(database, demo, layout="tab")
    moment = (clock.now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    answer = publisher.post(PUBLISH, form(publisher, do="schedule", publish_at=moment))
    assert answer.location.endswith("said=notice.scheduled")
    assert "This is to be published by itself" in publisher.get(PUBLISH).text
    assert publisher.post(f"{PUBLISH}/unschedule").status_code == 303
    assert publisher.post(f"{PUBLISH}/unschedule").status_code == 404
    assert "This is to be published by itself" not in publisher.get(PUBLISH).text


@pytest.mark.parametrize("moment", ["", "tomorrow", "2020-01-01T00:00", "2999-01-01T00:00"])
def test_a_moment_that_makes_no_sense_is_refused(
    publisher: Staff, database: Database, demo: Demo, moment: str
) -> None:
    drafted(database, demo, layout="tab")
    answer = publisher.post(PUBLISH, form(publisher, do="schedule", publish_at=moment))
    assert (answer.status_code, 'id="publish_at-error"' in answer.text) == (422, True)


def test_an_editor_looks_and_does_not_publish(app: Flask, database: Database, demo: Demo) -> None:
    drafted(database, demo, layout="tab")
    editor = logged_in(app.test_client(), database, Role.EDITOR, demo.site.id)
    assert "Your role drafts and does not publish" in editor.get(PUBLISH).text
    assert editor.post(PUBLISH, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("text", ["a\0b", "x" * 2001])
def test_text_that_cannot_be_kept_is_refused(
    publisher: Staff, database: Database, demo: Demo, text: str
) -> None:
    drafted(database, demo, layout="tab")
    assert publisher.post(PUBLISH, form(publisher, reason=text)).status_code == 422
    assert publisher.post(PUBLISH, form(publisher, ask_again=text)).status_code == 422
    assert publisher.post(PUBLISH, form(publisher, **{f"override-{text}": text})).status_code == 422
