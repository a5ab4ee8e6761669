"""The hosted preference center: a form of ours, a decision, and the way back to the site."""

import base64
import html
import json
import re

import pytest
import time_machine
from sqlalchemy import select

from consent.records.models import ConsentRecord
from consent.signing import Purpose, Signer
from tests.factories import ORIGIN, a_body, a_published_site, post

PATH = "/privacy/demo"
SAME = {"Sec-Fetch-Site": "same-origin"}


def hidden(page: str, name: str) -> str:
    return html.unescape(re.search(rf'name="{name}" value="([^"]*)"', page).group(1))


def a_form(client, **changes: object) -> dict:
    page = client.get(PATH).text
    names = ("token", "event_id", "key", "return", "language")
    return {**{name: hidden(page, name) for name in names}, "action": "save", **changes}


def submit(client, form: dict, **headers: str):
    return client.post(PATH, data=form, headers=headers or SAME)


def all_records(database) -> list[ConsentRecord]:
    with database.reading() as session:
        return list(session.scalars(select(ConsentRecord).order_by(ConsentRecord.sequence)))


def ticked(page: str) -> set[str]:
    return set(re.findall(r'name="category" value="(\w+)"[^>]* checked', page))


@pytest.mark.parametrize(
    ("form", "granted"),
    [
        ({"action": "accept_all"}, {"functional", "targeting", "performance"}),
        ({"action": "reject_all", "category": ["functional"]}, set()),
        (
            {"action": "save", "category": ["functional", "performance"]},
            {"functional", "performance"},
        ),
        ({"action": "save"}, set()),
        ({"action": "save", "category": ["necessary", "marketing"]}, set()),
    ],
)
def test_each_button_records_what_it_says(client, demo, database, form, granted):
    answer = submit(client, a_form(client, **form))
    assert answer.status_code == 200
    assert "Recorded, not yet applied in this browser." in answer.text
    (record,) = all_records(database)
    assert {key for key, on in record.categories.items() if on} == granted
    assert (record.action, record.layer, record.late) == (form["action"], "page", False)
    assert record.page == "https://consent.example/privacy/demo"


def test_refusing_all_objects_to_every_legitimate_interest(client, demo, database):
    submit(client, a_form(client, action="reject_all"))
    assert all_records(database)[0].vendors["acme"] == {"consent": [], "legitimate_interest": []}


def test_a_form_sent_twice_is_one_record(client, demo, database):
    form = a_form(client, action="accept_all")
    first, again = submit(client, form), submit(client, form)
    assert (first.status_code, again.status_code) == (200, 200)
    (record,) = all_records(database)
    assert str(record.id) in first.text
    assert str(record.id) in again.text


def test_a_form_of_another_page_is_refused_and_nothing_is_written(client, demo, database):
    form = a_form(client)
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://consent.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": ORIGIN},
        {"Origin": "null"},
        {"Origin": "http://consent.example"},
        {"Origin": "https://consent.example.evil.com"},
        {"Referer": "https://consent.example/privacy/demo"},
    ):
        answer = submit(client, form, **headers)
        assert answer.status_code == 403, headers
    assert all_records(database) == []


def test_an_older_browser_is_known_by_its_origin(client, demo):
    assert submit(client, a_form(client), Origin="https://consent.example").status_code == 200


def test_a_missing_forged_or_stale_token_is_refused(client, demo, settings, database):
    form = a_form(client)
    signer = Signer(settings.secret_keys)
    for token in (
        "", "x", form["token"][:-4],
        signer.sign_for_a_while(Purpose.FORM, "other", {"version": "1"}),
        signer.sign_for_a_while(Purpose.HANDOVER, "demo", {"version": "1"}),
    ):  # fmt: skip
        assert submit(client, {**form, "token": token}).status_code == 403, token
    with time_machine.travel("2099-01-01T00:00:00Z"):
        assert submit(client, form).status_code == 403
    assert all_records(database) == []


@pytest.mark.parametrize("action", ["", "withdraw_all", "signal", "renew", "<script>"])
def test_an_action_without_a_button_is_refused(client, demo, database, action):
    assert submit(client, a_form(client, action=action)).status_code == 422
    assert all_records(database) == []


def test_a_hostile_event_id_is_refused(client, demo):
    assert submit(client, a_form(client, event_id="'; DROP TABLE site")).status_code == 422


def test_the_way_back_leads_to_the_site_and_nowhere_else(client, demo):
    for asked, back in (
        ("https://shop.example/basket?x=1#y", f"{ORIGIN}/basket"),
        ("https://evil.example/", f"{ORIGIN}/"),
        ("https://shop.example.evil.com/", f"{ORIGIN}/"),
        ("https://shop.example@evil.example/", f"{ORIGIN}/"),
        ("https://shop.example\\@evil.example/", f"{ORIGIN}/"),
        ("javascript:alert(1)", f"{ORIGIN}/"),
        ("//evil.example", f"{ORIGIN}/"),
        ("data:text/html,x", f"{ORIGIN}/"),
        ("", f"{ORIGIN}/"),
        ('https://shop.example/"onclick="x', f'{ORIGIN}/"onclick="x'),
    ):
        page = submit(client, a_form(client, **{"return": asked})).text
        link = html.unescape(re.search(r'href="([^"]*#consent-handover=[^"]*)"', page).group(1))
        assert link.partition("#")[0] == back, asked
        assert len(link.partition("#consent-handover=")[2]) > 40
        shown = client.get(PATH, query_string={"return": asked}).text
        assert hidden(shown, "return") == back, asked


