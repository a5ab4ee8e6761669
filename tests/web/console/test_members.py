"""Staff and their roles, tokens, and the trail, as an administrator works with them."""

import csv
import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from consent import clock, ledger, staff
from consent.ledger.models import LogEntry
from consent.staff import Grant, Role
from consent.staff.models import StaffLogin
from consent.web.console import frame
from tests.web.console.people import COOKIE, logged_in

NEW = {"name": "Grace Hopper", "email": "Grace@Shop.example", "language": "de"}


@pytest.fixture
def admin(client, database, demo):
    return logged_in(client, database)


def found(database, email):
    with database.reading() as session:
        member = staff.by_email(session, email)
        return member, staff.grants_of(session, member.id) if member else ()


def test_an_invitation_is_a_link_that_is_shown_once(admin, database, demo):
    answer = admin.post("/console/staff/new", {**NEW, "role": ["demo:auditor", "demo:editor"]})
    assert answer.status_code == 200
    assert re.search(r"https://consent\.example/console/join#[\w-]{43}", answer.text)
    member, grants = found(database, "grace@shop.example")
    assert grants == (Grant(Role.AUDITOR, demo.site.id), Grant(Role.EDITOR, demo.site.id))
    assert member.password_hash is None
    assert "join#" not in admin.get(f"/console/staff/{member.key}").text
    listed = admin.get("/console/staff").text
    assert "Grace Hopper" in listed
    assert "invited" in listed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"email": "grace"}, "email"),
        ({"email": "admin-all@shop.example"}, "email"),
        ({"language": "xx"}, "language"),
        ({"role": "demo:king"}, "role"),
    ],
    ids=lambda value: str(value)[:20].replace("\x00", "NUL"),
)
def test_a_wrong_field_is_named_and_nobody_is_made(admin, database, change, field):
    answer = admin.post("/console/staff/new", {**NEW, **change})
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert found(database, "grace@shop.example")[0] is None


def test_changed_roles_hold_from_the_next_click_on_and_the_trail_has_before_and_after(
    app, admin, database, demo
):
    grace = logged_in(app.test_client(), database, Role.VIEWER, demo.site.id)
    assert grace.get("/console/trail").status_code == 403
    url = f"/console/staff/{grace.member.key}"
    assert admin.post(f"{url}/roles", {"role": ["*:auditor"]}).status_code == 303
    assert grace.get("/console/trail").status_code == 200
    with database.reading() as session:
        [event] = staff.events(session, staff.Trail(verb="staff.roles"))
    assert (event.facts["before"], event.facts["after"]) == (["demo:viewer"], ["*:auditor"])
    assert event.actor == admin.member.key


def test_who_is_shut_out_is_out_at_once(app, admin, database, demo):
    grace = logged_in(app.test_client(), database, Role.VIEWER, demo.site.id)
    assert admin.post(f"/console/staff/{grace.member.key}/disable").status_code == 303
    assert grace.get("/console/account").status_code == 303
    with database.reading() as session:
        assert staff.authenticate(session, grace.member.email, "whatever") is None


def test_the_last_administrator_can_neither_be_shut_out_nor_lose_the_role(admin, database):
    url = f"/console/staff/{admin.member.key}"
    assert admin.post(f"{url}/disable").status_code == 403
    assert admin.post(f"{url}/roles", {"role": ["*:viewer"]}).status_code == 403
    assert admin.get("/console/staff").status_code == 200


def test_an_administrator_of_one_site_manages_no_staff(app, database, demo):
    one = logged_in(app.test_client(), database, Role.ADMIN, demo.site.id)
    assert one.get("/console/staff").status_code == 403


def test_a_password_that_was_given_long_ago_is_asked_for_again(admin, database):
    with database.transaction() as session:
        long_ago = clock.now() - timedelta(minutes=11)
        session.execute(update(StaffLogin).values(confirmed_at=long_ago))
    answer = admin.get("/console/staff/new")
    assert (answer.status_code, answer.location) == (303, "/console/again?next=/console/staff/new")
    before = admin.client.get_cookie(COOKIE).value
    wrong = admin.post("/console/again", {"password": "no"})
    assert wrong.status_code == 422
    right = admin.post(
        "/console/again",
        {"password": "seven tall giraffes read newspapers", "next": "/console/staff/new"},
    )
    assert right.location == "/console/staff/new"
    assert admin.client.get_cookie(COOKIE).value != before
    assert admin.get("/console/staff/new").status_code == 200


def test_a_token_is_shown_once_works_and_ends_when_revoked(app, admin, database):
    data = {"name": "warehouse", "site": "*", "role": "auditor", "days": "30"}
    page = admin.post("/console/tokens", data)
    token = re.search(r"consent_[\w-]{43}", page.text).group(0)
    listed = admin.get("/console/tokens").text
    assert "warehouse" in listed
    assert token not in listed
    headers = {"Authorization": f"Bearer {token}"}
    ask = app.test_client()
    answer = ask.get("/api/v1/staff/events", headers=headers)
    assert answer.status_code == 200
    assert answer.json["items"][0]["verb"] == "token.make"
    key = re.search(r"tokens/(t_[\w-]+)/revoke", listed).group(1)
    assert admin.post(f"/console/tokens/{key}/revoke").status_code == 303
    refused = ask.get("/api/v1/staff/events", headers=headers)
    assert (refused.status_code, refused.json["code"]) == (401, "login_needed")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_trail_is_searched_paged_and_handed_over(admin, database, demo):
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
        for number in range(60):
            staff.note(session, log_id, "notice.draft", {"number": number}, details={"a": "=1+1"})
    page = admin.get("/console/trail?verb=notice.")
    assert page.text.count("notice.draft</th>") == 50
    older = re.search(r'href="(/console/trail\?[^"]+cursor=[^"]+)"', page.text).group(1)
    assert admin.get(older.replace("&amp;", "&")).text.count("notice.draft</th>") == 10
    answer = admin.get("/console/trail.csv?verb=notice.")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert len(rows) == 61
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert admin.get("/console/trail?verb=trail.export").text.count("trail.export</th>") == 1


@pytest.mark.parametrize(
    "query", ["from=yesterday", "to=9999-99-99", "cursor=-1", "site=nobody", "verb=%00", "from=%00"]
)
def test_a_search_that_makes_no_sense_names_the_field(admin, query):
    answer = admin.get(f"/console/trail?{query}")
    assert answer.status_code == 422
    assert f'<a href="#{query.partition("=")[0]}">' in answer.text


def test_every_act_is_a_leaf_of_the_instances_log(admin, database):
    admin.post("/console/account/language", {"language": "de"})
    with database.reading() as session:
        log_id = ledger.instance_log_id(session)
        waiting = session.scalar(
            select(func.count())
            .select_from(LogEntry)
            .where(LogEntry.log_id == log_id, LogEntry.kind == ledger.Kind.STAFF)
        )
        events = staff.events(session, staff.Trail())
    assert waiting == len(events) == 1


def test_the_console_speaks_german_to_who_chose_it(admin, database):
    admin.post("/console/account/language", {"language": "de"})
    page = admin.get("/console/staff")
    assert '<html lang="de"' in page.text
    assert "Jemanden einladen" in page.text


def test_every_entry_of_the_menus_leads_to_a_page(admin):
    paths = [entry.path for entry in frame.MENU]
    paths += [f"/console/sites/demo{entry.path}" for entry in frame.SITE_MENU]
    assert {path: admin.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
