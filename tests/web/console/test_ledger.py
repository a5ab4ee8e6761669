"""The evidence log's pages: how it stands, a check with its verdict, how others find out."""

import pytest
from sqlalchemy import update

from consent import staff, verification
from consent.exporter import Jobs
from consent.records.models import ConsentRecord
from consent.staff import Role
from tests.exports.evidence import placed, three_days
from tests.factories import a_published_site
from tests.web.console.people import logged_in

BASE = "/console/sites/demo/ledger"


@pytest.fixture
def auditor(app, database, demo):
    return logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)


def test_a_log_that_nobody_has_signed_yet_says_so(auditor):
    page = auditor.get(BASE).text
    assert "Nothing was signed yet" in page
    assert "No checkpoint lies outside this service yet" in page
    assert "The log was not checked here yet" in page


def test_size_checkpoint_and_keys_are_shown_with_the_command_for_others(
    database, demo, settings, auditor
):
    three_days(database, settings, demo)
    page = auditor.get(BASE).text
    with database.reading() as session:
        state = verification.state_of(
            session, demo.site, settings.public_url, settings.ledger_seeds
        )
    assert state.newest.note.split("\n")[2] in page
    assert state.keys[0].vkey in page
    assert f"consent verify https://consent.example/log/demo --vkey {state.keys[0].vkey}" in page


def test_a_check_is_asked_for_and_shows_its_verdict_and_the_place(
    database, demo, settings, auditor
):
    made = three_days(database, settings, demo)
    with database.transaction() as session:
        session.execute(
            update(ConsentRecord).where(ConsentRecord.id == made[2].id).values(language="xx")
        )
    answer = auditor.post(f"{BASE}/checks")
    assert answer.status_code == 303
    assert "waits for the worker" in auditor.get(answer.location).text
    assert auditor.get(f"{BASE}/progress").json["items"][0]["open"]
    Jobs(database, settings).step()
    page = auditor.get(answer.location.partition("?")[0]).text
    assert "does not hold" in page
    assert "row 3" in page
    assert "Look at these rows of the log: 3" in page
    assert "does not hold" in auditor.get(BASE).text
    with database.reading() as session:
        (act, *_) = staff.events(session, staff.Trail(verb="ledger.verify"))
    assert act.actor == auditor.member.key


def test_a_log_that_holds_says_what_held(database, demo, settings, auditor):
    placed(database, settings, demo)
    answer = auditor.post(f"{BASE}/checks")
    Jobs(database, settings).step()
    page = auditor.get(answer.location).text
    assert ">held<" in page
    assert "every checkpoint that was signed is a beginning of the log" in page


def test_another_sites_check_is_not_there(database, demo, auditor):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        check = verification.ask_check(session, other.site.id, "m_x")
    assert auditor.get(f"{BASE}/checks/{check.id}").status_code == 404
    assert auditor.get("/console/sites/other/ledger").status_code == 404
