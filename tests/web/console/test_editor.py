"""The notice editor: each page keeps its part, says what is wrong beside it, and loses nothing."""

import io
import re

import pytest
from sqlalchemy import select

from consent import notices, sites
from consent.staff import Role, StaffEvent
from tests.factories import a_published_site
from tests.web.console.people import logged_in

BASE = "/console/sites/demo/notice"
PARTS = ("categories", "cookies", "vendors", "texts", "look", "regions", "options")
COOKIE = {
    "name": "_gid",
    "storage": "cookie",
    "host": "shop.example",
    "party": "first",
    "duration": "p1d",
    "category": "performance",
    "vendor": "metrics",
    "purpose.en": "Tells visitors\r\napart.",
}
VENDOR = {
    "key": "film",
    "name": "Film Ltd",
    "policy_url": "https://film.example/privacy",
    "hosts": "film.example\ncdn.film.example",
    "categories": ["functional"],
    "bases": ["consent"],
}


@pytest.fixture
def noise(database):
    with database.transaction() as session:
        return a_published_site(session, "noise", "https://noise.example")


@pytest.fixture
def editor(client, database, demo, noise):
    return logged_in(client, database, Role.EDITOR, demo.site.id)


@pytest.fixture
def draft(database, demo, noise):
    def read(key="demo"):
        with database.reading() as session:
            return notices.draft_found(session, sites.find(session, key)).document

    return read


def was(editor, part: str) -> str:
    found = re.search(r'name="was" value="([^"]*)"', editor.get(f"{BASE}/{part}").text)
    assert found, part
    return found.group(1)


def keep(editor, part: str, data, path: str = ""):
    return editor.post(f"{BASE}/{path or part}", {"was": was(editor, part), **data})


@pytest.mark.parametrize("part", ["", *PARTS, "cookies/new", "cookies/2", "cookies/table"])
def test_each_page_opens_with_the_preview_beside_it(editor, part):
    page = editor.get(f"{BASE}/{part}".rstrip("/"))
    assert page.status_code == 200
    assert 'sandbox="allow-scripts"' in page.text
    assert "Live: version 1." in page.text


def test_a_cookie_is_kept_and_the_change_is_in_the_trail(editor, draft, database):
    answer = keep(editor, "cookies", COOKIE, "cookies/new")
    assert answer.location == f"{BASE}/cookies?said=draft.kept"
    made = draft()["cookies"][-1]
    assert (made["duration"], made["purpose"]) == ("P1D", {"en": "Tells visitors\napart."})
    assert len(draft("noise")["cookies"]) == 3
    with database.reading() as session:
        event = session.scalars(select(StaffEvent).where(StaffEvent.verb == "notice.draft")).one()
    assert event.facts["part"] == "cookies"
    assert event.actor == editor.member.key
    page = editor.get(BASE)
    assert "The draft is not published" in page.text


def test_a_wrong_cookie_is_said_beside_its_field_and_nothing_typed_is_lost(editor, draft):
    before = draft()
    wrong = {**COOKIE, "duration": "a while", "name": "<script>alert(1)</script>"}
    answer = keep(editor, "cookies", wrong, "cookies/new")
    assert answer.status_code == 422
    assert 'id="duration-error"' in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert(1)" not in answer.text
    assert 'value="A WHILE"' in answer.text or 'value="a while"' in answer.text
    assert draft() == before


def test_chosen_cookies_move_and_go(editor, draft):
    keep(editor, "cookies", {"place": ["2"], "action": "move", "moved_to": "functional"})
    assert draft()["cookies"][2]["category"] == "functional"
    keep(editor, "cookies", {"place": ["2", "1"], "action": "remove"})
    assert [each["name"] for each in draft()["cookies"]] == ["consent"]
    assert keep(editor, "cookies", {"action": "remove"}).status_code == 422


def test_a_vendor_is_added_changed_and_removed(editor, draft):
    assert keep(editor, "vendors", VENDOR, "vendors/new").status_code == 303
    changed = {**VENDOR, "key": "cinema"}
    assert keep(editor, "vendors", changed, "vendors/one/film").status_code == 303
    assert draft()["vendors"][-1]["key"] == "cinema"
    assert keep(editor, "vendors", {"keys": ["cinema"]}).status_code == 303
    assert len(draft()["vendors"]) == 2
    bad = {**VENDOR, "policy_url": "javascript:alert(1)"}
    answer = keep(editor, "vendors", bad, "vendors/new")
    assert answer.status_code == 422
    assert 'id="policy_url-error"' in answer.text


def test_texts_and_languages_are_kept(editor, draft):
    keep(editor, "texts", {"action": "add", "new_language": "de"}, "texts/languages")
    answer = keep(editor, "texts", {"language": "de", "text.banner_title": "Ihre Wahl"})
    assert answer.status_code == 303
    assert draft()["texts"]["de"] == {"banner_title": "Ihre Wahl"}
    assert "Ihre Wahl" in editor.get(f"{BASE}/texts?language=de").text
    keep(editor, "texts", {"action": "remove", "language": "de"}, "texts/languages")
    assert "de" not in draft()["texts"]
    assert keep(editor, "texts", {"language": "de"}).status_code == 422


def test_a_look_that_cannot_be_read_is_refused_with_what_was_measured(editor, draft):
    look = {"layout": "tab", "--consent-accent": "#0e7c8b"}
    assert keep(editor, "look", look).status_code == 303
    assert draft()["theme"] == {"--consent-accent": "#0e7c8b"}
    pale = {**look, "--consent-surface": "#ffffff", "--consent-text": "#aaaaaa"}
    answer = keep(editor, "look", pale)
    assert answer.status_code == 422
    assert "2.32" in answer.text
    assert "#aaaaaa" in answer.text
    assert draft()["theme"] == {"--consent-accent": "#0e7c8b"}


