"""On the site's own host the service sets the cookie by HTTP; nowhere else."""

import base64
import json
from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from consent import create_app
from consent.records import cookie
from tests.factories import a_body, post

HOST = "https://shop.example"


@pytest.fixture
def near(settings, database, demo):
    """Give a program that reaches the service below a path of the site's own host."""
    changed = type(settings)(**{**vars(settings), "public_url": f"{HOST}/consent"})
    return create_app(changed, database).test_client(use_cookies=False)


def set_cookie(response) -> SimpleCookie:
    found = SimpleCookie()
    for line in response.headers.getlist("Set-Cookie"):
        found.load(line)
    return found


def fields(value: str) -> dict:
    coded = value.removeprefix("v1.")
    return json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))


def ask_state(client, demo, subject: str, value: str | None = None, origin: str = HOST):
    headers = {"Origin": origin, **({"Cookie": f"consent={value}"} if value else {})}
    return client.post(
        f"/v1/sites/{demo.site.key}/state", json={"subject": subject}, headers=headers
    )


def test_a_decision_is_answered_with_the_cookie_the_snippet_would_write(near, demo):
    body = a_body(demo, vendors={"acme": {"consent": [], "legitimate_interest": []}})
    answer = post(near, demo, body)
    morsel = set_cookie(answer)["consent"]

    assert morsel["path"] == "/"
    assert morsel["samesite"] == "Lax"
    assert morsel["secure"]
    assert not morsel["httponly"]
    said = fields(morsel.value)
    assert list(said) == ["n", "c", "t", "e", "a", "o", "m", "v", "g", "r", "s", "k", "q", "p"]
    assert said["c"] == {"functional": 1, "targeting": 0, "performance": 1}
    assert said["v"] == {"acme": {"c": [], "l": []}}
    assert (said["a"], said["o"], said["m"], said["g"]) == ("save", "banner", "opt_in", "DE")
    assert (said["r"], said["s"]) == (answer.json["record_id"], answer.json["subject"])
    assert answer.json["history_url"].endswith(f"#key={said['k']}")
    assert answer.json["receipt_url"].endswith(f"?token={said['q']}")
    assert cookie.read(morsel.value, exact=True) is not None


def test_a_refusal_names_no_companies_and_owes_a_removal(near, demo):
    refused = dict.fromkeys(("functional", "targeting", "performance"), False)
    said = fields(
        set_cookie(post(near, demo, a_body(demo, action="reject_all", categories=refused)))[
            "consent"
        ].value
    )
    assert "v" not in said
    assert said["p"] == 1


def test_a_decision_said_again_sets_nothing(near, demo):
    body = a_body(demo)
    assert set_cookie(post(near, demo, body))
    assert not set_cookie(post(near, demo, body))


def test_the_cookie_in_force_is_set_again_as_the_browser_has_it(near, demo):
    answer = post(near, demo, a_body(demo))
    value = set_cookie(answer)["consent"].value
    again = set_cookie(ask_state(near, demo, answer.json["subject"], value))
    assert again["consent"].value == value
    assert again["consent"]["expires"] == set_cookie(answer)["consent"]["expires"]


def test_a_cookie_of_an_earlier_decision_or_of_nobody_is_not_set_again(near, demo):
    first = post(near, demo, a_body(demo))
    value, subject = set_cookie(first)["consent"].value, first.json["subject"]
    later = post(near, demo, a_body(demo, subject=subject)).json["subject"]
    for sent in (value, None, "nonsense", value + "A"):
        assert not set_cookie(ask_state(near, demo, later, sent)), sent


def test_a_page_of_another_origin_gets_none(near, client, demo, settings, database):
    with database.transaction() as session:
        session.merge(demo.site).origins = [HOST, "https://other.example"]
    answer = post(near, demo, a_body(demo), Origin="https://other.example")
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers
    assert "Set-Cookie" not in post(client, demo, a_body(demo)).headers


def test_a_choice_of_too_many_companies_for_a_cookie_is_recorded_without_one(
    near, demo, monkeypatch
):
    monkeypatch.setattr("consent.integrations.cookie.LONGEST", 200)
    answer = post(near, demo, a_body(demo))
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


def test_the_cookie_ends_when_the_decision_does(near, demo):
    answer = post(near, demo, a_body(demo))
    said = fields(set_cookie(answer)["consent"].value)
    assert said["e"] - said["t"] == timedelta(days=180).total_seconds()
