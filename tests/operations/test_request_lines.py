"""One line a request: the route's pattern, never the path; its level says how much it matters."""

import re
from dataclasses import replace

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from consent import create_app
from tests.factories import ORIGIN, a_body, post

REQUEST = {"event", "level", "logger", "timestamp", "request_id", "method", "route", "status",
           "duration_ms"}  # fmt: skip


def requests(events: list[dict]) -> list[dict]:
    return [event for event in events if event["event"] == "request"]


def test_a_decision_is_one_line_with_its_site_and_nothing_of_the_visitor(client, demo, told):
    answer = post(client, demo, a_body(demo))
    (line,) = requests(told())
    assert line.keys() == REQUEST | {"site"}
    assert (line["level"], line["method"], line["status"], line["site"]) == (
        "info", "POST", 201, "demo",
    )  # fmt: skip
    assert line["route"] == "/v1/sites/<site_key>/records"
    assert line["request_id"] == answer.headers["X-Request-ID"]


def test_a_refusal_names_its_reason(client, demo, told):
    client.post("/v1/sites/demo/records", json={}, headers={"Origin": "https://evil.example"})
    (line,) = requests(told())
    assert (line["level"], line["status"]) == ("info", 403)
    assert (line["reason"], line["site"]) == ("origin_not_allowed", "demo")


@pytest.mark.parametrize("path", ["/v1/sites/demo/loader.js", "/healthz", "/readyz", "/metrics"])
def test_reading_that_succeeds_is_told_at_debug_alone(client, demo, told, path):
    assert client.get(path).status_code == 200
    assert [line["level"] for line in requests(told(log_level="info"))] == ["debug"]
    client.get(path)
    assert requests(told()) == []


def test_an_address_that_is_not_there_is_told_at_debug_and_without_its_path(client, told):
    client.get("/planted-path/alice@mail.example?planted-query")
    (line,) = requests(told())
    assert (line["level"], line["route"], line["status"]) == ("debug", "unmatched", 404)
    assert "planted" not in str(line)


def test_the_key_of_a_site_that_is_none_is_not_repeated(client, demo, told):
    client.get("/v1/sites/planted-site/loader.js")
    (line,) = requests(told())
    assert (line["level"], line["reason"]) == ("info", "not_found")
    assert "planted" not in str(line)


def test_a_method_that_nobody_knows_is_not_repeated(client, demo, told):
    client.open("/healthz", method="PLANTED")
    client.open("/healthz", method="DELETE")
    assert [line["method"] for line in requests(told())] == ["other", "DELETE"]


def test_a_bug_is_told_with_its_traceback_under_the_requests_id(app, demo, told, monkeypatch):
    def broken(*_: object) -> None:
        raise RuntimeError(f"planted-{len('by')}")

    monkeypatch.setattr("consent.notices.in_force", broken)
    answer = app.test_client().get("/v1/sites/demo/notice")
    events = told()
    failure = next(event for event in events if "exception" in event)
    assert failure["request_id"] == answer.headers["X-Request-ID"]
    assert "in broken" in failure["exception"]
    assert "RuntimeError" in failure["exception"]
    assert "planted-2" not in str(events)
    assert [line["level"] for line in requests(events)] == ["error"]
    assert requests(events)[0]["reason"] == "internal"


def test_a_request_that_comes_later_has_an_id_of_its_own(client, told):
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second
    assert [line["request_id"] for line in requests(told())] == [first, second]


@pytest.mark.parametrize("path", ["/v1/sites/demo/loader.js", "/v1/sites/demo/notice"])
def test_an_answer_that_caches_keep_carries_no_id(client, demo, path):
    assert "X-Request-ID" not in client.get(path).headers


IDS = ["0193d7e0-7c3a-7000-8000-0123456789ab", "0123456789abcdef0123456789abcdef"]
NO_IDS = ["alice@mail.example", "203.0.113.77", "short", "a" * 65, "s_4fzzzzzzzzzzzzzzzzzz", ""]


def asked_with(app, given: str) -> str:
    return app.test_client().get("/healthz", headers={"X-Request-ID": given}).headers[
        "X-Request-ID"
    ]  # fmt: skip


def test_an_id_is_believed_from_a_trusted_proxy_and_only_in_the_shape_of_one(settings, database):
    app = create_app(replace(settings, trusted_proxies=1), database)
    assert isinstance(app.wsgi_app, ProxyFix)
    assert [asked_with(app, given) for given in IDS] == IDS
    for given in NO_IDS:
        assert asked_with(app, given) != given, given


def test_without_a_trusted_proxy_no_id_is_believed(app):
    for given in IDS:
        assert asked_with(app, given) != given


def test_bodies_are_the_same_whatever_id_is_sent(app, demo):
    client = app.test_client()
    for path in ("/v1/sites/demo/loader.js", "/v1/sites/nobody/notice", "/privacy/demo/history"):
        # A form's token carries the second it was made in.
        plain, named = (
            re.sub(rb'value="[^"]*"', b"", client.get(path, headers=headers).data)
            for headers in ({}, {"X-Request-ID": IDS[0]})
        )
        assert named == plain, path


def test_a_preflight_is_told_at_debug(client, demo, told):
    client.options("/v1/sites/demo/records", headers={"Origin": ORIGIN})
    assert [line["level"] for line in requests(told())] == ["debug"]