def test_regions_are_kept_in_order_and_a_rule_without_places_goes(editor, draft):
    rules = {
        "rule": ["0", "1", "2"],
        "match.0": "*",
        "model.0": "opt_in",
        "order.0": "2",
        "match.1": "us-ca",
        "model.1": "opt_out",
        "model.1.functional": "notice_only",
        "gpc.1": "1",
        "order.1": "1",
        "match.2": " ",
        "model.2": "opt_in",
    }
    assert keep(editor, "regions", rules).status_code == 303
    first, second = draft()["regions"]
    assert (first["match"], first["models"]) == (["US-CA"], {"functional": "notice_only"})
    assert (second["match"], second["gpc"]) == (["*"], "ignore")
    wrong = keep(editor, "regions", {**rules, "match.1": "California"})
    assert wrong.status_code == 422
    assert 'value="California"' in wrong.text


def test_options_are_kept_and_wrong_ones_said(editor, draft):
    given = {
        "granted": "P1Y",
        "refused": "P1Y",
        "policy_url": "/cookies",
        "default_language": "en",
        "reopen_button": "end",
        "consent_modes": ["google"],
        "policy_url.en": "/cookies/en",
        "count_shown": "20",
    }
    assert keep(editor, "options", given).status_code == 303
    assert draft()["options"] == {
        "vendor_choices": False,
        "reopen_button": "end",
        "consent_modes": ["google"],
        "policy_urls": {"en": "/cookies/en"},
        "count_shown": 20,
    }
    for share in ("0", "101", "many", "9" * 30):
        assert keep(editor, "options", {**given, "count_shown": share}).status_code == 422, share
    answer = keep(editor, "options", {**given, "granted": "long"})
    assert answer.status_code == 422
    assert 'id="granted-error"' in answer.text


def test_a_category_is_added_described_and_taken_away(editor, draft):
    new = {"key": "chat", "name": "Chat", "text": "Talks."}
    assert keep(editor, "categories", new, "categories/add").status_code == 303
    names = {"language": "en", "key": ["chat"], "name.chat": "Chats", "text.chat": "Talks."}
    assert keep(editor, "categories", {**names, "order.chat": "1"}).status_code == 303
    assert draft()["categories"][0]["key"] == "chat"
    assert draft()["texts"]["en"]["category_chat_name"] == "Chats"
    assert keep(editor, "categories", {"key": "chat"}, "categories/remove").status_code == 303
    assert "chat" not in str(draft()["categories"])


def test_a_table_is_planned_first_and_kept_when_asked(editor, draft):
    text = "name,category,duration,purpose\nnew,functional,1 year,New.\nbad,nothing,soon,x\n"
    path = "cookies/table"
    planned = keep(editor, "cookies", {"table": text, "action": "plan"}, path)
    assert planned.status_code == 200
    assert "There is no category with this key or name." in planned.text
    assert len(draft()["cookies"]) == 3
    assert keep(editor, "cookies", {"table": text, "action": "keep"}, path).status_code == 422
    good = keep(editor, "cookies", {"table": text, "action": "keep-good"}, path)
    assert good.status_code == 303
    assert draft()["cookies"][-1]["name"] == "new"


def test_a_table_comes_as_a_file_too(editor, draft):
    file = (io.BytesIO("Name;Kategorie;Dauer;Zweck\nä;Werbung;1 Tag;Ü\n".encode("cp1252")), "c.csv")
    sent = {"file": file, "action": "keep"}
    assert keep(editor, "cookies", sent, "cookies/table").status_code == 303
    assert draft()["cookies"][-1]["purpose"] == {"en": "Ü"}
    nothing = keep(editor, "cookies", {"table": "", "action": "plan"}, "cookies/table")
    assert nothing.status_code == 422


def test_what_somebody_else_changed_meanwhile_is_shown_and_not_overwritten(editor, draft, database):
    seen = was(editor, "texts")
    with database.transaction() as session:
        site = sites.find(session, "demo")
        notices.change_draft(session, site, lambda each: {**each, "texts": {"en": {"saved": "T"}}})
    mine = {"was": seen, "language": "en", "text.banner_title": "Mine"}
    answer = editor.post(f"{BASE}/texts", mine)
    assert answer.status_code == 409
    assert "Somebody else has changed this part meanwhile" in answer.text
    assert "Mine" in answer.text
    assert draft()["texts"]["en"] == {"saved": "T"}
    again = re.search(r'name="was" value="([^"]*)"', answer.text).group(1)
    assert editor.post(f"{BASE}/texts", {**mine, "was": again}).status_code == 303
    assert draft()["texts"]["en"] == {"saved": "T", "banner_title": "Mine"}


def test_rubbish_in_a_form_is_refused_in_words(editor, draft):
    before = draft()
    for part, data in (
        ("cookies", {"place": ["99999", "x", "-1"], "action": "remove"}),
        ("regions", {"rule": ["x", "9" * 20], "match.x": "\x00"}),
        ("categories", {"key": ["nothing"], "order.nothing": "x", "language": "xx"}),
        ("look", {"layout": "x", "--consent-font": "}"}),
        ("options", {"granted": "\x00"}),
        ("texts", {"language": "en", "text.nothing": "x"}),
    ):
        assert keep(editor, part, data).status_code in {303, 422}, part
    assert draft()["cookies"] == before["cookies"]
    assert draft()["regions"] == before["regions"]
    assert editor.get(f"{BASE}/cookies/999999").status_code == 404
    assert editor.get(f"{BASE}/cookies?from=x&category=%00").status_code == 200
