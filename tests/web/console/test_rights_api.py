"""People, holds and rights requests by the API: the same verbs as in the console, with tokens."""

import pytest

from consent import records, rights, staff
from consent.records.models import ConsentRecord, LegalHold
from consent.staff import Role
from tests.factories import a_published_site
from tests.records.keeping import a_person, left
from tests.rights.asking import a_request
from tests.web.console.test_people import a_customer
from tests.web.console.test_webhooks_api import a_token

BASE = "/api/v1/sites/demo"


@pytest.fixture
def admin(database, demo):
    return a_token(database, site_id=demo.site.id)


@pytest.fixture
def auditor(database, demo):
    return a_token(database, Role.AUDITOR, demo.site.id)


def test_a_person_is_read_with_what_holds_now(client, database, demo, admin, settings):
    a_person(database, demo)
    phone, made = a_person(database, demo, 2)
    desk, [newest] = a_person(database, demo)
    a_customer(database, demo, settings, [phone, desk])
    with database.transaction() as session:
        records.hold(session, demo.site, records.Scope(phone), "case 17")
    found = client.get(f"{BASE}/subjects/{phone}", headers=admin).json
    assert (found["records"], found["same_person"]) == (2, [desk])
    assert found["state"]["record_id"] == str(newest.id)
    assert [each["reason"] for each in found["holds"]] == ["case 17"]
    assert found["first_at"] <= found["last_at"]
    asked = {"customer": "customer-17"}
    answer = client.post(f"{BASE}/subjects/find", json=asked, headers=admin)
    assert answer.json == {"items": [phone, desk], "next": None}
    nobody = client.post(f"{BASE}/subjects/find", json={"customer": "x"}, headers=admin)
    assert nobody.json["items"] == []
    copy = client.post(f"{BASE}/subjects/{phone}/data", headers=admin)
    assert [len(each["records"]) for each in copy.json["subjects"]] == [len(made), 1]
    with database.reading() as session:
        verbs = [each.verb for each in staff.events(session, staff.Trail(verb="person."))]
    assert verbs == ["person.export", "person.find", "person.find"]


