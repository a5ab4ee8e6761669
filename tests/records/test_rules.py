"""What the shown notice allows: categories, vendors, and actions without contradiction."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import notices
from consent.errors import InvalidFieldsError
from consent.notices import texts
from consent.records import Action, Decision, Layer, Shown, rules
from tests.factories import a_notice

DOCUMENT = notices.checked(a_notice())
NOTICE = notices.from_document(
    {**DOCUMENT, "texts": texts.completed(DOCUMENT["texts"], DOCUMENT["default_language"])}
)
OPTIONAL = NOTICE.optional
ALL, NONE = dict.fromkeys(OPTIONAL, True), dict.fromkeys(OPTIONAL, False)
MIXED = {"functional": True, "targeting": False, "performance": True}


def decision(**changes) -> Decision:
    facts = {
        "event_id": None,
        "action": Action.SAVE,
        "layer": Layer.BANNER,
        "notice": Shown(1, "", "en"),
        "categories": MIXED,
        "page": "",
        "decided_at": None,
        "body_digest": b"",
    }
    return Decision(**{**facts, **changes})


def refusal(**changes) -> dict:
    with pytest.raises(InvalidFieldsError) as refused:
        rules.check(decision(**changes), NOTICE)
    return refused.value.fields


@pytest.mark.parametrize(
    ("action", "categories"),
    [
        (Action.ACCEPT_ALL, ALL), (Action.REJECT_ALL, NONE), (Action.WITHDRAW, NONE),
        (Action.SAVE, ALL), (Action.SAVE, NONE), (Action.SAVE, MIXED), (Action.SIGNAL, MIXED),
        (Action.RENEW, MIXED), (Action.SAVE, {**MIXED, "necessary": True}),
    ],
)  # fmt: skip
def test_a_decision_that_fits_its_action_is_accepted(action, categories):
    rules.check(decision(action=action, categories=categories), NOTICE)


@pytest.mark.parametrize(
    ("action", "categories"),
    [
        (Action.ACCEPT_ALL, NONE), (Action.ACCEPT_ALL, MIXED), (Action.REJECT_ALL, ALL),
        (Action.REJECT_ALL, MIXED), (Action.WITHDRAW, ALL), (Action.WITHDRAW, MIXED),
    ],
)  # fmt: skip
def test_a_decision_that_contradicts_its_action_is_refused(action, categories):
    assert action.value in refusal(action=action, categories=categories)["action"][0]


def test_every_optional_category_must_be_named():
    found = refusal(categories={"functional": True})["categories"]
    assert sorted(found) == ["performance", "targeting"]
    assert sorted(refusal(categories={})["categories"]) == sorted(OPTIONAL)


def test_a_locked_category_cannot_be_refused():
    assert (
        "always active"
        in refusal(categories={**MIXED, "necessary": False})["categories"]["necessary"][0]
    )


@pytest.mark.parametrize("key", ["marketing", "__proto__", "", "Functional"])
def test_an_unknown_category_is_refused_by_name(key):
    assert key in refusal(categories={**MIXED, key: True})["categories"]


def test_an_unknown_vendor_is_refused_by_name():
    assert refusal(vendors={"nobody": {"consent": []}})["vendors"].keys() == {"nobody"}


@pytest.mark.parametrize(
    ("vendor", "basis", "listed"),
    [
        ("metrics", "legitimate_interest", ["performance"]),
        ("metrics", "consent", ["targeting"]),
        ("metrics", "consent", ["performance", "performance"]),
        ("metrics", "consent", ["necessary"]),
        ("acme", "consent", ["targeting"]),
        ("acme", "consent", [""]),
    ],
)
def test_a_grant_outside_the_vendors_categories_or_a_refused_one_is_refused(vendor, basis, listed):
    assert refusal(vendors={vendor: {basis: listed}})["vendors"][vendor].keys() == {basis}


def test_a_language_without_texts_is_refused():
    assert "language" in refusal(notice=Shown(1, "", "fr"))["notice"]


def test_everything_wrong_is_named_at_once():
    found = refusal(categories={}, vendors={"nobody": {}}, notice=Shown(1, "", "fr"))
    assert found.keys() == {"categories", "vendors", "notice"}


def test_a_vendor_that_is_not_named_follows_its_categories_and_is_not_objected_to():
    assert rules.full_vendors(decision(), NOTICE) == {
        "acme": {"consent": [], "legitimate_interest": ["targeting"]},
        "metrics": {"consent": ["functional", "performance"]},
    }


@pytest.mark.parametrize("action", ["reject_all", "withdraw"])
def test_who_refuses_everything_objects_to_every_interest(action):
    refused = dict.fromkeys(OPTIONAL, False)
    made = decision(action=Action(action), categories=refused)
    assert rules.full_vendors(made, NOTICE) == {
        "acme": {"consent": [], "legitimate_interest": []},
        "metrics": {"consent": []},
    }


def test_a_named_vendor_is_kept_as_it_was_decided():
    named = {"metrics": {"consent": ["performance"]}, "acme": {"legitimate_interest": []}}
    assert rules.full_vendors(decision(vendors=named), NOTICE) == {
        "acme": {"consent": [], "legitimate_interest": []},
        "metrics": {"consent": ["performance"]},
    }


GRANTS = st.dictionaries(
    st.sampled_from(["consent", "legitimate_interest"]),
    st.lists(st.sampled_from([*OPTIONAL, "necessary", "x"]), max_size=3),
)


@given(
    st.fixed_dictionaries(dict.fromkeys(OPTIONAL, st.booleans())),
    st.dictionaries(st.sampled_from(["acme", "metrics"]), GRANTS),
)
@settings(max_examples=200, deadline=None)
def test_whatever_is_accepted_grants_no_vendor_in_a_refused_category(categories, vendors):
    made = decision(categories=categories, vendors=vendors)
    try:
        rules.check(made, NOTICE)
    except InvalidFieldsError:
        return
    for grants in rules.full_vendors(made, NOTICE).values():
        assert all(categories[key] for key in grants["consent"])
