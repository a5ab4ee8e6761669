"""Differences in words, and which of them an earlier choice does not cover."""

import copy
from typing import Any

import pytest

from consent import notices
from tests.factories import a_notice


def changed(change: Any) -> list[notices.Change]:
    before = notices.completed(a_notice(texts={"en": {}, "de": {}}))
    after = copy.deepcopy(before)
    change(after)
    return list(notices.diff(before, notices.completed(after)))


def cookie(**facts: Any) -> dict[str, Any]:
    return {**a_notice()["cookies"][-1], **facts}


def test_the_same_and_a_first_notice_have_no_differences() -> None:
    assert changed(lambda _: None) == []
    assert notices.diff(None, a_notice()) == ()


def test_a_draft_that_leaves_texts_out_differs_in_nothing() -> None:
    draft = a_notice()
    assert notices.diff(notices.completed(draft), draft) == ()


WIDER = [
    (
        "category",
        lambda it: it["categories"].append({"key": "video"}),
        "Category video",
        ("video", None),
    ),
    (
        "vendor",
        lambda it: it["vendors"].append({**it["vendors"][0], "key": "zeta", "name": "Zeta"}),
        "Company Zeta",
        (None, "zeta"),
    ),
    (
        "vendor's category",
        lambda it: it["vendors"][0]["categories"].append("performance"),
        "Company Acme Ads in performance",
        ("performance", "acme"),
    ),
    (
        "vendor's basis",
        lambda it: it["vendors"][1]["bases"].append("legitimate_interest"),
        "Company Metrics Ltd: legal bases",
        (None, "metrics"),
    ),
    (
        "cookie",
        lambda it: it["cookies"].append(cookie(name="_new", vendor=None)),
        "Cookie _new on shop.example",
        ("performance", None),
    ),
    (
        "cookie of a vendor",
        lambda it: it["cookies"].append(cookie(name="_new")),
        "Cookie _new on shop.example",
        ("performance", "metrics"),
    ),
    (
        "longer",
        lambda it: it["cookies"][-1].update(duration="P500D"),
        "Cookie _ga_ on shop.example: duration",
        ("performance", "metrics"),
    ),
    (
        "purpose",
        lambda it: it["cookies"][-1].update(purpose={"en": "Follows you."}),
        "Cookie _ga_ on shop.example: purpose in English",
        ("performance", "metrics"),
    ),
    (
        "what a category is for",
        lambda it: it["texts"]["de"].update(category_functional_text="Alles."),
        "Text category_functional_text in German",
        ("functional", None),
    ),
]


@pytest.mark.parametrize(
    ("change", "what", "asked"), [each[1:] for each in WIDER], ids=[each[0] for each in WIDER]
)
def test_what_goes_further_matters_and_says_what_is_asked(change, what, asked) -> None:
    found = [each for each in changed(change) if each.matters]
    assert [each.what for each in found] == [what]
    assert (found[0].category, found[0].vendor) == asked


NARROWER = [
    ("shorter", lambda it: it["cookies"][-1].update(duration="P5D")),
    ("session", lambda it: it["cookies"][-1].update(duration="session")),
    ("vendor gone", lambda it: it["vendors"].pop(0)),
    ("cookie gone", lambda it: it["cookies"].pop()),
    ("always on", lambda it: it["cookies"].append(cookie(name="basket", category="necessary"))),
    ("translation", lambda it: it["cookies"][-1]["purpose"].update(de="Zählt.")),
    ("banner", lambda it: it["texts"]["en"].update(banner_title="Hello")),
    ("hosts", lambda it: it["vendors"][0]["hosts"].append("cdn.acme.example")),
    ("layout", lambda it: it.update(layout="tab")),
    ("theme", lambda it: it.update(theme={"--consent-radius": "0"})),
    ("option", lambda it: it.update(options={"reopen_button": "end"})),
    ("expiry", lambda it: it["expiry"].update(granted="P90D")),
    ("language", lambda it: it["texts"].update(fr={})),
    (
        "regions",
        lambda it: it["regions"].insert(0, {"match": ["US"], "model": "opt_out", "gpc": "apply"}),
    ),
]


@pytest.mark.parametrize("change", [each[1] for each in NARROWER], ids=[e[0] for e in NARROWER])
def test_what_goes_no_further_is_told_and_asks_nobody(change) -> None:
    found = changed(change)
    assert len(found) == 1
    assert not found[0].matters
    assert found[0].what[0].isupper()
