"""Records and figures by the API: what the screen shows, for programs with a token."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from consent import clock, ids, records
from consent.records import Action, Known
from consent.staff import Role
from tests.factories import a_decision, a_published_site
from tests.insights.counting import count, decide, show
from tests.web.console.test_webhooks_api import a_token

BASE = "/api/v1/sites/demo/records"


@pytest.fixture
def made(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        records.capture(session, other.site, a_decision(other, gpc=True), Known(), None)
        return [
            records.capture(session, demo.site, a_decision(demo, gpc=gpc), Known(), None).record
            for gpc in (False, True, False)
        ]


@pytest.fixture
def auditor(database, demo):
    return a_token(database, Role.AUDITOR, demo.site.id)


def test_records_come_newest_first_page_by_page(client, made, auditor):
    seen, url = [], f"{BASE}?limit=2"
    while url:
        answer = client.get(url, headers=auditor)
        assert answer.status_code == 200, answer.text
        seen += [each["id"] for each in answer.json["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        url = link.partition(">")[0][1:] if link else ""
        assert not url or "limit=2" in urlsplit(url).query
    expected = sorted(made, key=lambda each: (each.recorded_at, each.id), reverse=True)
    assert seen == [str(each.id) for each in expected]


def test_conditions_are_those_of_the_screen(client, made, auditor):
    found = client.get(f"{BASE}?gpc=yes&category=targeting&category_is=refused", headers=auditor)
    (item,) = found.json["items"]
    assert item["id"] == str(made[1].id)
    assert item["notice"] == {
        "version": 1,
        "digest": made[1].notice_digest,
        "language": "en",
    }
    assert client.get(f"{BASE}?late=yes", headers=auditor).json == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("gpc=1", "gpc"),
        ("cursor=x", "cursor"),
        ("limit=0", "limit"),
        ("nothing=1", "nothing"),
        ("region=%00", "region"),
        ("from=2026-02-02&to=2026-01-01", "to"),
        ("category_is=granted", "category"),
    ],
)
def test_what_makes_no_sense_is_named(client, made, auditor, query, field):
    answer = client.get(f"{BASE}?{query}", headers=auditor)
    assert answer.status_code == 422
    assert field in str(answer.json["fields"])


def test_one_record_has_its_proof_and_its_receipt(client, database, demo, settings, made, auditor):
    url = f"{BASE}/{made[0].id}"
    assert client.get(url, headers=auditor).json["proof"]["check"] == "waits"
    show(database, settings)
    found = client.get(url, headers=auditor).json
    assert found["proof"]["check"] == "held"
    assert found["in_force"] is True
    assert found["proof"]["index"] < found["proof"]["size"]
    receipt = found["receipt_url"].removeprefix("https://consent.example")
    assert client.get(receipt).status_code == 200


def test_another_sites_record_is_not_found(client, database, made, auditor):
    with database.reading() as session:
        theirs = session.get_one(type(made[0]), _key(session, made))
    assert client.get(f"{BASE}/{theirs.id}", headers=auditor).status_code == 404
    assert (
        client.get(f"{BASE}/{ids.new_record_id(clock.now())}", headers=auditor).status_code == 404
    )
    assert client.get(BASE.replace("demo", "other"), headers=auditor).status_code == 404


def _key(session, made):
    model = type(made[0])
    found = session.query(model).filter(model.site_id != made[0].site_id).one()
    return found.site_id, found.recorded_at, found.id


def test_a_viewers_token_reads_figures_and_no_record(client, database, demo, made):
    viewer = a_token(database, Role.VIEWER, demo.site.id)
    assert client.get(BASE, headers=viewer).status_code == 403
    assert client.get("/api/v1/sites/demo/insights", headers=viewer).status_code == 200


def test_figures_are_those_of_the_dashboard(client, database, demo, settings, auditor):
    now = clock.now()
    granted = dict.fromkeys(("functional", "targeting", "performance"), True)
    decide(database, demo, now, action=Action.ACCEPT_ALL, categories=granted)
    decide(database, demo, now, decided_at=now - timedelta(hours=1))
    show(database, settings)
    count(database)
    found = client.get("/api/v1/sites/demo/insights?days_each=7", headers=auditor).json
    assert found["whole"]["tally"] == {
        "actions": {"accept_all": 1},
        "decisions": 1,
        "shown": 0,
        "reported": 0,
    }
    assert found["whole"]["ignored"] is None
    assert found["apart"] == {"late": 1, "suspicious": 0, "both": 0}
    assert len(found["spans"]) == 5
    assert found["groups"]["version"][0]["value"] == "1"
    assert {"key": "targeting", "granted": 1, "refused": 0} in found["categories"]
    wrong = client.get("/api/v1/sites/demo/insights?days_each=0&from=x", headers=auditor)
    assert wrong.status_code == 422
