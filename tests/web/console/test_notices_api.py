"""Notices by the API: drafted, looked at, compared, published, scheduled."""

from datetime import timedelta

import pytest

from consent import clock, notices, staff
from consent.staff import Order, Role
from tests.factories import a_notice, a_published_site

BASE = "/api/v1/sites/demo/notices"
LOOSE = {"regions": [{"match": ["*"], "model": "notice_only", "gpc": "apply"}]}
WHY = "Counsel has cleared this for the pilot."


def a_token(database, role=Role.PUBLISHER, site_id=None) -> dict[str, str]:
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("test", role, site_id), None, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def publisher(database, demo):
    with database.transaction() as session:
        a_published_site(session, "noise", "https://noise.example", layout="tab")
    return a_token(database, site_id=demo.site.id)


def test_a_draft_is_read_replaced_compared_and_published(client, demo, publisher):
    first = client.get(f"{BASE}/draft", headers=publisher).json
    assert (first["digest"], first["is_pending"]) == (demo.version.digest, False)
    kept = client.put(f"{BASE}/draft", json=a_notice(layout="tab"), headers=publisher)
    assert kept.json["is_pending"], kept.text
    changes = client.get(f"{BASE}/draft/diff", headers=publisher).json["items"]
    assert [each["what"] for each in changes] == ["Layout"]
    findings = client.get(f"{BASE}/draft/lint?language=pl", headers=publisher).json["items"]
    assert findings[0]["rule"] == "language-missing"
    terms = {"reason": "New look", "ask_again": "everybody", "digest": kept.json["digest"]}
    made = client.post(f"{BASE}/versions", json=terms, headers=publisher)
    assert (made.status_code, made.json["version"]) == (201, 2), made.text
    whole = client.get(f"{BASE}/versions/2", headers=publisher).json
    assert (whole["reason"], whole["document"]["layout"]) == ("New look", "tab")
    assert client.get(f"{BASE}/versions/2/diff", headers=publisher).json["items"] == changes
    assert client.get(f"{BASE}/versions/1/diff", headers=publisher).json["items"] == []


def test_versions_are_paged_newest_first(client, database, demo, publisher):
    with database.transaction() as session:
        for layout in ("tab", "panel-left"):
            notices.draft(session, demo.site, a_notice(layout=layout))
            notices.publish(session, demo.site)
    page = client.get(f"{BASE}/versions?limit=2", headers=publisher)
    assert [each["version"] for each in page.json["items"]] == [3, 2]
    url = page.headers["Link"].split(";")[0].strip("<>")
    rest = client.get(url, headers=publisher)
    assert [each["version"] for each in rest.json["items"]] == [1]
    assert client.get(f"{BASE}/versions?cursor=x", headers=publisher).status_code == 422


def test_what_the_linter_refuses_names_each_place(client, publisher):
    client.put(f"{BASE}/draft", json=a_notice(**LOOSE), headers=publisher)
    refused = client.post(f"{BASE}/versions", json={"reason": "x"}, headers=publisher)
    assert (refused.status_code, refused.json["code"]) == (422, "notice_refused")
    assert list(refused.json["fields"]) == ["regions.0"]
    terms = {"reason": "x", "overrides": {"implied-consent": WHY}}
    made = client.post(f"{BASE}/versions", json=terms, headers=publisher)
    assert made.json["overridden"] == {"implied-consent": WHY}


@pytest.mark.parametrize(
    "terms",
    [{}, {"reason": ""}, {"reason": "a\0b"}, {"reason": "x", "ask_again": "all"},
     {"reason": "x", "overrides": {"guilt": WHY}}, {"reason": "x", "digest": "another"},
     {"reason": "x", "more": 1}],
    ids=["none", "empty", "nul", "word", "no such rule", "another draft", "unknown"],
)  # fmt: skip
def test_terms_that_make_no_sense_are_refused(client, publisher, terms):
    client.put(f"{BASE}/draft", json=a_notice(layout="tab"), headers=publisher)
    assert client.post(f"{BASE}/versions", json=terms, headers=publisher).status_code == 422
    assert client.get(f"{BASE}/versions", headers=publisher).json["items"][0]["version"] == 1


def test_a_broken_document_is_refused(client, publisher):
    for document in ({}, a_notice(layout="round"), a_notice(more=1)):
        answer = client.put(f"{BASE}/draft", json=document, headers=publisher)
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_publication_is_scheduled_read_and_taken_back(client, publisher):
    assert client.get(f"{BASE}/schedule", headers=publisher).status_code == 404
    client.put(f"{BASE}/draft", json=a_notice(layout="tab"), headers=publisher)
    then = clock.to_text(clock.now() + timedelta(days=1))
    terms = {"reason": "x", "publish_at": then}
    assert client.put(f"{BASE}/schedule", json=terms, headers=publisher).json["failed"] is None
    assert client.get(f"{BASE}/schedule", headers=publisher).json["publish_at"] == then
    assert client.delete(f"{BASE}/schedule", headers=publisher).status_code == 204
    assert client.delete(f"{BASE}/schedule", headers=publisher).status_code == 404
    past = {"reason": "x", "publish_at": "2020-01-01T00:00:00Z"}
    assert client.put(f"{BASE}/schedule", json=past, headers=publisher).status_code == 422


def test_another_site_is_not_found_and_an_editor_may_not_publish(client, database, demo, publisher):
    other = BASE.replace("demo", "noise")
    assert client.get(f"{other}/versions", headers=publisher).status_code == 404
    editor = a_token(database, Role.EDITOR, demo.site.id)
    assert client.get(f"{BASE}/draft", headers=editor).status_code == 200
    assert client.post(f"{BASE}/versions", json={"reason": "x"}, headers=editor).status_code == 403
    assert client.get(f"{BASE}/versions/99999999999999999", headers=editor).status_code == 404
