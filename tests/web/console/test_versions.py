"""The pages of versions: the list, one as visitors met it, differences, the time machine."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from consent import clock, notices
from consent.db import Database
from consent.notices import NoticeDraft, NoticeVersion, Portrait
from consent.staff import Role
from tests.factories import Demo, a_notice, a_published_site
from tests.web.console.people import Staff, logged_in

VERSIONS = "/console/sites/demo/versions"


@pytest.fixture
def admin(app: Flask, database: Database, demo: Demo) -> Staff:
    with database.transaction() as session:
        second = a_notice(layout="tab")
        second["texts"] = {"en": {"banner_text": "We store <b>things</b> & read them."}, "de": {}}
        notices.draft(session, demo.site, second)
        notices.publish(session, demo.site, reason="Said plainly", actor="command line")
        a_published_site(session, "noise", "https://noise.example", layout="panel-left")
    return logged_in(app.test_client(), database)


def test_the_list_says_what_was_published_why_and_by_whom(admin: Staff) -> None:
    text = admin.get(VERSIONS).text
    assert re.findall(r'versions/(\d+)">', text) == ["2", "1"]
    assert "Said plainly" in text
    assert "command line" in text
    assert "not looked at yet" in text


def test_a_version_is_shown_in_the_language_and_place_asked_for(admin: Staff) -> None:
    english = admin.get(f"{VERSIONS}/2?view_region=DE").text
    assert "We store &lt;b&gt;things&lt;/b&gt; &amp; read them." in english
    assert "asked first" in english
    assert "_ga_…" in english
    german = admin.get(f"{VERSIONS}/2?language=de").text
    assert "Alle ablehnen" in german


def test_a_number_that_was_never_published_is_not_found(admin: Staff) -> None:
    for number in ("0", "3", "99999999999999999999"):
        assert admin.get(f"{VERSIONS}/{number}").status_code == 404
    assert admin.get(f"{VERSIONS}/difference?from=1&to=77777777777777").status_code == 404


def test_the_difference_of_two_versions_is_in_words(admin: Staff) -> None:
    text = admin.get(f"{VERSIONS}/difference?from=1&to=2").text
    assert "Layout" in text
    assert "Text banner_text in English" in text
    assert "panel-left" not in text
    assert "These two say the same." in admin.get(f"{VERSIONS}/difference?from=2&to=2").text


def test_the_time_machine_shows_what_was_in_force_then(
    admin: Staff, database: Database, demo: Demo
) -> None:
    now = clock.now()
    with database.transaction() as session:
        first = session.get_one(NoticeVersion, (demo.site.id, 1))
        first.created_at = now - timedelta(days=30)
    then = (now - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert "<h1>Version 1 " in admin.get(f"{VERSIONS}/at?moment={then}&view_region=FR").text
    before = admin.get(f"{VERSIONS}/at?moment=2020-01-01T00:00")
    assert (before.status_code, "Nothing was published yet" in before.text) == (422, True)
    for nonsense in ("", "soon", "0001-01-01T00:00", "9999-12-31T23:59"):
        assert admin.get(f"{VERSIONS}/at?moment={nonsense}").status_code == 422


def test_going_back_makes_a_draft_and_publishes_nothing(
    admin: Staff, database: Database, demo: Demo
) -> None:
    answer = admin.post(f"{VERSIONS}/1/roll-back")
    assert (answer.status_code, answer.location.endswith("said=notice.rolled_back")) == (303, True)
    with database.reading() as session:
        draft = session.get_one(NoticeDraft, demo.site.id)
        assert draft.document == demo.version.document
        assert notices.in_force(session, demo.site.id).version == 2


def test_pictures_are_sent_as_they_were_kept(admin: Staff, database: Database, demo: Demo) -> None:
    assert admin.get(f"{VERSIONS}/1/pictures/phone.png").status_code == 404
    with database.transaction() as session:
        found = Portrait(notices.TAKEN, {"desktop": b"one", "phone": b"two"}, {"findings": []})
        notices.keep_portrait(session, demo.version, found)
    answer = admin.get(f"{VERSIONS}/1/pictures/phone.png")
    assert (answer.data, answer.mimetype) == (b"two", "image/png")
    assert admin.get(f"{VERSIONS}/1/pictures/other.png").status_code == 404
    assert "SHA-256" in admin.get(f"{VERSIONS}/1").text


def test_a_site_without_a_version_says_what_to_do(
    app: Flask, database: Database, demo: Demo
) -> None:
    with database.transaction() as session:
        session.delete(session.scalars(select(NoticeVersion)).one())
    viewer = logged_in(app.test_client(), database, Role.VIEWER, demo.site.id)
    assert "Nothing has been published yet." in viewer.get(VERSIONS).text
