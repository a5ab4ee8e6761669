"""Rights requests from the history page: asked with its key, seen with a key of their own."""

import html
import json
import re

import pytest

from consent import records, rights
from consent.rights import Answer, RightsContact, RightsRequest
from consent.signing import Purpose, Signer
from tests.factories import a_body, a_published_site, post
from tests.records.keeping import left
from tests.web.test_history_page import SAME, a_form, key_of, look

PATH = "/privacy/demo/rights"


def ask(client, key: str, **fields: str):
    data = a_form(client, key=key, send="1", **fields)
    return client.post(f"{PATH}/ask", data=data, headers=SAME)


def references(page: str) -> list[str]:
    return re.findall(r'data-request="([^"]+)"', page)


def request_key(page: str) -> str:
    return html.unescape(re.search(r"data-request-key>([^<]+)<", page).group(1))


def status(client, key: str):
    return client.post(PATH, data=a_form(client, key=key), headers=SAME)


@pytest.fixture
def key(client, demo) -> str:
    post(client, demo, a_body(demo))
    return key_of(post(client, demo, a_body(demo)).json)


def test_a_person_asks_and_sees_where_it_stands(client, demo, key, database):
    post(client, demo, a_body(demo))
    form = client.post(f"{PATH}/ask", data=a_form(client, key=key), headers=SAME)
    assert form.status_code == 200
    assert 'value="rectify"' in form.text
    sent = ask(client, key, kind="erase", words="<b>please</b>", email="anna@example.org")
    assert sent.status_code == 200
    assert "Your request has arrived." in sent.text
    [reference] = references(sent.text)
    assert references(look(client, key).text) == [reference]
    own = request_key(sent.text)
    assert f"https://consent.example{PATH}#key={own}" in sent.text
    assert references(status(client, own).text) == [reference]
    with database.transaction() as session:
        [made] = rights.requests(session, demo.site).rows
        answer = Answer("<i>You</i> are erased", "m_1")
        rights.close(session, demo.site, made.id, answer)
    page = status(client, own).text
    assert "&lt;i&gt;You&lt;/i&gt; are erased" in page
    assert "anna@example.org" not in page
    assert ">done<" in page


def test_nobody_else_sees_it(client, demo, key, database, settings):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    [reference] = references(ask(client, key, kind="access").text)
    stranger = key_of(post(client, demo, a_body(demo)).json)
    elsewhere = key_of(post(client, other, a_body(other)).json)
    assert reference not in look(client, stranger).text
    signer = Signer(settings.secret_keys)
    with database.reading() as session:
        [made] = rights.requests(session, demo.site).rows
    for wrong in (
        "", "x", "\0", str(made.id), key, stranger, elsewhere,
        signer.sign(Purpose.RIGHTS, "other", str(made.id)),
        signer.sign(Purpose.RIGHTS, "demo", "0193d7e0-0000-7000-8000-000000000000"),
    ):  # fmt: skip
        page = status(client, wrong)
        assert page.status_code == 200
        assert "This key does not open a request" in html.unescape(page.text)
        assert reference not in page.text


def test_a_key_in_a_query_opens_nothing(client, demo, key):
    sent = ask(client, key, kind="access")
    page = client.get(PATH, query_string={"key": request_key(sent.text)}).text
    assert references(page) == []


def test_sent_twice_it_is_one_request(client, demo, key, database):
    event = "0193d7e0-0000-7000-8000-000000000001"
    first = ask(client, key, kind="erase", event_id=event)
    again = ask(client, key, kind="erase", event_id=event)
    later = ask(client, key, kind="erase")
    assert references(first.text) == references(again.text) == references(later.text)
    assert "it waits" in later.text
    assert left(database, RightsRequest) == 1


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "kind-error"),
        ({"kind": "everything"}, "kind-error"),
        ({"kind": "rectify"}, "words-error"),
        ({"kind": "erase", "words": "x" * 2001}, "words-error"),
        ({"kind": "erase", "words": "a\0b"}, "words-error"),
        ({"kind": "erase", "email": "anna"}, "email-error"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_written_is_lost(
    client, demo, key, database, fields, error
):
    written = {"words": "my own words", "email": "anna@example.org", **fields}
    if fields == {"kind": "rectify"}:
        written["words"] = " "
    page = ask(client, key, **written)
    assert page.status_code == 422
    assert f'id="{error}"' in page.text
    if "\0" not in written["words"]:
        assert written["words"] in page.text
    assert written["email"] in page.text
    if "kind" in fields and error != "kind-error":
        assert re.search(rf'value="{fields["kind"]}"[^>]* checked', page.text)
    assert left(database, RightsContact) == 0


def test_a_bad_event_id_is_refused_and_not_our_fault(client, demo, key):
    assert ask(client, key, kind="erase", event_id="x\0").status_code == 422


def test_a_form_without_key_or_from_elsewhere_is_refused(client, demo, key, database):
    assert ask(client, "x", kind="erase").status_code == 403
    data = a_form(client, key=key, send="1", kind="erase")
    for path in (f"{PATH}/ask", f"{PATH}/copy", PATH):
        answer = client.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
    assert left(database, RightsRequest) == 0


def test_who_has_no_records_any_more_is_told_so(client, demo, key, settings):
    nobody = Signer(settings.secret_keys).sign(Purpose.HISTORY, "demo", "s_nobody")
    page = ask(client, nobody, kind="access", words="kept words")
    assert page.status_code == 404
    assert "kept words" in page.text
    assert "There are no records under this key" in page.text


def test_a_copy_is_saved_at_once_and_holds_nobody_elses(client, demo, key, database):
    stranger = post(client, demo, a_body(demo)).json
    copy = client.post(f"{PATH}/copy", data=a_form(client, key=key), headers=SAME)
    assert copy.status_code == 200
    assert copy.headers["Content-Disposition"] == 'attachment; filename="my-data-demo.json"'
    assert "no-store" in copy.headers["Cache-Control"]
    found = json.loads(copy.data)
    assert len(found["subjects"][0]["records"]) == 1
    assert stranger["record_id"] not in copy.text
    with database.reading() as session:
        [one] = records.history(session, demo.site.id, found["subjects"][0]["subject"])
    assert found["subjects"][0]["records"][0]["record"] == str(one.id)


def test_the_page_speaks_the_visitors_language(client, database):
    texts = {"en": {}, "de": {}}
    with database.transaction() as session:
        both = a_published_site(session, texts=texts)
    own = key_of(post(client, both, a_body(both)).json)
    page = ask(client, own, kind="erase", language="de")
    assert "Ihre Anfrage ist angekommen." in page.text
    assert 'lang="de"' in page.text
