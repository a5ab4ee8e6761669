"""Every failure has one shape: a problem document for programs, a page for people."""

import pytest
from sqlalchemy.exc import OperationalError

from tests.factories import ORIGIN, a_body, post

KEYS = ["type", "title", "status", "code"]


def failures(client, demo) -> list:
    body = a_body(demo)
    post(client, demo, body)
    headers = {"Origin": ORIGIN, "Content-Type": "application/json"}
    path = "/v1/sites/demo/records"
    return [
        client.post(path, data=b"{", headers=headers),
        client.post(path, json=body),
        client.get("/v1/sites/nobody/loader.js"),
        client.get("/v1/nowhere"),
        client.get("/nowhere"),
        client.delete(path),
        post(client, demo, {**body, "gpc": True}),
        client.post(path, data=b" " * 20_000, headers=headers),
        client.post(path, data=b"{}", headers={**headers, "Content-Type": "text/html"}),
        client.post(path, data=b"{}", headers=headers),
        client.post("/v1/sites/demo/state", json={"subject": "x"}, headers={"Origin": ORIGIN}),
        client.post("/privacy/demo"),
    ]


def test_a_program_gets_a_problem_with_the_same_keys_everywhere(client, demo):
    found = failures(client, demo)
    assert [answer.status_code for answer in found] == [
        400, 403, 404, 404, 404, 405, 409, 413, 415, 422, 404, 403,
    ]  # fmt: skip
    for answer in found:
        assert answer.mimetype == "application/problem+json"
        assert list(answer.json)[:4] == KEYS
        assert answer.json["status"] == answer.status_code
        assert list(answer.json)[4:] == (["fields"] if answer.status_code == 422 else [])
        assert answer.json["title"].endswith(".")


def test_every_failure_forbids_sniffing_and_is_kept_by_no_cache(client, demo):
    for answer in failures(client, demo):
        assert answer.headers.get("X-Content-Type-Options") == "nosniff", answer.request.path
        assert answer.headers.get("Cache-Control") == "no-store", answer.request.path


def test_a_wrong_method_says_which_are_right(client, demo):
    answer = client.delete("/v1/sites/demo/records")
    assert answer.status_code == 405
    assert {"POST", "OPTIONS"} <= set(answer.headers["Allow"].replace(" ", "").split(","))


def test_a_person_gets_a_page(client, demo):
    for path in ("/nowhere", "/privacy/nobody"):
        answer = client.get(path, headers={"Accept": "text/html,application/xhtml+xml"})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "Content-Security-Policy" in answer.headers
    api = client.get("/v1/nowhere", headers={"Accept": "text/html"})
    assert api.mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/<script>alert(1)</script>", "/privacy/<script>", "/%0d%0aSet-Cookie:x=1"]
)
def test_no_failure_repeats_what_was_sent(client, demo, path):
    answer = client.get(path, headers={"Accept": "text/html"})
    assert "<script>alert" not in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_bug_is_a_plain_500_that_tells_nothing(app, demo, monkeypatch):
    def broken(*_: object) -> None:
        message = "planted secret"
        raise RuntimeError(message)

    monkeypatch.setattr("consent.notices.in_force", broken)
    answer = app.test_client().get("/v1/sites/demo/notice")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "planted" not in answer.text
    assert list(answer.json) == KEYS


def test_a_database_that_is_away_is_a_503_with_a_time(app, demo, monkeypatch):
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    monkeypatch.setattr("consent.notices.in_force", away)
    answer = app.test_client().get("/v1/sites/demo/notice")
    assert (answer.status_code, answer.json["code"]) == (503, "not_durable")
    assert answer.headers["Retry-After"]
    assert "SELECT" not in answer.text
