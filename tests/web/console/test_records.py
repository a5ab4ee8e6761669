"""Records in the console: found by their facts, shown with their proof, and nobody else's ever."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from consent import ids, records
from consent.records import Known, RegionSource
from consent.sequencer import Sequencer
from consent.staff import Role
from tests.factories import a_decision, a_published_site
from tests.web.console.people import logged_in

LIST = "/console/sites/demo/records"


@pytest.fixture
def made(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        records.capture(session, other.site, a_decision(other, gpc=True), Known(), None)
        first = records.capture(session, demo.site, a_decision(demo), Known(), None).record
        late = a_decision(demo, decided_at=first.recorded_at - timedelta(hours=1), region="FR")
        known = Known("DE", RegionSource.HEADER)
        second = records.capture(session, demo.site, late, known, first.subject_id).record
    return first, second


@pytest.fixture
def auditor(client, database):
    return logged_in(client, database, Role.AUDITOR)


def rows(page) -> list[UUID]:
    return [UUID(each) for each in re.findall(rf'href="{LIST}/([0-9a-f-]{{36}})"', page.text)]


def test_all_records_of_the_site_are_listed_newest_first_and_none_of_another(auditor, made):
    page = auditor.get(LIST)
    assert page.status_code == 200
    assert rows(page) == [record.id for record in made][::-1]
    assert "2 records" in page.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("late=yes", [1]),
        ("suspicious=yes", [1]),
        ("region=DE", [1]),
        ("late=no&category=targeting&category_is=refused", [0]),
        ("vendor=acme&vendor_is=refused", []),
        ("category_is=granted&vendor_is=refused", [1, 0]),
        ("gpc=yes", []),
        ("language=en&version=1&action=save", [1, 0]),
    ],
)
def test_each_condition_of_the_form_is_asked(auditor, made, query, expected):
    page = auditor.get(f"{LIST}?{query}")
    assert page.status_code == 200
    assert rows(page) == [made[at].id for at in expected]
    assert expected or "Nothing matches" in page.text


def test_a_record_is_found_by_the_id_on_the_visitors_screen(auditor, made):
    page = auditor.get(f"{LIST}?record={made[0].id}")
    assert rows(page) == [made[0].id]
    assert "1 record" in page.text


@pytest.mark.parametrize("value", ["no-id", "%00", "%ED%A0%80", "1" * 3000, "'--"])
def test_what_makes_no_sense_is_named_and_what_was_typed_stays(auditor, made, value):
    page = auditor.get(f"{LIST}?record={value}&subject=s_abc&from=never&before=x")
    assert page.status_code == 422
    assert 'id="record-error"' in page.text
    assert 'id="from-error"' in page.text
    assert 'value="s_abc"' in page.text
    assert rows(page) == []


def test_pages_lead_on_and_back(auditor, database, demo, made, monkeypatch):
    monkeypatch.setattr("consent.web.console.records.AT_ONCE", 1)
    first = auditor.get(LIST)
    older = re.search(r'href="([^"]+before=[^"]+)"', first.text).group(1).replace("&amp;", "&")
    second = auditor.get(older)
    assert rows(first) + rows(second) == [record.id for record in made][::-1]
    newer = re.search(r'href="([^"]+after=[^"]+)"', second.text).group(1).replace("&amp;", "&")
    assert rows(auditor.get(newer)) == rows(first)


def test_an_empty_site_says_how_the_first_record_comes(auditor, demo):
    assert "Embed code" in auditor.get(LIST).text


def test_one_record_shows_its_facts_its_timeline_and_its_proof(
    auditor, database, settings, demo, made
):
    first, second = made
    page = auditor.get(f"{LIST}/{second.id}")
    assert page.status_code == 200
    for text in ("Own choice", "in force", "late", "suspicious", "differs", second.notice_digest):
        assert text in page.text
    assert f"{LIST}/{first.id}" in page.text
    assert "No signed checkpoint covers it yet" in page.text
    with database.reading() as session:
        logs = records.logs_of(session, demo.site)
    sequencer = Sequencer(database, settings)
    sequencer.place(logs[0])
    sequencer.show(logs[0])
    page = auditor.get(f"{LIST}/{first.id}")
    assert "followed by a later decision" in page.text
    assert "place and signature fit together" in page.text
    receipt = re.search(r'href="https://consent.example([^"]+receipt.html[^"]+)"', page.text)
    assert auditor.get(receipt.group(1).replace("&amp;", "&")).status_code == 200


def test_a_record_that_was_changed_in_the_database_is_said_to_be_changed(auditor, database, made):
    with database.transaction() as session:
        records.record_of(session, made[0].site_id, made[0].id).action = "accept_all"
    page = auditor.get(f"{LIST}/{made[0].id}")
    assert "The proof does not hold" in page.text
    assert 'role="alert"' in page.text


def test_a_record_of_another_site_or_of_none_is_not_found(auditor, database, demo, made):
    with database.reading() as session:
        other = session.query(type(demo.site)).filter_by(key="other").one()
        theirs = records.find(session, records.Search(other.id)).rows[0]
    for record_id in (theirs.id, ids.new_record_id(theirs.recorded_at)):
        assert auditor.get(f"{LIST}/{record_id}").status_code == 404
    assert auditor.get(f"{LIST}/no-id").status_code == 404


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.PUBLISHER])
def test_who_may_not_read_records_is_told_so(client, database, made, role):
    somebody = logged_in(client, database, role)
    assert somebody.get(LIST).status_code == 403
    assert somebody.get(f"{LIST}/{made[0].id}").status_code == 403


def test_charlie_of_another_site_sees_nothing(client, database, demo, made):
    with database.reading() as session:
        other = session.query(type(demo.site)).filter_by(key="other").one().id
    charlie = logged_in(client, database, Role.ADMIN, other)
    assert charlie.get(LIST).status_code == 404
    assert charlie.get(f"{LIST}/{made[0].id}").status_code == 404


def test_german_staff_read_german(client, database, made):
    staff = logged_in(client, database, Role.AUDITOR)
    staff.post("/console/account/language", {"language": "de"})
    page = staff.get(f"{LIST}/{made[0].id}")
    assert 'lang="de"' in page.text
    assert "Was entschieden wurde" in page.text
