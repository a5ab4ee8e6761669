"""The cookie as a site's back end reads it: as strict as the browser, and nothing raises."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import records
from consent.integrations import Policy, read_stored
from consent.integrations.cookie import ACTIONS, LAYERS, values
from tests.integrations.samples import NOTICE, NOW, packed, stored

VECTORS = json.loads((Path(__file__).parents[1] / "data/cookie-vectors.json").read_text())
POLICY = Policy.from_notice(NOTICE)


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=lambda vector: vector["name"])
def test_what_the_browser_writes_is_read(vector):
    found, expected = read_stored(vector["value"], exact=True), vector["expected"]
    assert found.notice_version == expected["n"]
    assert found.categories == {key: bit == 1 for key, bit in expected["c"].items()}
    assert (found.decided_at, found.expires_at) == (expected["t"], expected["e"])
    assert (found.action, found.layer, found.model) == tuple(expected[key] for key in "aom")
    assert found.vendors.keys() == expected.get("v", {}).keys()
    for key, said in expected.get("v", {}).items():
        assert found.vendors[key].consent == set(said["c"])
        assert found.vendors[key].legitimate_interest == set(said["l"])
    assert (found.region, found.record_id) == (expected.get("g"), expected.get("r"))
    assert (found.signalled, found.vendors_elsewhere) == ("x" in expected, "w" in expected)


@pytest.mark.parametrize(
    "vector", [*VECTORS["hostile"], *VECTORS["stricter"]], ids=lambda vector: vector["name"]
)
def test_what_the_browser_refuses_is_no_decision(vector):
    assert read_stored(vector["value"], exact=True) is None
    assert not POLICY.choice(vector["value"], now=0).decided


def test_the_names_of_acts_and_layers_are_those_of_the_records():
    assert set(records.Action) == ACTIONS
    assert set(records.Layer) == LAYERS


def test_of_a_header_every_value_of_our_name_is_taken_in_order():
    header = "a=1; consent=v1.x;consent=v1.y ; consentx=v1.z; consent; CONSENT=no; =; consent=a=b"
    assert values(header) == ["v1.x", "v1.y", "", "a=b"]
    assert values(None) == []


def nothing_raises(value: object) -> None:
    for region in (None, "DE", "\0", "US-CA"):
        choice = POLICY.choice(value, region, gpc=True, now=NOW)
        assert choice.categories["necessary"] is True
        assert choice.categories.keys() == {item["key"] for item in NOTICE["categories"]}
        choice.csp("default-src 'self'")


@given(
    st.text(max_size=60)
    | st.binary(max_size=700).map(
        lambda raw: "v1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")
    )
)
@settings(max_examples=300, deadline=None)
def test_no_text_raises(value):
    nothing_raises(value)
    nothing_raises(values(f"consent={value}; {value}"))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from("ncteaomvgxrskqhpw"), JUNK, max_size=6))
@settings(max_examples=300, deadline=None)
def test_no_shape_raises(fields):
    nothing_raises(packed({**stored(), **fields}))


@pytest.mark.parametrize("raw", ["[" * 740, '{"c":' * 140, "9" * 740, "-0", "NaN", '"\\ud800"'])
def test_no_depth_and_no_number_raises(raw):
    nothing_raises("v1." + base64.urlsafe_b64encode(raw.encode()).decode().rstrip("="))


@pytest.mark.parametrize("odd", [b"v1.x", 7, [b"v1.x", None], [["v1.x"]], {}, object()])
def test_what_is_no_text_is_no_decision(odd):
    nothing_raises(odd)
