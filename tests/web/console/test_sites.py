"""The sites in the console: the list one begins at, a new one, its settings, its code."""

import pytest
from sqlalchemy import select

from consent import doctor, notices, sites, staff
from consent.staff import Role, StaffEvent
from tests.factories import a_published_site
from tests.web.console.people import logged_in

NEW = {
    "name": "Shop",
    "key": "shop",
    "origins": "https://shop.example\nhttps://www.shop.example",
    "default_language": "de",
}


@pytest.fixture
def noise(database):
    with database.transaction() as session:
        return a_published_site(session, "noise", "https://noise.example")


@pytest.fixture
def admin(client, database):
    return logged_in(client, database)


def test_who_has_no_site_yet_is_told_the_first_steps(admin):
    page = admin.get("/console/")
    assert page.status_code == 200
    assert "Three steps to the first decision" in page.text
    assert 'href="/console/sites/new"' in page.text


def test_a_new_site_asks_at_once_and_its_code_is_shown(admin, database, noise):
    answer = admin.post("/console/sites/new", NEW)
    assert (answer.status_code, answer.location) == (
        303,
        "/console/sites/shop/embed?said=site.created",
    )
    page = admin.get(answer.location)
    assert "/v1/sites/shop/loader.js" in page.text
    assert "integrity=&#34;sha256-" in page.text
    with database.reading() as session:
        site = sites.find(session, "shop")
        assert notices.in_force(session, site.id).version == 1
        event = session.scalars(select(StaffEvent).where(StaffEvent.verb == "site.create")).one()
        assert event.details == {"name": "Shop", "origins": site.origins}
        assert event.actor == admin.member.key


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("key", "noise", 409),
        ("key", "No Key", 422),
        ("name", "\x00", 422),
        ("origins", "ftp://shop.example", 422),
        ("default_language", "<b>", 422),
    ],
)
def test_a_wrong_fact_is_said_and_nothing_typed_is_lost(
    admin, database, noise, field, value, status
):
    answer = admin.post("/console/sites/new", {**NEW, field: value})
    assert answer.status_code == status
    assert f'id="{field}-error"' in answer.text
    for name, typed in NEW.items():
        assert name == field or typed.split("\n")[0] in answer.text
    with database.reading() as session:
        assert [each.key for each in sites.all_sites(session)] == ["noise"]


def test_the_list_says_what_is_live_and_what_waits(admin, database, demo, noise):
    with database.transaction() as session:
        site = sites.find(session, "demo")
        notices.change_draft(session, site, lambda each: {**each, "layout": "tab"})
    page = admin.get("/console/?q=DEMO")
    assert "The demo shop" in page.text
    assert "The noise shop" not in page.text
    assert "version 1" in page.text
    assert "waits for publishing" in page.text
    assert "No site fits" in admin.get("/console/?q=nothing").text


def test_settings_are_changed_and_the_change_is_in_the_trail(admin, database, demo, noise):
    answer = admin.post(
        "/console/sites/demo/settings",
        {"name": "Demo", "origins": "https://new.example", "default_language": "en"},
    )
    assert answer.location == "/console/sites/demo/settings?said=site.changed"
    assert "The settings are kept." in admin.get(answer.location).text
    with database.reading() as session:
        assert sites.find(session, "demo").origins == ["https://new.example"]
        assert sites.find(session, "noise").origins == ["https://noise.example"]
        event = session.scalars(select(StaffEvent).where(StaffEvent.verb == "site.change")).one()
    assert event.facts["changed"] == ["name", "origins"]
    assert event.details["name"] == {"before": "The demo shop", "after": "Demo"}


def test_wrong_settings_are_said_and_nothing_is_changed(admin, database, demo):
    answer = admin.post("/console/sites/demo/settings", {"name": "Kept typing", "origins": ""})
    assert answer.status_code == 422
    assert "Kept typing" in answer.text
    answer = admin.post("/console/sites/demo/settings/retention", {"keep": "for ever"})
    assert answer.status_code == 422
    assert "for ever" in answer.text
    with database.reading() as session:
        found = sites.find(session, "demo")
    assert (found.name, found.retention) == ("The demo shop", "P5Y")


def test_the_period_of_keeping_is_set_by_whoever_is_logged_in(admin, database, demo):
    answer = admin.post("/console/sites/demo/settings/retention", {"keep": "P3Y"})
    assert answer.status_code == 303
    with database.reading() as session:
        assert sites.find(session, "demo").retention == "P3Y"
        (event,) = staff.events(session, staff.Trail(verb="site.retention"))
    assert event.actor == admin.member.key


def test_who_works_on_one_site_neither_sees_nor_changes_another(app, database, demo, noise):
    editor = logged_in(app.test_client(), database, Role.EDITOR, demo.site.id)
    page = editor.get("/console/").text
    assert "The demo shop" in page
    assert "noise" not in page
    for path in ("embed", "settings", "notice", "preview"):
        assert editor.get(f"/console/sites/noise/{path}").status_code == 404
    assert editor.get("/console/sites/demo/settings").status_code == 403
    assert editor.get("/console/sites/new").status_code == 403
    assert editor.get("/console/sites/demo/embed").status_code == 200


def test_a_page_that_is_not_the_sites_is_not_asked_for(admin, demo):
    for address in ("https://evil.example/", "http://127.0.0.1/", "javascript:x", "\x00", ""):
        answer = admin.post("/console/sites/demo/embed", {"address": address})
        assert answer.status_code == 422
        assert "none of the site&#39;s origins" in answer.text


def test_what_was_found_on_a_page_is_said_with_what_to_do(admin, demo, monkeypatch):
    seen = doctor.Found(
        "https://shop.example/",
        is_there=True,
        findings=(
            doctor.Finding(
                "policy", doctor.Status.FAILED, "<b>Blocked.</b>", "Allow it.", (), ("x",)
            ),
        ),
    )
    monkeypatch.setattr(doctor, "check_page", lambda *_: seen)
    page = admin.post("/console/sites/demo/embed", {"address": "https://shop.example/"}).text
    assert "The snippet is there, and something is in its way." in page
    assert "&lt;b&gt;Blocked.&lt;/b&gt;" in page
    assert "Allow it." in page
