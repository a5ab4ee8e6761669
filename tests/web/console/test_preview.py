"""The live preview: the draft as a visitor gets it, in a frame that can do nothing."""

import json
import re

import pytest

from consent import notices, sites
from consent.staff import Role
from tests.factories import a_published_site
from tests.web.console.people import OURS, form_of, logged_in

URL = "/console/sites/demo/preview"


@pytest.fixture
def editor(client, database, demo):
    with database.transaction() as session:
        site = sites.find(session, "demo")
        notices.change_draft(
            session,
            site,
            lambda each: {
                **each,
                "texts": {"en": {"banner_title": "Only a draft"}, "de": {}},
                "regions": [
                    {"match": ["US-CA"], "model": "opt_out", "gpc": "apply"},
                    {"match": ["*"], "model": "opt_in", "gpc": "apply"},
                ],
            },
        )
        a_published_site(session, "other", "https://other.example")
    return logged_in(client, database, Role.EDITOR, demo.site.id)


def said(answer) -> dict:
    return json.loads(re.search(r'id="said">(.*?)</script>', answer.text, re.DOTALL).group(1))


def test_the_frame_has_an_opaque_origin_and_may_connect_to_nobody(editor):
    answer = editor.get(URL)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'; script-src 'nonce-")
    assert "allow-same-origin" not in policy
    assert "connect-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert editor.get(URL).headers["Content-Security-Policy"] != policy, "a nonce is used twice"


def test_the_loader_is_the_real_one_with_the_draft(editor):
    text = editor.get(URL).text
    assert "Only a draft" in text
    assert 'typeof window.consent?.get=="function"||function(CONFIG)' in text
    assert "https://consent.example/console/preview/files/" in text
    assert "https://consent.example/v1/sites/demo" not in text


def test_the_frame_answers_for_the_visitor_that_was_chosen(editor):
    from_california = said(editor.get(f"{URL}?view_region=US-CA&view_gpc=1&view_language=de"))
    assert from_california["region"] == {"region": "US-CA", "model": "opt_out", "source": "header"}
    assert from_california["gpc"] is True
    assert {name.split(".")[1] for name in from_california["answers"]} == {"de"}
    unknown = said(editor.get(f"{URL}?view_region=nowhere&view_language=xx"))
    assert unknown["region"] == {"region": None, "model": "opt_in", "source": "unknown"}
    assert {name.split(".")[1] for name in unknown["answers"]} == {"en"}


def test_dark_surroundings_are_the_themes_own_scheme(editor):
    assert '"--consent-color-scheme": "dark"' in editor.get(f"{URL}?view_scheme=dark").text.replace(
        '":"', '": "'
    )


def test_a_form_is_shown_that_nobody_kept(editor, database):
    form = {"part": "texts", "language": "en", "text.banner_title": "Only </script> typed"}
    answer = editor.post(URL, form)
    assert answer.status_code == 200
    assert "Only \\u003c/script> typed" in answer.text
    with database.reading() as session:
        found = notices.draft_found(session, sites.find(session, "demo"))
    assert found.document["texts"]["en"]["banner_title"] == "Only a draft"


def test_a_form_that_cannot_be_shown_says_why(editor):
    answer = editor.post(URL, {"part": "look", "layout": "tab", "--consent-accent": "<b>"})
    assert answer.status_code == 200
    assert "The preview waits" in answer.text
    assert "Use a colour such as #336eea." in answer.text
    assert "script" not in answer.headers["Content-Security-Policy"]


def test_without_scripts_the_texts_and_the_list_are_there(editor):
    still = editor.get(URL).text.partition("<noscript>")[2].partition("</noscript>")[0]
    for text in ("Only a draft", "Reject all", "Strictly necessary", "_ga_…", "Counts visits."):
        assert text in still


def test_code_of_the_preview_is_served_to_frames_without_an_origin(editor, client):
    config = editor.get(URL).text
    hashes = re.search(r'"parts":\["([^"]+)","([^"]+)"', config).groups()
    for stem, digest in zip(("center", "page"), hashes, strict=True):
        answer = client.get(f"/console/preview/files/{stem}.{digest}.js")
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.mimetype == "text/javascript"
    for name in ("center.js", "text.en.0.json", "..", "%00"):
        assert client.get(f"/console/preview/files/{name}").status_code == 404


def test_only_who_drafts_here_sees_the_draft(app, database, demo, editor):
    auditor = logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)
    assert auditor.get(URL).status_code == 403
    assert editor.get("/console/sites/other/preview").status_code == 404
    assert app.test_client().get(URL).status_code == 303


def test_another_page_cannot_put_a_form_into_the_frame(editor):
    form = form_of(editor.get("/console/account"))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        sent = editor.client.post(URL, data={"form": form}, headers=headers)
        assert sent.status_code == 403
    assert editor.client.post(URL, data={}, headers=OURS).status_code == 400
