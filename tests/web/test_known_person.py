"""POST state with a token of the site: a known person's choice holds on another device."""

import pytest
from sqlalchemy import select

from consent import records
from consent.records.models import SubjectTie
from consent.sealing import Sealer
from tests.factories import a_body, a_published_site, post
from tests.records.keeping import place
from tests.records.test_subject_keys import signed
from tests.web.test_state_and_handover import ask

REFUSED = dict.fromkeys(("functional", "targeting", "performance"), False)


@pytest.fixture
def key(database, demo, settings) -> str:
    return a_key(database, demo, settings)


def a_key(database, demo, settings) -> str:
    with database.transaction() as session:
        return records.make_subject_key(session, demo.site, Sealer(settings.secret_keys))


def ties(database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(SubjectTie.subject_id)))


def inner(answer: dict) -> str:
    return answer["subject"].partition(".")[0]


def test_the_choice_of_one_device_holds_on_another(client, demo, key, database):
    post(client, demo, a_body(demo))
    mine = post(client, demo, a_body(demo)).json
    token = signed(key)
    first = ask(client, {"jwt": token, "subject": mine["subject"]})
    assert (first.status_code, first.json["record_id"]) == (200, mine["record_id"])
    elsewhere = ask(client, {"jwt": token})
    assert elsewhere.json == first.json
    assert ties(database) == [inner(mine)]
    assert ask(client, {"jwt": signed(key, sub="customer-18")}).status_code == 404


def test_of_several_devices_the_decision_recorded_last_holds(client, demo, key, database):
    token = signed(key)
    phone, desk = (post(client, demo, a_body(demo)).json for _ in range(2))
    for each in (phone, desk):
        ask(client, {"jwt": token, "subject": each["subject"]})
    assert ask(client, {"jwt": token}).json["record_id"] == desk["record_id"]
    again = post(
        client, demo,
        a_body(demo, subject=phone["subject"], action="reject_all", categories=REFUSED),
    ).json  # fmt: skip
    answer = ask(client, {"jwt": token, "subject": desk["subject"]}).json
    assert (answer["record_id"], answer["categories"]) == (again["record_id"], REFUSED)
    assert ties(database) == sorted([inner(phone), inner(desk)])


def test_who_has_not_decided_yet_has_no_state_and_nothing_is_kept(client, demo, key, database):
    for body in ({"jwt": signed(key)}, {"jwt": signed(key), "subject": "s_forged.x"}):
        answer = ask(client, body)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    assert ties(database) == []


def test_a_browser_of_another_person_is_never_tied_twice(client, demo, key, database):
    ours = post(client, demo, a_body(demo)).json
    ask(client, {"jwt": signed(key, sub="anna"), "subject": ours["subject"]})
    answer = ask(client, {"jwt": signed(key, sub="ben"), "subject": ours["subject"]})
    assert (answer.status_code, answer.json["code"]) == (409, "other_person")
    bens = post(client, demo, a_body(demo)).json
    ask(client, {"jwt": signed(key, sub="ben"), "subject": bens["subject"]})
    answer = ask(client, {"jwt": signed(key, sub="ben"), "subject": ours["subject"]})
    assert (answer.status_code, answer.json["record_id"]) == (200, bens["record_id"])
    assert ask(client, {"jwt": signed(key, sub="anna")}).json["record_id"] == ours["record_id"]


@pytest.mark.parametrize("token", ["x", "a.b.c", "\0", 5, None, "", "x" * 5000])
def test_a_bad_token_names_its_field(client, demo, key, token):
    answer = ask(client, {"jwt": token})
    assert answer.status_code == 422
    assert list(answer.json["fields"]) == ["jwt"]


def test_a_token_goes_with_a_subject_and_with_nothing_else(client, demo, key):
    answer = ask(client, {"jwt": signed(key), "handover": "x"})
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["subject"])


def test_another_sites_token_and_subject_open_nothing(client, demo, key, database, settings):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    theirs = a_key(database, other, settings)
    mine = post(client, demo, a_body(demo)).json
    ask(client, {"jwt": signed(key), "subject": mine["subject"]})
    there = client.post(
        "/v1/sites/other/state",
        json={"jwt": signed(theirs), "subject": mine["subject"]},
        headers={"Origin": "https://other.example"},
    )
    assert there.status_code == 404
    assert ask(client, {"jwt": signed(theirs)}).status_code == 422
    assert ties(database) == [inner(mine)]


def test_an_erased_person_is_tied_to_nobody(client, demo, key, database):
    mine, noise = (post(client, demo, a_body(demo)).json for _ in range(2))
    ask(client, {"jwt": signed(key), "subject": mine["subject"]})
    ask(client, {"jwt": signed(key, sub="noise"), "subject": noise["subject"]})
    place(database, demo)
    with database.transaction() as session:
        records.erase(session, demo.site, inner(mine), "asked")
    assert ties(database) == [inner(noise)]
    assert ask(client, {"jwt": signed(key)}).status_code == 404
