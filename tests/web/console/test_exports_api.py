"""Exports and the log by the API: the same verbs as in the console, with tokens."""

import json
from hashlib import sha256

import pytest

from consent import exports, staff, verification
from consent.exporter import Jobs
from consent.records import Search
from consent.staff import Order, Role
from tests.exports.background import filled
from tests.factories import a_published_site

BASE = "/api/v1/sites/demo/exports"
LOG = "/api/v1/sites/demo/ledger"
NOBODY = "01936f8e-7c00-7000-8000-000000000001"


def a_token(database, role=Role.AUDITOR, site_id=None) -> dict[str, str]:
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("test", role, site_id), None, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def auditor(database, demo):
    return a_token(database, site_id=demo.site.id)


def test_one_is_asked_for_watched_and_fetched(client, database, demo, settings, auditor):
    filled(database, demo)
    order = {"format": "jsonl", "conditions": {"action": "save"}}
    made = client.post(BASE, json=order, headers=auditor)
    assert made.status_code == 202, made.text
    assert made.headers["Location"] == f"{BASE}/{made.json['id']}"
    assert (made.json["state"], made.json["file_url"]) == ("requested", None)
    Jobs(database, settings).step()
    done = client.get(made.headers["Location"], headers=auditor).json
    assert (done["state"], done["rows"], done["written"]) == ("done", 5, 5)
    file = client.get(done["file_url"], headers=auditor, buffered=True)
    assert sha256(file.data).hexdigest() == done["sha256"]
    said = client.get(done["manifest_url"], headers=auditor)
    assert json.loads(said.data)["conditions"] == {"action": "save"}
    assert client.post(f"{BASE}/{done['id']}/cancel", headers=auditor).status_code == 409


def test_a_list_has_pages_and_a_link(client, database, demo, auditor):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        for site in (demo.site, other.site) * 3:
            exports.ask(session, exports.Asked("csv", Search(site.id)), "m_x")
    first = client.get(f"{BASE}?limit=2", headers=auditor)
    assert len(first.json["items"]) == 2
    url = first.headers["Link"].partition(">")[0].strip("<")
    last = client.get(url, headers=auditor)
    assert len(last.json["items"]) == 1
    assert (last.json["next"], "Link" in last.headers) == (None, False)
    assert client.get(f"{BASE}?cursor=nonsense", headers=auditor).status_code == 422


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, {"format"}),
        ({"format": "pdf"}, {"format"}),
        ({"format": "csv", "conditions": {"from": "x"}}, {"from"}),
        ({"format": "csv", "conditions": {"nonsense": "x"}}, {"nonsense"}),
        ({"format": "csv", "conditions": 7}, {"conditions"}),
        ({"format": "csv", "epoch": 1}, {"epoch"}),
        ({"format": "csv", "more": 1}, {"more"}),
    ],
)
def test_what_makes_no_sense_is_named(client, auditor, given, names):
    answer = client.post(BASE, json=given, headers=auditor)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == names


def test_one_that_waits_is_stopped(client, auditor):
    made = client.post(BASE, json={"format": "csv"}, headers=auditor).json
    stopped = client.post(f"{BASE}/{made['id']}/cancel", headers=auditor)
    assert stopped.json["state"] == "cancelled"
    assert client.get(f"{BASE}/{made['id']}/file", headers=auditor).status_code == 409
    assert client.get(f"{BASE}/{NOBODY}", headers=auditor).status_code == 404


def test_schedules_are_for_who_manages(app, client, database, demo, tmp_path, auditor):
    object.__setattr__(app.extensions["consent"].settings, "export_folder", (str(tmp_path),))
    url = f"{BASE}/schedules"
    plan = {"format": "csv", "every": "day", "folder": str(tmp_path)}
    assert client.post(url, json=plan, headers=auditor).status_code == 403
    admin = a_token(database, Role.ADMIN, demo.site.id)
    made = client.post(url, json=plan, headers=admin)
    assert (made.status_code, made.json["hour"], made.json["paused"]) == (201, 3, False)
    one = f"{url}/{made.json['id']}"
    assert client.patch(one, json={"paused": True}, headers=admin).json["paused"] is True
    assert client.patch(one, json={"paused": "yes"}, headers=admin).status_code == 422
    assert client.get(url, headers=auditor).json["items"][0]["due_at"] is None
    assert client.delete(one, headers=admin).status_code == 204
    assert client.delete(one, headers=admin).status_code == 404
    wrong = client.post(url, json={**plan, "folder": "/etc"}, headers=admin)
    assert wrong.json["fields"].keys() == {"folder"}


def test_the_log_says_how_it_stands_and_whether_it_holds(client, database, demo, settings, auditor):
    filled(database, demo)
    state = client.get(LOG, headers=auditor).json
    assert (state["origin"], state["public_size"]) == ("consent.example/log/demo", None)
    made = client.post(f"{LOG}/checks", headers=auditor)
    assert made.status_code == 202
    assert client.post(f"{LOG}/checks", headers=auditor).json["id"] == made.json["id"]
    Jobs(database, settings).step()
    found = client.get(f"{LOG}/checks/{made.json['id']}", headers=auditor).json
    assert found["state"] in set(verification.Verdict)
    assert client.get(f"{LOG}/checks", headers=auditor).json["items"] == [found]
    assert client.get(f"{LOG}/checks/{NOBODY}", headers=auditor).status_code == 404