def test_a_second_decision_with_the_key_extends_the_chain(client, demo, database):
    page = submit(client, a_form(client, action="accept_all")).text
    key = re.search(r"data-history-key>([^<]+)<", page).group(1)
    submit(client, a_form(client, action="reject_all", key=key))
    first, second = all_records(database)
    assert (first.subject_id, first.sequence + 1) == (second.subject_id, second.sequence)


def test_a_forged_key_starts_a_new_subject(client, demo, settings, database):
    page = submit(client, a_form(client, action="accept_all")).text
    key = re.search(r"data-history-key>([^<]+)<", page).group(1)
    inner = key.partition(".")[0]
    signed_elsewhere = Signer(settings.secret_keys).sign(Purpose.SUBJECT, "demo", inner)
    for forged in (inner, key[:-3], signed_elsewhere, "s_x.y"):
        submit(client, a_form(client, key=forged))
    assert len({record.subject_id for record in all_records(database)}) == 5
    assert all(record.sequence == 0 for record in all_records(database))


def a_cookie(subject: str) -> str:
    facts = {
        "n": 1, "c": {"functional": 1, "targeting": 0, "performance": 0}, "t": 1767225600,
        "e": 4102444800, "a": "save", "o": "banner", "m": "opt_in", "s": subject,
    }  # fmt: skip
    return "v1." + base64.urlsafe_b64encode(
        json.dumps(facts).replace(" ", "").encode()
    ).decode().rstrip("=")


def test_a_cookie_on_the_same_host_shows_what_was_decided(client, demo):
    recorded = post(client, demo, a_body(demo)).json
    client.set_cookie("consent", a_cookie(recorded["subject"]), domain="localhost")
    page = client.get(PATH).text
    assert ticked(page) == {"functional", "performance"}
    assert recorded["record_id"] in page
    assert hidden(page, "key")


def test_a_cookie_that_we_did_not_sign_shows_nothing(client, demo):
    recorded = post(client, demo, a_body(demo)).json
    for subject in (recorded["subject"].partition(".")[0], recorded["subject"][:-2] + "xx"):
        client.set_cookie("consent", a_cookie(subject), domain="localhost")
        page = client.get(PATH).text
        assert ticked(page) == set()
        assert recorded["record_id"] not in page
        assert hidden(page, "key") == ""


def test_without_a_decision_the_switches_stand_as_the_model_says(client, database):
    with database.transaction() as session:
        a_published_site(session, regions=[{"match": ["*"], "model": "opt_out", "gpc": "apply"}])
    assert ticked(client.get(PATH).text) == {"functional", "targeting", "performance"}
    honoured = client.get(PATH, headers={"Sec-GPC": "1"}).text
    assert ticked(honoured) == {"functional", "performance"}
    assert "Global Privacy Control" in honoured


def test_it_speaks_the_visitors_language(client, database):
    with database.transaction() as session:
        a_published_site(session, texts={"en": {}, "de": {}})
    for path, header, text in (
        (PATH, "de-AT,de;q=0.9,en;q=0.8", "Alle ablehnen"),
        (PATH, "fr", "Reject all"),
        (f"{PATH}?language=de", "en", "Alle ablehnen"),
        (f"{PATH}?language=%3Cscript%3E", "en", "Reject all"),
    ):
        assert text in client.get(path, headers={"Accept-Language": header}).text


def test_a_language_of_another_country_comes_before_a_second_choice(client, database):
    with database.transaction() as session:
        a_published_site(session, texts={"en": {}, "de": {}})
    assert "Alle ablehnen" in client.get(PATH, headers={"Accept-Language": "de-AT,en;q=0.5"}).text


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}{% x %}"


def test_hostile_texts_are_shown_as_text(client, database):
    texts = {
        "en": {"center_intro": HOSTILE, "category_functional_name": HOSTILE, "accept_all": HOSTILE}
    }
    with database.transaction() as session:
        demo = a_published_site(session, texts=texts)
        demo.site.name = HOSTILE
    form = a_form(client, action="accept_all")
    for page in (client.get(PATH), submit(client, form), client.get(f"{PATH}/history")):
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
    assert "{{ 7*7 }}" in html.unescape(client.get(PATH).text)


def test_no_key_or_token_of_a_person_stands_in_a_query_but_the_receipts(client, demo):
    page = submit(client, a_form(client, action="accept_all")).text
    links = [html.unescape(link) for link in re.findall(r'href="([^"]+)"', page)]
    queries = {
        link.partition("?")[0]: link.partition("?")[2]
        for link in links
        if "?" in link.partition("#")[0]
    }
    receipts = ("/receipt.json", "/receipt.html")
    for address, query in queries.items():
        is_file = "/static/" in address or address.endswith("/theme.css")
        assert is_file or address.endswith((*receipts, "/verify")), address
        assert "key=" not in query
        assert "token=" not in query or address.endswith(receipts)
    assert any("/history#key=" in link for link in links)


def test_every_page_is_kept_by_no_cache_and_framed_by_nobody(client, demo):
    for answer in (client.get(PATH), submit(client, a_form(client)), client.get(f"{PATH}/history")):
        policy = answer.headers["Content-Security-Policy"]
        for rule in (
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert rule in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|style=", answer.text)


def test_an_unknown_site_is_a_page_for_people_and_a_problem_for_programs(client, demo):
    page = client.get("/privacy/nobody", headers={"Accept": "text/html"})
    assert (page.status_code, page.mimetype) == (404, "text/html")
    problem = client.get("/privacy/nobody", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.mimetype) == (404, "application/problem+json")
