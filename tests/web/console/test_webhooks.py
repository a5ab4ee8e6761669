"""The console's webhooks: added with care, secrets shown once, what was sent seen and replayed."""

import re

import pytest
from sqlalchemy import select, update

from consent import webhooks
from consent.staff import Role
from consent.webhooks import Event, State, Webhook, WebhookDelivery
from tests.factories import a_published_site
from tests.web.console.people import logged_in

BASE = "/console/sites/demo/webhooks"
GIVEN = {
    "url": "https://hooks.example/in/planted-token",
    "about": "Data warehouse",
    "events": ["consent.recorded", "notice.published"],
}


@pytest.fixture
def admin(client, database, demo):
    return logged_in(client, database, Role.ADMIN)


def added(admin):
    answer = admin.post(f"{BASE}/new", GIVEN)
    assert answer.status_code == 200, answer.text
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", answer.text)[0]
    key = re.search(rf"{BASE}/([0-9a-f-]{{36}})", answer.text)[1]
    return key, secret


def hook_of(database) -> Webhook:
    with database.reading() as session:
        return session.scalars(select(Webhook)).one()


def test_without_any_the_page_says_what_they_are_for(admin):
    page = admin.get(BASE).text
    assert "Nobody is told yet" in page
    assert f'href="{BASE}/new"' in page


def test_the_secret_is_shown_once_and_never_again(admin, database):
    key, secret = added(admin)
    pages = [admin.get(url).text for url in (BASE, f"{BASE}/{key}", f"{BASE}/{key}/deliveries")]
    assert all(secret not in page for page in pages)
    assert "Data warehouse" in pages[0]
    assert "planted-token" not in pages[0], "the list shows the host alone"
    second = admin.post(f"{BASE}/{key}/secret").text
    assert secret not in second
    assert re.search(r"whsec_[A-Za-z0-9+/=]+", second)


def test_wrong_fields_are_named_and_nothing_is_lost(admin, database):
    wrong = {"url": "https://127.0.0.1/", "about": "Kept <b>words</b>", "events": []}
    answer = admin.post(f"{BASE}/new", wrong)
    assert answer.status_code == 422
    assert "not open to everybody" in answer.text
    assert "Choose one event or more" in answer.text
    assert 'value="https://127.0.0.1/"' in answer.text
    assert "Kept &lt;b&gt;words" in answer.text
    with database.reading() as session:
        assert session.scalars(select(Webhook)).all() == []


def test_it_is_changed_switched_off_and_removed(admin, database):
    key, _ = added(admin)
    changed = {**GIVEN, "about": "Chat", "events": ["rights.opened"]}
    answer = admin.post(f"{BASE}/{key}", changed)
    assert answer.status_code == 303
    assert "The webhook is changed." in admin.get(answer.location).text
    hook = hook_of(database)
    assert (hook.about, hook.events, hook.is_on) == ("Chat", ["rights.opened"], False)
    assert admin.post(f"{BASE}/{key}", {**GIVEN, "url": "x"}).status_code == 422
    assert hook_of(database).url == GIVEN["url"]
    assert admin.post(f"{BASE}/{key}/remove").status_code == 303
    assert admin.get(f"{BASE}/{key}").status_code == 404


def test_what_was_sent_is_listed_and_sent_again(admin, database, demo):
    key, _ = added(admin)
    assert "Nothing was sent yet" in admin.get(f"{BASE}/{key}/deliveries").text
    assert admin.post(f"{BASE}/{key}/test").status_code == 303
    with database.transaction() as session:
        for number in range(60):
            webhooks.announce(session, demo.site.id, Event.NOTICE_PUBLISHED, {"version": number})
        session.execute(update(WebhookDelivery).values(state="dead", attempts=10, said="planted"))
    page = admin.get(f"{BASE}/{key}/deliveries").text
    assert page.count("msg_") >= 50
    assert "Send all 61 dead letters again" in page
    next_page = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert "Test message" in admin.get(next_page).text
    message = re.findall(r'name="message" value="(msg_[^"]+)"', page)[0]
    answer = admin.post(f"{BASE}/{key}/replay", {"message": message})
    assert "under its old id" in admin.get(answer.location).text
    with database.reading() as session:
        assert webhooks.counts(session, hook_of(database))["waiting"] == 1
    admin.post(f"{BASE}/{key}/replay")
    with database.reading() as session:
        assert webhooks.counts(session, hook_of(database)) == {
            "waiting": 61, "delivered": 0, "dead": 0,
        }  # fmt: skip
    answer = admin.post(f"{BASE}/{key}/replay")
    assert "nothing to send again" in admin.get(answer.location).text


@pytest.mark.parametrize(
    "wanted", ["?state=nonsense", "?cursor=-1", "?cursor=9%00", "?cursor=" + "9" * 40]
)
def test_odd_words_in_the_address_show_the_whole_list(admin, wanted):
    key, _ = added(admin)
    assert admin.get(f"{BASE}/{key}/deliveries{wanted}").status_code == 200


def test_only_an_admin_of_the_site_comes_here(app, database, demo, admin):
    key, _ = added(admin)
    with database.transaction() as session:
        other = a_published_site(session, "noise", "https://noise.example").site
    for role in (Role.VIEWER, Role.AUDITOR, Role.EDITOR, Role.PUBLISHER):
        someone = logged_in(app.test_client(), database, role, demo.site.id)
        assert someone.get(BASE).status_code == 403
        assert someone.post(f"{BASE}/{key}/remove").status_code == 403
    stranger = logged_in(app.test_client(), database, Role.ADMIN, other.id)
    assert stranger.get(BASE).status_code == 404
    there = BASE.replace("demo", "noise")
    for name in ("", "/deliveries"):
        assert stranger.get(f"{there}/{key}{name}").status_code == 404
    for name in ("", "/secret", "/remove", "/test", "/replay"):
        assert stranger.post(f"{there}/{key}{name}", GIVEN).status_code == 404
    assert hook_of(database).is_on


def test_one_that_was_switched_off_by_its_receiver_says_so(admin, database):
    key, _ = added(admin)
    with database.transaction() as session:
        session.execute(update(Webhook).values(is_on=False, off_reason="gone"))
    assert "off: the address answered that it is gone" in admin.get(BASE).text
    assert "answered 410" in admin.get(f"{BASE}/{key}").text
    admin.post(f"{BASE}/{key}", {**GIVEN, "is_on": "1"})
    hook = hook_of(database)
    assert (hook.is_on, hook.off_reason) == (True, "")


def test_every_event_and_state_has_its_words():
    from consent.web.console.deliveries import STATES  # noqa: PLC0415 - after the app
    from consent.web.console.webhooks import EVENTS  # noqa: PLC0415 - after the app

    assert set(EVENTS) == set(Event) - {Event.WEBHOOK_TEST}
    assert set(STATES) == set(State)