@pytest.mark.parametrize("subject", ["s_nobody", "x", "s_%00", "s_" + "A" * 22, "%F0%9F%92%A9"])
def test_nobody_is_not_found(client, demo, admin, subject):
    for answer in (
        client.get(f"{BASE}/subjects/{subject}", headers=admin),
        client.post(f"{BASE}/subjects/{subject}/data", headers=admin),
        client.post(f"{BASE}/subjects/{subject}/erase", json={"reason": "x"}, headers=admin),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_a_person_is_erased_whole_or_not_at_all(client, database, demo, admin, settings):
    noise, _ = a_person(database, demo)
    phone, _ = a_person(database, demo, 2)
    desk, _ = a_person(database, demo)
    a_customer(database, demo, settings, [phone, desk])
    made = a_request(database, demo, phone)
    url = f"{BASE}/subjects/{desk}/erase"
    held = client.post(f"{BASE}/holds", json={"subject": phone, "reason": "case"}, headers=admin)
    assert held.status_code == 201
    answer = client.post(url, json={"reason": "asked"}, headers=admin)
    assert (answer.status_code, answer.json["code"]) == (409, "held")
    assert left(database, ConsentRecord) == 4
    release = f"{BASE}/holds/{held.json['id']}/release"
    assert client.post(release, json={"reason": "over"}, headers=admin).json["released_at"]
    answer = client.post(url, json={"reason": "asked"}, headers=admin).json
    assert (len(answer["requests"]), answer["shown"]) == (2, True)
    assert left(database, ConsentRecord) == 1
    with database.reading() as session:
        assert rights.request_of(session, demo.site, made.id).subject_id is None
        assert records.history(session, demo.site.id, noise)
        [event] = staff.events(session, staff.Trail(verb="person.erase"))
        assert event.facts["requests"] == answer["requests"]
    assert client.get(f"{BASE}/subjects/{desk}", headers=admin).status_code == 404


@pytest.mark.parametrize(
    ("path", "sent", "field"),
    [
        ("/holds", {}, "reason"),
        ("/holds", {"reason": "\0"}, "reason"),
        ("/holds", {"reason": "\ud800"}, "reason"),
        ("/holds", {"reason": " "}, "reason"),
        ("/holds", {"reason": "x", "subject": "s_nobody"}, "subject"),
        ("/holds", {"reason": "x", "subject": "\0"}, "subject"),
        ("/holds", {"reason": "x", "subject": "\ud800"}, "subject"),
        ("/holds", {"reason": "x", "from": "0001-01-01T00:00:00Z"}, "from"),
        ("/holds", {"reason": "x", "from": "9999-12-31T23:59:59-12:00"}, "from"),
        ("/holds", {"reason": "x", "from": "now"}, "from"),
        ("/holds", {"reason": "x", "other": 1}, "other"),
        ("/subjects/find", {"customer": "a\0"}, "customer"),
        ("/subjects/find", {"customer": "\ud800"}, "customer"),
        ("/subjects/find", {"customer": 17}, "customer"),
    ],
)
def test_what_makes_no_sense_is_named(client, database, demo, admin, path, sent, field):
    answer = client.post(f"{BASE}{path}", json=sent, headers=admin)
    assert answer.status_code == 422, answer.text
    assert list(answer.json["fields"]) == [field]
    assert left(database, LegalHold) == 0


def test_requests_are_listed_read_and_answered(client, database, demo, admin):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    noise = a_request(database, other, a_person(database, other)[0])
    made = [
        a_request(database, demo, a_person(database, demo)[0], words="please") for _ in range(3)
    ]
    page = client.get(f"{BASE}/rights?limit=2", headers=admin)
    rest = client.get(f"{BASE}/rights?limit=2&cursor={page.json['next']}", headers=admin)
    assert 'rel="next"' in page.headers["Link"]
    listed = [each["reference"] for each in page.json["items"] + rest.json["items"]]
    assert sorted(listed) == sorted(each.reference for each in made)
    assert page.json["items"][0]["words"] == "please"
    url = f"{BASE}/rights/{made[0].id}"
    longer = client.post(f"{url}/extend", json={"reason": "many"}, headers=admin).json
    assert longer["state"] == "extended"
    sent = {"outcome": "refused", "answer": "not yours"}
    assert client.post(f"{url}/close", json=sent, headers=admin).json["state"] == "refused"
    again = client.post(f"{url}/close", json=sent, headers=admin)
    assert (again.status_code, again.json["code"]) == (409, "closed")
    assert client.get(url, headers=admin).json["answer"] == "not yours"
    closed = client.get(f"{BASE}/rights?state=closed", headers=admin).json["items"]
    assert [each["id"] for each in closed] == [str(made[0].id)]
    for wrong in (noise.id, "x", "%00"):
        assert client.get(f"{BASE}/rights/{wrong}", headers=admin).status_code == 404


def test_an_auditors_token_reads_and_changes_nothing(client, database, demo, auditor):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject)
    for path in (f"/subjects/{subject}", "/holds", "/rights", f"/rights/{made.id}"):
        assert client.get(f"{BASE}{path}", headers=auditor).status_code == 200
        assert client.get(f"{BASE}{path}").status_code == 401
    for path, sent in (
        (f"/subjects/{subject}/erase", {"reason": "x"}), ("/holds", {"reason": "x"}),
        (f"/holds/{made.id}/release", {"reason": "x"}),
        (f"/rights/{made.id}/close", {"outcome": "done", "answer": "x"}),
        (f"/rights/{made.id}/extend", {"reason": "x"}),
    ):  # fmt: skip
        assert client.post(f"{BASE}{path}", json=sent, headers=auditor).status_code == 403
    assert left(database, ConsentRecord) == 1


def test_another_sites_token_sees_nothing(client, database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    stranger = a_token(database, site_id=other.site.id)
    subject, _ = a_person(database, demo)
    for path in (f"/subjects/{subject}", "/holds", "/rights"):
        assert client.get(f"{BASE}{path}", headers=stranger).status_code == 404
