"""The linter: each rule finds what breaks it, says whose rule it is, and finds nothing else."""

import copy
import json
from importlib.resources import files
from typing import Any

import pytest

from consent import notices
from consent.notices.lint import REFUSING, RULES
from tests.factories import a_notice

LONG = "We store things on your device to remember your settings, and more. "


def rule(match: list[str], model: str, **more: Any) -> dict[str, Any]:
    return {"match": match, "model": model, "gpc": "apply", **more}


STRICT = rule(["*"], "opt_in")
REGIONS = {
    "implied-consent": [rule(["FR"], "notice_only"), STRICT],
    "pre-ticked": [rule(["EU"], "opt_in", models={"targeting": "opt_out"}), STRICT],
    "uk-exception": [rule(["GB"], "opt_in", models={"performance": "opt_out"}), STRICT],
    "unknown-region": [rule(["EU", "GB", "BR", "CA-QC"], "opt_in"), rule(["*"], "opt_out")],
    "signal-ignored": [rule(["US-CA"], "opt_out", gpc="ignore"), STRICT],
}
ENGLISH = {
    "reject-on-first-layer": {"reject_all": " "},
    "same-words": {"reject_all": "accept  ALL"},
    "first-layer-says-nothing": {"banner_title": "\t"},
    "unequal-words": {"reject_all": "Reject whatever is not strictly needed here"},
    "close-means-accept": {"banner_text": LONG + "By continuing you agree."},
    "cookie-wall": {"banner_text": LONG + "To read on you must accept."},
    "guilt": {"reject_all": "No, I want less"},
    "first-layer-long": {"banner_text": LONG * 10},
    "first-layer-short": {"banner_text": "Cookies?"},
}
EXPIRY = {
    "nagging": {"granted": "P360D", "refused": "P180D"},
    "asked-too-often": {"granted": "P30D", "refused": "P30D"},
    "kept-too-long": {"granted": "P2Y", "refused": "P2Y"},
    "retention-undeclared": {"granted": "", "refused": "P180D"},
}
COOKIE = {
    "duration-undeclared": {"duration": ""},
    "duration-long": {"duration": "P2Y"},
    "not-necessary": {"category": "necessary"},
    "necessary-elsewhere": {"category": "necessary", "name": "basket", "party": "third"},
    "nobodys-entry": {"party": "third", "vendor": None},
}
VENDOR = {
    "vendor-without-policy": {"policy_url": ""},
    "interest-for-storage": {"bases": ["legitimate_interest"]},
}
WHOLE = {
    "policy-missing": {"policy_url": ""},
    "contrast": {"theme": {"--consent-accent": "#ffff00"}},
    "unequal-buttons": {"theme": {"--consent-accept-color": "#ffffff"}},
    "way-back": {"options": {}},
}
LANGUAGES = {
    "texts-untranslated": {"fr": {"accept_all": "Tout accepter"}},
    "purpose-missing": {"de": {}},
}


def broken(key: str) -> dict[str, Any]:
    """Return a notice that breaks one rule."""
    found = copy.deepcopy(notices.completed(a_notice(options={"reopen_button": "end"})))
    found["regions"] = REGIONS.get(key, found["regions"])
    found["expiry"] = EXPIRY.get(key, found["expiry"])
    found["texts"]["en"] |= ENGLISH.get(key, {})
    found["texts"] |= LANGUAGES.get(key, {})
    found["cookies"][-1] |= {"duration": "P30D", **COOKIE.get(key, {})}
    found["vendors"][1] |= VENDOR.get(key, {})
    for each in found["cookies"]:
        each["purpose"]["fr"] = "Garde votre choix."
    if key == "own-entry":
        del found["cookies"][0]
    return {**found, **WHOLE.get(key, {})}


@pytest.mark.parametrize("each", RULES, ids=lambda each: each.key)
def test_each_rule_finds_what_breaks_it_and_nothing_else_is_found(each) -> None:
    languages = ["pl"] if each.key == "language-missing" else []
    findings = notices.lint(broken(each.key), languages=languages)
    assert {found.rule for found in findings} == {each.key}
    found = findings[0]
    assert (found.level, found.message, found.source) == (each.level, each.message, each.source)
    assert found.path
    assert found.message.endswith(".")


def test_the_keys_are_single_and_those_that_refuse_are_known() -> None:
    assert len({each.key for each in RULES}) == len(RULES)
    assert "pre-ticked" in REFUSING
    assert "guilt" not in REFUSING


def test_neither_the_default_nor_the_demo_notice_is_refused() -> None:
    demo = json.loads(files("consent.demo").joinpath("notice.json").read_text("utf-8"))
    for document in (a_notice(), demo):
        found = notices.lint(notices.completed(document))
        assert [each.rule for each in found if each.level == "refuse"] == []


def test_what_refuses_comes_first_and_places_are_named() -> None:
    document = broken("guilt")
    document["regions"] = [rule(["*"], "opt_out")]
    found = notices.lint(document)
    assert [each.level for each in found] == sorted(each.level for each in found)
    first = next(each for each in found if each.rule == "pre-ticked")
    assert first.path == ("regions", 0)
    assert first.measured.startswith("AT, BE, BG, CY +")


def test_words_of_another_language_that_we_ship_are_translated() -> None:
    document = notices.completed(a_notice(texts={"en": {}, "de": {}}))
    assert "texts-untranslated" not in {each.rule for each in notices.lint(document)}


def test_german_words_are_understood() -> None:
    document = notices.completed(a_notice(texts={"en": {}, "de": {}}))
    document["texts"]["de"]["banner_text"] = LONG + "Durch die weitere Nutzung stimmen Sie zu."
    assert "close-means-accept" in {each.rule for each in notices.lint(document)}
