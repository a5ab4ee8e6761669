"""A person's own records: opened by the key in a form's body, and by nothing else."""

import html
import re

import pytest
from sqlalchemy import select

from consent.records.models import ConsentRecord
from consent.signing import Purpose, Signer
from consent.web.visitor.history import AT_ONCE
from tests.factories import a_body, a_published_site, post

PATH = "/privacy/demo/history"
SAME = {"Sec-Fetch-Site": "same-origin"}


def a_form(client, **changes: str) -> dict:
    page = client.get(PATH).text
    token = re.search(r'name="token" value="([^"]+)"', page).group(1)
    return {"token": token, **changes}


def look(client, key: str, **changes: str):
    return client.post(PATH, data=a_form(client, key=key, **changes), headers=SAME)


def key_of(answer: dict) -> str:
    return answer["history_url"].partition("#key=")[2]


def shown(page: str) -> list[str]:
    return re.findall(r'data-record="([^"]+)"', page)


def test_the_key_opens_a_persons_records_newest_first_and_nobody_elses(client, demo, database):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    mine = [post(client, demo, a_body(demo)).json]
    mine.append(post(client, demo, a_body(demo, subject=mine[0]["subject"])).json)
    stranger = post(client, demo, a_body(demo)).json
    elsewhere = post(client, other, a_body(other)).json

    page = look(client, key_of(mine[0])).text
    ids = [answer["record_id"] for answer in mine]
    assert shown(page) == [ids[1], ids[1], ids[0]]  # the one in force stands above the list too
    for answer in (stranger, elsewhere):
        assert answer["record_id"] not in page


def test_the_page_before_the_key_shows_nobody(client, demo):
    recorded = post(client, demo, a_body(demo)).json
    page = client.get(PATH).text
    assert recorded["record_id"] not in page
    assert shown(page) == []


def test_a_key_in_a_query_opens_nothing(client, demo):
    recorded = post(client, demo, a_body(demo)).json
    for where in (
        client.get(PATH, query_string={"key": key_of(recorded)}),
        client.post(
            PATH, query_string={"key": key_of(recorded)}, data=a_form(client), headers=SAME
        ),
    ):
        assert recorded["record_id"] not in where.text
        assert key_of(recorded) not in where.text


def test_a_wrong_key_opens_nothing_and_says_so(client, demo, settings, database):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
    recorded = post(client, demo, a_body(demo)).json
    inner = key_of(recorded).partition(".")[0]
    signer = Signer(settings.secret_keys)
    for key in (
        "", "x", inner, key_of(recorded)[:-2], recorded["subject"], "\x00", "ä" * 300,
        signer.sign(Purpose.HISTORY, "other", inner), signer.sign(Purpose.RECEIPT, "demo", inner),
    ):  # fmt: skip
        page = look(client, key)
        assert page.status_code == 200
        assert "This key does not open a history" in html.unescape(page.text), key
        assert shown(page.text) == []


def test_a_key_without_records_shows_an_empty_history(client, demo, settings):
    page = look(client, Signer(settings.secret_keys).sign(Purpose.HISTORY, "demo", "s_erased"))
    assert page.status_code == 200
    assert "There is no record under this key yet." in page.text


def test_a_key_opens_nothing_for_another_page(client, demo):
    recorded = post(client, demo, a_body(demo)).json
    form = a_form(client, key=key_of(recorded))
    for headers in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://shop.example"}):
        answer = client.post(PATH, data=form, headers=headers)
        assert answer.status_code == 403
        assert recorded["record_id"] not in answer.text
    assert client.post(PATH, data={"key": key_of(recorded)}, headers=SAME).status_code == 403


def test_withdrawing_refuses_everything_and_objects_to_every_interest(client, demo, database):
    recorded = post(client, demo, a_body(demo)).json
    event_id = a_body(demo)["event_id"]
    answer = look(client, key_of(recorded), action="withdraw", event_id=event_id)
    assert answer.status_code == 200
    assert "#consent-handover=" in answer.text
    look(client, key_of(recorded), action="withdraw", event_id=event_id)
    with database.reading() as session:
        first, second = session.scalars(
            select(ConsentRecord).order_by(ConsentRecord.sequence)
        ).all()
    assert (second.action, second.layer) == ("withdraw", "page")
    assert second.subject_id == first.subject_id
    assert not any(second.categories.values())
    assert second.vendors == {
        "acme": {"consent": [], "legitimate_interest": []}, "metrics": {"consent": []},
    }  # fmt: skip


def test_withdrawing_with_a_wrong_key_is_refused_and_nothing_is_written(client, demo, database):
    recorded = post(client, demo, a_body(demo)).json
    answer = look(client, recorded["subject"], action="withdraw", event_id=a_body(demo)["event_id"])
    assert answer.status_code == 403
    with database.reading() as session:
        assert len(session.scalars(select(ConsentRecord)).all()) == 1


def test_a_long_history_comes_in_pages(client, demo):
    subject, count = None, AT_ONCE + 3
    for _ in range(count):
        answer = post(client, demo, a_body(demo, subject=subject)).json
        subject = answer["subject"]
    first = look(client, key_of(answer)).text
    cursor = re.search(r'name="cursor" value="(\d+)"', first).group(1)
    second = look(client, key_of(answer), cursor=cursor).text
    found = shown(first)[1:] + shown(second)
    assert len(found) == len(set(found)) == count
    assert 'name="cursor"' not in second


@pytest.mark.parametrize("cursor", ["0", "-1", "x", "", str(10**30), "1.5"])
def test_a_hostile_cursor_shows_at_most_ones_own(client, demo, cursor):
    recorded = post(client, demo, a_body(demo)).json
    assert look(client, key_of(recorded), cursor=cursor).status_code in {200, 400, 422}


def test_a_record_names_the_companies_left_out_and_objected_to(client, demo):
    granted = {"functional": True, "targeting": True, "performance": True}
    vendors = {
        "acme": {"consent": ["targeting"], "legitimate_interest": []},
        "metrics": {"consent": ["functional"]},
    }
    answer = post(client, demo, a_body(demo, categories=granted, vendors=vendors)).json
    page = look(client, key_of(answer)).text
    assert re.search(r"<dt>Companies left out</dt><dd>Metrics Ltd</dd>", page)
    assert re.search(r"<dt>Objected to</dt><dd>Acme Ads</dd>", page)
    plain = post(client, demo, a_body(demo)).json
    page = look(client, key_of(plain)).text
    assert "Companies left out" not in page
    assert "Objected to" not in page


def test_a_record_is_told_in_the_language_of_the_page(client, database):
    with database.transaction() as session:
        site = a_published_site(session, texts={"en": {}, "de": {}})
    body = a_body(site)
    body["notice"] = {**body["notice"], "language": "de"}
    key = key_of(post(client, site, body).json)

    german = look(client, key, language="de").text
    english = look(client, key, language="en").text
    assert "Einzeln ausgewählt" in german
    assert "Chose one by one" in english
    assert "Einzeln ausgewählt" not in english
