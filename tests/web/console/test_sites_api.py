"""Sites by the API: the same verbs as in the console, with tokens."""

import pytest

from consent import notices, sites, staff
from consent.staff import Order, Role
from tests.factories import a_published_site

BASE = "/api/v1/sites"
NEW = {"key": "shop", "name": "Shop", "origins": ["https://shop.example"], "retention": "P3Y"}


def a_token(database, role=Role.ADMIN, site_id=None) -> dict[str, str]:
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("test", role, site_id), None, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def admin(database, demo):
    with database.transaction() as session:
        a_published_site(session, "noise", "https://noise.example")
    return a_token(database)


def test_a_site_is_made_listed_read_changed_and_embedded(client, database, admin):
    made = client.post(BASE, json=NEW, headers=admin)
    assert made.status_code == 201, made.text
    assert (made.json["version"], made.json["retention"]) == (1, "P3Y")
    assert client.get(f"{BASE}/shop", headers=admin).json == made.json
    first = client.get(f"{BASE}?limit=2", headers=admin)
    assert [each["key"] for each in first.json["items"]] == ["demo", "noise"]
    assert 'rel="next"' in first.headers["Link"]
    rest = client.get(f"{BASE}?limit=2&cursor={first.json['next']}", headers=admin).json
    assert ([each["key"] for each in rest["items"]], rest["next"]) == (["shop"], None)
    change = {"name": "The shop", "public_log": True, "retention": "P1Y"}
    changed = client.patch(f"{BASE}/shop", json=change, headers=admin)
    assert changed.json == {**made.json, **change}
    embed = client.get(f"{BASE}/shop/embed", headers=admin).json
    assert embed["integrity"] in embed["frozen_tag"]
    with database.reading() as session:
        assert notices.in_force(session, sites.find(session, "shop").id).version == 1
        assert sites.find(session, "noise").name == "The noise shop"


@pytest.mark.parametrize(
    ("given", "status", "names"),
    [
        ({}, 422, {"key", "name", "origins"}),
        ({**NEW, "key": "demo"}, 409, set()),
        ({**NEW, "key": "\x00"}, 422, {"key"}),
        ({**NEW, "origins": ["x"]}, 422, {"origins"}),
        ({**NEW, "origins": "https://shop.example"}, 422, {"origins"}),
        ({**NEW, "name": "\ud800"}, 422, {"name"}),
        ({**NEW, "public_log": "yes"}, 422, {"public_log"}),
        ({**NEW, "id": 7}, 422, {"id"}),
    ],
)
def test_what_makes_no_sense_is_named_and_nothing_is_made(
    client, database, admin, given, status, names
):
    answer = client.post(BASE, json=given, headers=admin)
    assert answer.status_code == status, answer.text
    assert set(answer.json.get("fields", {})) == names
    with database.reading() as session:
        assert [each.key for each in sites.all_sites(session)] == ["demo", "noise"]


def test_a_wrong_change_changes_nothing(client, database, admin):
    for given in ({"key": "x"}, {"name": ""}, {"retention": "P0D"}, {"origins": []}):
        answer = client.patch(
            f"{BASE}/demo", json={"default_language": "fr", **given}, headers=admin
        )
        assert answer.status_code == 422, given
    with database.reading() as session:
        assert sites.find(session, "demo").default_language == "en"


def test_a_token_of_one_site_sees_no_other(client, database, demo, admin):
    mine = a_token(database, site_id=demo.site.id)
    assert client.get(f"{BASE}/demo", headers=mine).status_code == 200
    assert client.get(f"{BASE}/noise", headers=mine).status_code == 404
    assert client.get(BASE, headers=mine).status_code == 403
    assert client.post(BASE, json=NEW, headers=mine).status_code == 403
