"""The receipt on paper: in words and in the record's language, for whoever holds its link."""

import html
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import delete

from consent import clock
from consent.records.models import ConsentRecord
from consent.web.visitor import receipt_page
from tests.factories import a_body, a_published_site, post

GRANTED = {"functional": True, "targeting": False, "performance": True}
VENDORS = {
    "acme": {"consent": [], "legitimate_interest": []},
    "metrics": {"consent": ["functional"]},
}


def path_of(answer: dict, kind: str = "html") -> str:
    parts = urlsplit(answer["receipt_url"])
    return f"{parts.path}?{parts.query}".replace("receipt.json", f"receipt.{kind}")


def text_of(answer) -> str:
    """Return a page as it reads, without markup."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


def shown(client, demo, **changes):
    made = post(client, demo, a_body(demo, **changes)).json
    return made, client.get(path_of(made) + "&wait=receipt")


def test_it_says_in_words_who_asked_what_was_decided_and_when(client, demo):
    made, answer = shown(client, demo, categories=GRANTED, vendors=VENDORS)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    text = text_of(answer)
    for said in (
        "Receipt: your decision at The demo shop",
        "https://shop.example",
        "Chose one by one",
        made["record_id"],
        demo.version.digest,
        "✓ Allowed Functional",
        "✗ Refused Targeting",
        "✓ Allowed Performance",
        "Acme Ads ✗ Refused ✗ Objected",
        "Metrics Ltd ✓ Functional –",
        "consent.example/verify",
    ):
        assert said in text, said


def test_it_names_log_place_size_root_and_the_key_that_signed(client, demo):
    made, answer = shown(client, demo)
    proof = client.get(path_of(made, "tlog-proof")).text
    index = int(re.search(r"^index (\d+)$", proof, re.MULTILINE).group(1))
    origin, size, root = proof.partition("\n\n")[2].split("\n")[:3]
    [key] = client.get("/log/demo/keys.json").json["keys"]
    text = text_of(answer)
    assert f"Log {origin} " in text
    assert f"entry {index + 1} of {size}" in text
    assert f"Root {root}" in text
    assert key["vkey"] in text


def test_it_leads_to_its_files_and_the_code_to_itself(client, demo, monkeypatch):
    drawn = []
    make = receipt_page.segno.make
    monkeypatch.setattr(
        receipt_page.segno, "make", lambda text, **how: drawn.append(text) or make(text, **how)
    )
    made, answer = shown(client, demo)
    page = html.unescape(answer.text)
    token = made["receipt_url"].partition("?token=")[2]
    base = f"https://consent.example/v1/sites/demo/records/{made['record_id']}"
    assert f'href="{base}/receipt.json?token={token}&wait=receipt"' in page
    assert f'href="{base}/receipt.tlog-proof?token={token}"' in page
    assert drawn == [f"{base}/receipt.html?token={token}"]
    assert 'class="code-image"' in page


def test_it_needs_neither_script_nor_style_of_its_own_and_tells_nobody_its_address(client, demo):
    _, answer = shown(client, demo)
    assert "<script" not in answer.text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_before_the_log_covers_it_the_page_says_so_and_asks_again(client, demo):
    made = post(client, demo, a_body(demo)).json
    answer = client.get(path_of(made))
    assert answer.status_code == 202
    assert (answer.headers["Retry-After"], answer.headers["Refresh"]) == ("10", "10")
    assert "The proof is not there yet." in answer.text
    assert "Root" not in text_of(answer)
    later = client.get(path_of(made) + "&wait=receipt")
    assert later.status_code == 200
    assert "Refresh" not in later.headers


def test_where_the_log_stands_still_it_comes_without_the_proof_and_says_so(client, demo):
    made = post(client, demo, a_body(demo)).json
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=True):
        answer = client.get(path_of(made))
    assert answer.status_code == 200
    assert "The log stands still at the moment" in answer.text
    assert "Refresh" not in answer.headers


def test_it_is_told_in_the_records_language_and_not_the_browsers(client, database):
    with database.transaction() as session:
        site = a_published_site(session, texts={"en": {}, "de": {}, "ar": {}})
    for language, direction, said in (
        ("de", "ltr", "Beleg: Ihre Entscheidung bei The demo shop"),
        ("ar", "rtl", "Receipt: your decision at The demo shop"),
    ):
        body = a_body(site)
        body["notice"] = {**body["notice"], "language": language}
        made = post(client, site, body).json
        answer = client.get(path_of(made) + "&wait=receipt", headers={"Accept-Language": "en"})
        assert f'<html lang="{language}" dir="{direction}"' in answer.text
        assert said in text_of(answer)


def test_what_a_site_writes_is_text_and_never_markup(client, database):
    with database.transaction() as session:
        site = a_published_site(session, texts={"en": {"category_functional_name": "A & B"}})
    _, answer = shown(client, site)
    assert "<strong>A &amp; B</strong>" in answer.text


@pytest.mark.parametrize("accept", ["text/html", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"])
def test_every_other_asker_gets_the_same_page(client, demo, accept):
    made, second = (post(client, demo, a_body(demo)).json for _ in range(2))
    base = path_of(made).partition("?")[0]
    token = path_of(second).partition("token=")[2]
    unknown = base.replace(made["record_id"], "0193d7e0-0000-7000-8000-000000000000")
    attempts = [base, f"{base}?token=x", f"{base}?token={token}", f"{unknown}?token={token}"]
    found = [client.get(path, headers={"Accept": accept}) for path in attempts]
    assert [(each.status_code, each.mimetype) for each in found] == [(404, "text/html")] * 4
    assert len({each.data for each in found}) == 1


def test_after_erasure_there_is_nothing(client, demo, database):
    made, _ = shown(client, demo)
    with database.transaction() as session:
        session.execute(delete(ConsentRecord))
    for kind in ("html", "json", "tlog-proof"):
        assert client.get(path_of(made, kind)).status_code == 404


def test_the_code_is_black_on_white_whatever_the_page_looks_like():
    drawn = str(receipt_page._code("https://consent.example/" + "a" * 150))
    assert 'fill="#fff"' in drawn
    assert 'stroke="#000"' in drawn
    assert "style=" not in drawn
    assert len(drawn) < 20_000
