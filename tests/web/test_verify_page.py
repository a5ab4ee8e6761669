"""The page that checks receipts: it has all it needs, and its scripts are of one age."""

import base64
import html
import json
import re

import pytest

from consent import clock, ledger
from consent.ledger.models import LogKey
from consent.notices import texts
from consent.web import verify
from tests.factories import a_body, post
from tests.house.sources import ROOT

SCRIPTS = ROOT / "static" / "js" / "visitor" / "verify"


def given(client, path: str = "/verify", **headers: str) -> dict:
    """Return what the page hands to its script."""
    page = client.get(path, headers={"Accept": "text/html", **headers}).text
    given = re.search(r'data-verify="([^"]+)"', page).group(1)
    return json.loads(html.unescape(given))


def script_url(client) -> str:
    page = client.get("/verify").text
    return re.search(r'src="https://consent.example(/verify/[^"]+)"', page).group(1)


def test_the_page_brings_the_present_key_and_those_that_signed_before(
    client, demo, settings, database
):
    present = ledger.verifier("", settings.ledger_seeds[-1]).public
    former = bytes(range(32))
    with database.transaction() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
        for public in (former, present):
            key = LogKey(log_id=log_id, public=public, from_size=0, until_size=None)
            key.reason, key.added_at = "first", clock.now()
            session.add(key)
    keys = [base64.b64decode(each) for each in given(client)["keys"]]
    assert keys == [present, former]


def test_no_secret_stands_in_the_page(client, demo, settings):
    page = client.get("/verify").text
    assert settings.ledger_key not in page
    assert not [key for key in settings.secret_keys if key in page]


@pytest.mark.parametrize(
    ("path", "wished", "language"),
    [
        ("/verify", "de-AT,de;q=0.9,en;q=0.5", "de"),
        ("/verify", "fr, en;q=0.5", "en"),
        ("/verify", "xx", "en"),
        ("/verify?language=de", "en", "de"),
        ("/verify?language=%3Cscript%3E", "de", "de"),
    ],
)
def test_the_page_speaks_the_language_asked_for(client, path, wished, language):
    found = given(client, path, **{"Accept-Language": wished})
    assert found["language"] == language
    assert found["words"]["verify_title"] == texts.shipped()[language]["verify_title"]
    page = client.get(path, headers={"Accept-Language": wished}).text
    assert f'<html lang="{language}" dir="ltr"' in page


def test_the_page_hands_over_every_text_that_its_scripts_name(client):
    words = given(client)["words"]
    named, begun = set(), set()
    for path in SCRIPTS.glob("*.js"):
        source = path.read_text("utf-8")
        named |= set(re.findall(r"say\('([a-z_0-9]+)'", source))
        begun |= set(re.findall(r"say\(`([a-z_0-9]+_)\$", source))
        faults = re.findall(r"(?:Fault|Unable)\(\s*'([a-z_0-9]+)'|fault\('([a-z_0-9]+)'", source)
        named |= {f"verify_why_{one or two}" for one, two in faults}
        # codes that are handed on: `_object(value, 'extra')`
        named |= {
            f"verify_why_{each}" for each in re.findall(r"_(?:object|only)\(.*'(\w+)'\)", source)
        }
    agreement = (SCRIPTS / "agreement.js").read_text("utf-8")
    parts = set(re.findall(r"\['([a-z]+)', ", agreement)) | {"site"}
    assert len(parts) > 10
    named |= {f"verify_why_part_{part}" for part in parts}
    assert len(named) > 60
    assert named <= words.keys(), named - words.keys()
    assert all(any(key.startswith(start) for key in words) for start in begun)
    # and no reason is written that no script could give
    begun.discard("verify_why_")
    said = named | {key for key in words if key.startswith(tuple(begun))}
    known = {key for key in words if key.startswith("verify_")}
    in_template = (ROOT / "templates/visitor/verify.html").read_text()
    assert {key for key in known - said if f"'{key}'" not in in_template} == set()


def test_every_script_is_kept_for_ever_under_the_digest_of_them_all(client):
    url = script_url(client)
    for name in sorted(path.name for path in SCRIPTS.glob("*.js")):
        answer = client.get(url.replace("page.js", name))
        assert answer.data == (SCRIPTS / name).read_bytes()
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.mimetype == "text/javascript"
        for imported in re.findall(r"^import .* from '([^']+)'", answer.text, re.MULTILINE):
            assert imported.startswith("./")
            assert client.get(url.replace("page.js", imported[2:])).status_code == 200


def test_under_another_digest_no_script_is_kept(client):
    url = re.sub(r"/verify/\w+/", "/verify/0123456789abcdef/", script_url(client))
    answer = client.get(url)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["nothing.js", "types.d.ts", "..%2Fkey.js", "page"])
def test_nothing_else_lies_there(client, name):
    assert client.get(script_url(client).replace("page.js", name)).status_code == 404


def test_without_javascript_the_page_says_what_else_checks(client):
    page = client.get("/verify").text
    said = re.search(r"<p[^>]* data-no-script>(.*?)</p>", page).group(1)
    assert "consent verify" in said
    assert "verify_log.py" in said
    assert re.search(r"<form[^>]* hidden>", page)


def test_the_scripts_ask_for_nothing_and_write_no_markup():
    for path in SCRIPTS.glob("*.js"):
        source = path.read_text("utf-8")
        for word in ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "innerHTML", "import("):
            assert word not in source, path.name


def test_recorded_and_history_pages_lead_to_file_paper_and_check(client, demo):
    answer = post(client, demo, a_body(demo)).json
    history = client.get("/privacy/demo/history").text
    token = re.search(r'name="token" value="([^"]+)"', history).group(1)
    key = answer["history_url"].partition("#key=")[2]
    same = {"Sec-Fetch-Site": "same-origin"}
    for action in ("", "withdraw"):
        form = {"token": token, "key": key, "action": action}
        page = html.unescape(client.post("/privacy/demo/history", data=form, headers=same).text)
        for kind in ("json", "html"):
            assert re.search(rf'href="[^"]+/receipt\.{kind}\?token=[^"]+&wait=receipt"', page)
        assert 'href="https://consent.example/verify?language=en"' in page


def test_the_digest_is_of_all_scripts():
    assert {path.stem for path in SCRIPTS.glob("*.js")} == verify._scripts().keys()
