"""What a cookie means under a notice: rule by rule, as the page would tell it."""

import json

import pytest

from consent.integrations import Policy
from tests.integrations.samples import NOTICE, NOW, cookie

POLICY = Policy.from_notice(NOTICE)
ALL = {"functional": 1, "targeting": 1, "performance": 1}
NONE = dict.fromkeys(ALL, 0)


def granted(choice) -> set[str]:
    return {key for key, on in choice.categories.items() if on}


def pairs(choice) -> set[tuple[str, str]]:
    return {
        (vendor["key"], category)
        for vendor in NOTICE["vendors"]
        for category in choice.categories
        if choice.has(category, vendor["key"])
    }


def test_before_a_decision_an_opt_in_region_grants_what_is_necessary_alone():
    choice = POLICY.choice(None, "DE", now=NOW)
    assert not choice.decided
    assert granted(choice) == {"necessary"}
    assert pairs(choice) == {("pay", "necessary")}


def test_a_decision_holds_as_it_was_made():
    choice = POLICY.choice(cookie(), "DE", now=NOW)
    assert choice.decided
    assert granted(choice) == {"necessary", "functional", "performance"}
    assert choice.has("performance", "count")
    assert not choice.has("targeting", "count")
    assert not choice.has("targeting")


def test_a_decision_that_ran_out_is_none():
    assert not POLICY.choice(cookie(e=NOW), "DE", now=NOW).decided
    assert POLICY.choice(cookie(e=NOW + 1), "DE", now=NOW).decided


def test_of_several_cookies_the_first_that_is_a_decision_counts():
    several = ["v1.nonsense", cookie(e=NOW), cookie(c=ALL), cookie(c=NONE)]
    assert POLICY.choice(several, "DE", now=NOW).has("targeting")


@pytest.mark.parametrize(
    ("region", "gpc", "expected"),
    [
        ("US-CA", False, {"necessary", "functional", "targeting"}),
        ("US-CA", True, {"necessary", "functional"}),
        ("US-NY", True, {"necessary", "functional", "targeting", "performance"}),
        ("BR", False, {"necessary"}),
        (None, False, {"necessary"}),
        ("us-ca", False, {"necessary"}),
    ],
)
def test_without_a_decision_the_model_of_region_and_category_holds(region, gpc, expected):
    assert granted(POLICY.choice(None, region, gpc, now=NOW)) == expected


def test_a_region_that_nobody_names_is_taken_from_the_cookie():
    said = cookie(c={}, g="US-CA")
    assert POLICY.choice(said, now=NOW).region == "US-CA"
    assert POLICY.choice(said, now=NOW).has("targeting")
    assert not POLICY.choice(said, "DE", now=NOW).has("targeting")


def test_a_privacy_signal_wins_over_a_decision_made_without_it_and_not_over_one_made_under_it():
    assert not POLICY.choice(cookie(c=ALL), "DE", gpc=True, now=NOW).has("targeting")
    assert POLICY.choice(cookie(c=ALL), "DE", gpc=True, now=NOW).has("performance")
    assert POLICY.choice(cookie(c=ALL, x=1), "DE", gpc=True, now=NOW).has("targeting")


def test_a_category_can_say_itself_whether_a_signal_switches_it_off():
    document = json.loads(json.dumps(NOTICE))
    document["categories"][2]["gpc"] = False
    document["categories"][3]["gpc"] = True
    choice = Policy.from_notice(document).choice(cookie(c=ALL), "DE", gpc=True, now=NOW)
    assert granted(choice) == {"necessary", "functional", "targeting"}


def test_what_the_notice_does_not_name_is_never_granted():
    choice = POLICY.choice(cookie(c={**ALL, "other": 1}, v=None), "US-NY", now=NOW)
    for category, vendor in (("other", None), ("other", "acme"), ("targeting", "nobody")):
        assert not choice.has(category, vendor)
    assert "other" not in choice.categories
    assert not choice.has("functional", "acme")


def test_vendors_that_differ_are_granted_what_they_say():
    said = {"count": {"c": ["targeting"], "l": []}, "badge": {"c": [], "l": ["performance"]}}
    choice = POLICY.choice(cookie(c=ALL, v=said), "DE", now=NOW)
    assert not choice.has("performance", "count")
    assert choice.has("targeting", "count")
    assert choice.has("performance", "badge")
    assert not choice.has("functional", "badge")
    assert choice.vendors["count"].consent == ("targeting",)


@pytest.mark.parametrize("action", ["reject_all", "withdraw"])
def test_who_refuses_everything_objects_to_every_interest(action):
    choice = POLICY.choice(cookie(c=NONE, a=action), "DE", now=NOW)
    assert all(each.legitimate_interest == () for each in choice.vendors.values())
    saved = POLICY.choice(cookie(c=NONE), "DE", now=NOW)
    assert saved.vendors["badge"].legitimate_interest == ("functional", "performance")
    assert not saved.has("functional", "badge")


def test_where_the_vendors_lie_elsewhere_none_is_granted_and_the_categories_are_as_said():
    choice = POLICY.choice(cookie(c=ALL, w=1), "DE", now=NOW)
    assert choice.decided
    assert granted(choice) == {"necessary", *ALL}
    assert pairs(choice) == set()


def test_a_choice_cannot_be_changed():
    choice = POLICY.choice(cookie(), "DE", now=NOW)
    with pytest.raises(AttributeError):
        choice.decided = False
    with pytest.raises(TypeError):
        choice.categories["targeting"] = True


def test_a_policy_is_built_from_a_file_too(tmp_path):
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(NOTICE))
    for path in (file, str(file)):
        assert Policy.from_notice(path).rules == POLICY.rules


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": "other"}, "format"),
        ({"vendors": [{**NOTICE["vendors"][1], "hosts": ["https://acme.example/"]}]}, "acme"),
        ({"vendors": [{**NOTICE["vendors"][1], "hosts": ["*"]}]}, "acme"),
        ({"vendors": [{**NOTICE["vendors"][1], "hosts": [".example"]}]}, "acme"),
        ({"vendors": [{**NOTICE["vendors"][1], "hosts": ["a.example; img-src *"]}]}, "acme"),
        ({"vendors": [{**NOTICE["vendors"][1], "bases": []}]}, "acme"),
        ({"regions": [{"match": ["*"], "model": "never"}]}, "never"),
        ({"categories": None}, "notice file"),
    ],
)
def test_what_is_no_notice_is_refused_by_name(change, words):
    with pytest.raises(ValueError, match=words):
        Policy.from_notice({**NOTICE, **change})
    with pytest.raises(ValueError, match="format"):
        Policy.from_notice({})
