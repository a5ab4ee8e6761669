"""Webhooks by the API: the same verbs as in the console, with tokens."""

import pytest
from sqlalchemy import update

from consent import staff
from consent.staff import Order, Role
from consent.webhooks import WebhookDelivery
from tests.factories import a_published_site

BASE = "/api/v1/sites/demo/webhooks"
GIVEN = {"url": "https://hooks.example/in", "events": ["consent.recorded"], "about": "Warehouse"}


def a_token(database, role=Role.ADMIN, site_id=None) -> dict[str, str]:
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("test", role, site_id), None, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def admin(database, demo):
    return a_token(database, site_id=demo.site.id)


def test_one_is_added_read_changed_and_removed(client, admin):
    made = client.post(BASE, json=GIVEN, headers=admin)
    assert made.status_code == 201, made.text
    assert made.json["secret"].startswith("whsec_")
    url = f"{BASE}/{made.json['id']}"
    read = client.get(url, headers=admin).json
    assert "secret" not in read
    assert (read["url"], read["on"], read["about"]) == (GIVEN["url"], True, "Warehouse")
    assert client.get(BASE, headers=admin).json == {"items": [read], "next": None}
    changed = client.patch(url, json={"on": False}, headers=admin).json
    assert changed == {**read, "on": False, "updated_at": changed["updated_at"]}
    second = client.post(f"{url}/secret", headers=admin).json["secret"]
    assert second not in {made.json["secret"], None}
    assert client.get(url, headers=admin).json["old_secret_until"].endswith("Z")
    assert client.delete(url, headers=admin).status_code == 204
    assert client.get(url, headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, {"url", "events"}),
        ({**GIVEN, "url": "https://127.0.0.1/"}, {"url"}),
        ({**GIVEN, "url": 7}, {"url"}),
        ({**GIVEN, "events": []}, {"events"}),
        ({**GIVEN, "events": ["nonsense"]}, {"events"}),
        ({**GIVEN, "about": "\0"}, {"about"}),
        ({**GIVEN, "on": "yes"}, {"on"}),
        ({**GIVEN, "secret": "whsec_mine"}, {"secret"}),
    ],
)
def test_what_makes_no_sense_is_named(client, admin, given, names):
    answer = client.post(BASE, json=given, headers=admin)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == names
    assert client.get(BASE, headers=admin).json["items"] == []


def test_what_was_sent_is_listed_by_pages_and_sent_again(client, admin, database):
    url = f"{BASE}/{client.post(BASE, json=GIVEN, headers=admin).json['id']}"
    ids = [client.post(f"{url}/test", headers=admin).json["id"] for _ in range(5)]
    first = client.get(f"{url}/deliveries?limit=3", headers=admin)
    assert [each["id"] for each in first.json["items"]] == ids[:1:-1]
    assert 'rel="next"' in first.headers["Link"]
    rest = client.get(first.headers["Link"][1:].partition(">")[0], headers=admin).json
    assert [each["id"] for each in rest["items"]] == ids[1::-1]
    assert rest["next"] is None
    with database.transaction() as session:
        session.execute(update(WebhookDelivery).values(state="dead", attempts=10))
    dead = client.get(f"{url}/deliveries?state=dead&limit=1", headers=admin).json["items"][0]
    assert (dead["due_at"], dead["attempts"], dead["event"]) == (None, 10, "webhook.test")
    again = client.post(f"{url}/deliveries/{ids[0]}/replay", headers=admin)
    assert (again.status_code, again.json["state"], again.json["attempts"]) == (202, "waiting", 0)
    assert client.post(f"{url}/replay", headers=admin).json == {"messages": 4}
    for wrong in ("msg_unknown", "%00", "x" * 500):
        answer = client.post(f"{url}/deliveries/{wrong}/replay", headers=admin)
        assert answer.status_code == 404
    for query in ("state=x", "limit=0", "limit=1001", "cursor=-1", "cursor=" + "9" * 20):
        assert client.get(f"{url}/deliveries?{query}", headers=admin).status_code == 422


def test_nobody_else_comes_in(client, admin, database, demo):
    made = client.post(BASE, json=GIVEN, headers=admin).json
    with database.transaction() as session:
        other = a_published_site(session, "noise", "https://noise.example").site
    url = f"{BASE}/{made['id']}"
    assert client.get(url).status_code == 401
    for role in (Role.VIEWER, Role.AUDITOR, Role.EDITOR, Role.PUBLISHER):
        headers = a_token(database, role, demo.site.id)
        assert client.get(url, headers=headers).status_code == 403
        assert client.delete(url, headers=headers).status_code == 403
    stranger = a_token(database, site_id=other.id)
    assert client.get(url, headers=stranger).status_code == 404
    there = url.replace("demo", "noise")
    assert client.get(there, headers=stranger).status_code == 404
    assert client.delete(there, headers=stranger).status_code == 404
    assert client.get(url, headers=admin).status_code == 200
