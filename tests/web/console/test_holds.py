"""Holds are added and released by who may, with a reason, and say what they cover."""

import pytest

from consent import records, staff
from consent.records.models import LegalHold
from consent.staff import Role
from tests.factories import a_published_site
from tests.records.keeping import a_person, left
from tests.web.console.people import logged_in

LIST = "/console/sites/demo/holds"


@pytest.fixture
def admin(client, database):
    return logged_in(client, database)


def holds(database, demo):
    with database.reading() as session:
        return records.holds_of(session, demo.site)


def test_a_hold_is_added_and_released_and_the_trail_says_by_whom(admin, database, demo):
    subject, _ = a_person(database, demo)
    assert "Nothing is held" in admin.get(LIST).text
    sent = {"subject": f" {subject} ", "reason": "a <lawsuit>"}
    added = admin.post(LIST, sent)
    assert "The hold is in force" in admin.get(added.location).text
    [held] = holds(database, demo)
    assert (held.subject_id, held.reason) == (subject, "a <lawsuit>")
    page = admin.get(LIST).text
    assert "a &lt;lawsuit&gt;" in page
    assert subject in page
    wordless = admin.post(f"{LIST}/{held.id}/release", {"reason": " "})
    assert wordless.status_code == 422
    assert f'id="reason-{held.id}-error"' in wordless.text
    admin.post(f"{LIST}/{held.id}/release", {"reason": "settled"})
    [now] = holds(database, demo)
    assert now.released_at is not None
    assert admin.post(f"{LIST}/{held.id}/release", {"reason": "again"}).status_code == 404
    with database.reading() as session:
        found = staff.events(session, staff.Trail(verb="hold."))
    assert [(each.verb, each.actor) for each in found] == [
        ("hold.release", admin.member.key), ("hold.add", admin.member.key),
    ]  # fmt: skip


def test_a_hold_may_cover_a_period_of_everybody(admin, database, demo):
    admin.post(LIST, {"start": "2026-01-01", "end": "2026-02-01", "reason": "an audit"})
    [held] = holds(database, demo)
    assert held.subject_id is None
    assert held.start.isoformat() == "2026-01-01T00:00:00+00:00"
    assert held.end.isoformat() == "2026-02-01T00:00:00+00:00"
    assert "Everybody" in admin.get(LIST).text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "a\0b"}, "reason"),
        ({"subject": "s_nobody"}, "subject"),
        ({"subject": "s_\0"}, "subject"),
        ({"subject": "x" * 200}, "subject"),
        ({"start": "yesterday"}, "start"),
        ({"start": "0001-01-01"}, "start"),
        ({"end": "9999-12-31T23:59:59-23:00"}, "end"),
        ({"start": "2026-02-01", "end": "2026-02-01"}, "end"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written_is_lost(admin, database, demo, sent, field):
    answer = admin.post(LIST, {"reason": "kept words", **sent})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    if "reason" not in sent:
        assert "kept words" in answer.text
    assert left(database, LegalHold) == 0


def test_an_auditor_reads_and_others_do_not_even_that(app, database, demo, client):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        made = records.hold(session, demo.site, records.Scope(), "an audit")
    auditor = logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)
    page = auditor.get(LIST)
    assert "an audit" in page.text
    assert "<form" not in page.text.partition("<main")[2]
    assert auditor.post(LIST, {"reason": "x"}).status_code == 403
    assert auditor.post(f"{LIST}/{made.id}/release", {"reason": "x"}).status_code == 403
    charlie = logged_in(app.test_client(), database, Role.ADMIN, other.site.id)
    assert charlie.get(LIST).status_code == 404
    elsewhere = f"/console/sites/other/holds/{made.id}/release"
    assert charlie.post(elsewhere, {"reason": "x"}).status_code == 404
    [held] = holds(database, demo)
    assert held.released_at is None
