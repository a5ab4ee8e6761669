"""Which consent model holds where; where nothing is known, the strictest."""

import pytest

from consent.regulations import EEA, Model, Rule, differ, expand, is_region, rule_for

RULES = (
    Rule(("EU", "GB"), Model.OPT_IN),
    Rule(("US-CA",), Model.OPT_OUT, "apply", {"functional": Model.NOTICE_ONLY}),
    Rule(("US",), Model.NOTICE_ONLY, "ignore"),
    Rule(("*",), Model.OPT_OUT),
)


@pytest.mark.parametrize(
    ("region", "index"),
    [
        ("DE", 0), ("IS", 0), ("LI", 0), ("NO", 0), ("GB", 0), ("GB-SCT", 0), ("DE-BY", 0),
        ("US-CA", 1), ("US", 2), ("US-NY", 2),
        ("CH", 3), ("JP", 3), ("EU", 3), (None, 3), ("", 3), ("de", 3), ("US-CAL", 2),
    ],
)  # fmt: skip
def test_the_first_entry_that_matches_wins(region, index):
    assert rule_for(RULES, region) is RULES[index]


def test_without_an_entry_that_matches_the_strictest_model_holds():
    assert rule_for((), "DE").model is Model.OPT_IN
    assert rule_for((Rule(("US",), Model.NOTICE_ONLY),), None) == Rule()
    assert rule_for((Rule(("US",), Model.NOTICE_ONLY),), "FR").gpc == "apply"


def test_a_category_may_have_a_model_of_its_own():
    assert RULES[1].model_of("functional") is Model.NOTICE_ONLY
    assert RULES[1].model_of("targeting") is Model.OPT_OUT


def test_the_union_is_written_out_as_thirty_countries():
    assert len(set(EEA)) == 30
    assert expand(("EU", "GB", "*")) == (*EEA, "GB", "*")
    assert {"IS", "LI", "NO"} <= set(EEA)
    assert not {"GB", "CH", "EU"} & set(EEA)


@pytest.mark.parametrize("text", ["DE", "US-CA", "GB-SCT", "FR-75", "AT-9"])
def test_the_shape_of_a_code_is_known(text):
    assert is_region(text)


@pytest.mark.parametrize(
    "text", ["", "de", "D", "DEU", "US-", "US-CALI", "US_CA", "*", "DE\n", "ÄÖ"]
)
def test_what_has_not_the_shape_is_none(text):
    assert not is_region(text)


@pytest.mark.parametrize(
    ("rules", "matters"),
    [
        ((), False),
        ((Rule(("EU",)), Rule()), False),
        ((Rule(("EU",)),), False),
        (RULES, True),
        ((Rule(("US",), Model.NOTICE_ONLY),), True),
        ((Rule(("EU",)), Rule(models={"functional": Model.OPT_OUT})), True),
        ((Rule(("EU",), gpc="ignore"), Rule()), True),
    ],
)
def test_where_a_visitor_is_matters_only_when_the_rules_differ(rules, matters):
    assert differ(rules) is matters
