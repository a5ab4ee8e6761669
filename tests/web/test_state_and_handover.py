"""POST state: what holds for a subject, and a hosted page's decision carried over once."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from consent.signing import Purpose, Signer
from tests.factories import ORIGIN, a_body, a_published_site, post

PATH = "/v1/sites/demo/state"


def ask(client, body: object, **headers: str):
    return client.post(PATH, json=body, headers={"Origin": ORIGIN, **headers})


def a_handover(settings, record_id: str, site_key: str = "demo") -> str:
    return Signer(settings.secret_keys).sign_for_a_while(
        Purpose.HANDOVER, site_key, {"record": record_id}
    )


def test_the_state_is_the_newest_decision(client, demo):
    subject = post(client, demo, a_body(demo)).json["subject"]
    refused = dict.fromkeys(("functional", "targeting", "performance"), False)
    latest = post(
        client, demo, a_body(demo, subject=subject, action="reject_all", categories=refused)
    ).json
    answer = ask(client, {"subject": subject})
    assert answer.status_code == 200
    assert (answer.json["record_id"], answer.json["sequence"]) == (latest["record_id"], 1)
    assert (answer.json["action"], answer.json["categories"]) == ("reject_all", refused)
    assert answer.json["notice_version"] == 1
    assert answer.json["vendors"]["acme"] == {"consent": [], "legitimate_interest": []}


@pytest.mark.parametrize("subject", ["s_nobody", "hello", "s_a.b", "."])
def test_an_unknown_or_forged_subject_is_not_found(client, demo, subject):
    post(client, demo, a_body(demo))
    answer = ask(client, {"subject": subject})
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [{}, {"subject": "a", "handover": "b"}, {"subject": 5}, {"subject": None}, {"other": "x"}],
)
def test_exactly_one_of_the_two_is_asked_for(client, demo, body):
    assert ask(client, body).status_code == 422


def test_a_stranger_may_not_ask(client, demo):
    subject = post(client, demo, a_body(demo)).json["subject"]
    assert ask(client, {"subject": subject}, Origin="https://evil.example").status_code == 403
    assert client.post(PATH, json={"subject": subject}).status_code == 403


def test_a_handover_works_once(client, demo, settings):
    made = post(client, demo, a_body(demo)).json
    token = a_handover(settings, made["record_id"])
    answer = ask(client, {"handover": token})
    assert answer.status_code == 200
    assert (answer.json["record_id"], answer.json["subject"]) == (
        made["record_id"],
        made["subject"],
    )
    again = ask(client, {"handover": token})
    assert (again.status_code, again.json["code"]) == (404, "not_found")


def test_of_many_at_once_one_redeems_it(app, client, demo, settings):
    token = a_handover(settings, post(client, demo, a_body(demo)).json["record_id"])
    with ThreadPoolExecutor(6) as pool:
        found = list(
            pool.map(lambda _: ask(app.test_client(), {"handover": token}).status_code, range(6))
        )
    assert sorted(found) == [200] + [404] * 5


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (299, 200), (301, 404)])
def test_a_handover_lasts_five_minutes(client, demo, settings, seconds, status):
    made = post(client, demo, a_body(demo)).json
    with time_machine.travel(made["recorded_at"], tick=False) as clock:
        token = a_handover(settings, made["record_id"])
        clock.shift(seconds)
        assert ask(client, {"handover": token}).status_code == status


def test_a_handover_of_another_site_is_not_found(client, demo, settings, database):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    theirs = post(client, other, a_body(other)).json
    assert (
        ask(client, {"handover": a_handover(settings, theirs["record_id"], "other")}).status_code
        == 404
    )
    assert ask(client, {"handover": a_handover(settings, theirs["record_id"])}).status_code == 404


@pytest.mark.parametrize("token", ["x", "a.b.c", "." * 50, "e30.aaaa.bbbb"])
def test_a_forged_handover_is_not_found(client, demo, token):
    assert ask(client, {"handover": token}).status_code == 404


def test_the_hosted_pages_link_carries_one_that_works(client, demo):
    page = client.get("/privacy/demo").text
    token = re.search(r'name="token" value="([^"]+)"', page).group(1)
    form = {"token": token, "action": "reject_all", "event_id": a_body(demo)["event_id"]}
    recorded = client.post(
        "/privacy/demo", data=form, headers={"Sec-Fetch-Site": "same-origin"}
    ).text
    handover = re.search(r'href="https://shop.example/#consent-handover=([^"]+)"', recorded).group(
        1
    )
    answer = ask(client, {"handover": handover})
    assert (answer.status_code, answer.json["action"]) == (200, "reject_all")
