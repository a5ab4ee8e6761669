"""Consent modes: who is behind them, what the stub says, and that only who chose them pays."""

import base64
import json
import re
from hashlib import sha256

import pytest

from consent import notices, snippet
from consent.errors import NoticeError
from consent.notices.schemas import CONSENT_MODES
from consent.snippet import modes
from tests.factories import a_notice
from tests.house.sources import ROOT
from tests.snippet.test_bundle import CORE, published

SOURCE = (ROOT / "static" / "js" / "snippet" / "modes" / "main.js").read_text("utf-8")


def a_vendor(key: str, *hosts: str, categories: tuple[str, ...] = ("targeting",)) -> dict:
    return {
        "key": key,
        "name": key.title(),
        "policy_url": "https://vendor.example/privacy",
        "hosts": list(hosts),
        "categories": list(categories),
        "bases": ["consent"],
    }


def test_a_site_that_chose_none_has_nothing_of_them_in_its_loader():
    assert snippet.bundle(published(), CORE)[0].body.startswith(b"run(")


def test_they_stand_before_everything_else_in_the_loader_with_the_vendors_behind_them():
    vendors = [
        a_vendor("ads", "doubleclick.net", ".googleadservices.com"),
        a_vendor(
            "counter", "www.google-analytics.com:443", categories=("performance", "targeting")
        ),
        a_vendor("other", "notdoubleclick.net"),
        a_vendor("bing", "bat.bing.com"),
    ]
    options = {"consent_modes": ["google", "clarity"]}
    document = {"vendors": vendors, "options": options, "cookies": []}
    body = snippet.bundle(published(**document), CORE)[0].body.decode()
    assert body.startswith("modes(")
    found, end = json.JSONDecoder().raw_decode(body, len("modes("))
    assert found == {
        "google": {"targeting": ["ads", "counter"], "performance": ["counter"]},
        "clarity": {},
    }
    assert body[end:].startswith(");\nrun(")


@pytest.mark.parametrize(
    ("value", "named"),
    [(["google", "google"], "google stands twice"), (["other"], "Must be one of")],
)
def test_a_mode_that_is_none_or_stands_twice_is_refused_by_name(value, named):
    with pytest.raises(NoticeError) as caught:
        notices.checked(a_notice(options={"consent_modes": value}))
    assert named in str(caught.value.problems)


def test_the_stub_is_named_by_its_hash_and_queues_calls_where_nothing_else_is_wanted():
    assert snippet.stub(()) == "if(!Object.hasOwn(window,'consent'))window.consent={q:[]};"
    text = snippet.stub(("google", "uet"))
    digest = base64.b64encode(sha256(text.encode()).digest()).decode()
    assert snippet.stub_source(("google", "uet")) == f"'sha256-{digest}'"
    assert "</" not in text
    assert "<!--" not in text


@pytest.mark.parametrize("mode", CONSENT_MODES)
def test_stub_and_loader_know_the_same_names(mode):
    assert mode in modes.HOSTS
    block = re.search(rf"^  {mode}: ({{.*?}}),$", SOURCE, re.MULTILINE | re.DOTALL)
    block = block or re.search(rf"^  {mode}: ({{[^}}]*}})", SOURCE, re.MULTILINE)
    assert block is not None
    names = set(re.findall(r"'(\w+_[sS]torage|ad_\w+)'", block.group(1)))
    said = set(re.findall(r"(\w+_\w+):'denied'", snippet.stub((mode,))))
    assert names == said
