"""The cookie is hostile input: exactly ours is read, all else is None, and nothing raises."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.records import cookie

VECTORS = Path(__file__).parents[1] / "data/cookie-vectors.json"
WHOLE = {
    "n": 3, "c": {"functional": 1, "targeting": 0}, "t": 1767225600, "e": 1782777600,
    "a": "save", "o": "banner", "m": "opt_in",
}  # fmt: skip


def packed(data: object, **changes: object) -> str:
    raw = json.dumps({**data, **changes} if isinstance(data, dict) else data, separators=(",", ":"))
    return "v1." + base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def vectors(kind: str) -> list:
    """Return the values that both this reader and the browser's are held against."""
    return json.loads(VECTORS.read_text())[kind]


@pytest.mark.parametrize("vector", vectors("valid"), ids=lambda vector: vector["name"])
def test_what_the_browser_writes_is_read(vector):
    found, expected = cookie.read(vector["value"]), vector["expected"]
    assert found.notice_version == expected["n"]
    assert found.categories == {key: bit == 1 for key, bit in expected["c"].items()}
    assert (found.decided_at, found.expires_at) == (expected["t"], expected["e"])
    assert (found.action, found.subject) == (expected["a"], expected.get("s"))


@pytest.mark.parametrize("vector", vectors("hostile"), ids=lambda vector: vector["name"])
def test_what_the_browser_refuses_is_refused(vector):
    assert cookie.read(vector["value"]) is None


def test_a_whole_cookie_is_read():
    found = cookie.read(
        packed(WHOLE, s="s_abc.signature", r="0193d7e0", v={"acme": {"c": [], "l": ["targeting"]}})
    )
    assert found.notice_version == 3
    assert found.categories == {"functional": True, "targeting": False}
    assert (found.decided_at, found.expires_at, found.action) == (1767225600, 1782777600, "save")
    assert found.subject == "s_abc.signature"


def test_a_cookie_that_was_never_recorded_names_no_subject():
    assert cookie.read(packed(WHOLE)).subject is None


@pytest.mark.parametrize("name", WHOLE)
def test_each_field_that_always_stands_is_required(name):
    assert cookie.read(packed({key: value for key, value in WHOLE.items() if key != name})) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n", "3"), ("n", -1), ("n", True), ("n", None), ("c", []), ("c", {"functional": 2}),
        ("c", {"functional": True}), ("c", {"constructor": 1}), ("c", {"__proto__": 1}),
        ("c", {"A": 1}), ("t", 10**12), ("e", 1), ("a", "accept"), ("a", ["save"]), ("o", "popup"),
        ("m", "never"), ("v", {"acme": {"c": []}}), ("v", {"acme": {"c": "x", "l": []}}),
        ("v", {"acme": []}), ("g", "de"), ("g", 5), ("x", 0), ("x", True), ("s", ""), ("s", "a b"),
        ("s", "a" * 401), ("s", {}), ("k", "a\n"), ("h", -5), ("p", 2), ("z", 1), ("__proto__", {}),
    ],
)  # fmt: skip
def test_a_field_of_another_shape_is_none(name, value):
    assert cookie.read(packed(WHOLE, **{name: value})) is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "v1.",
        "v1",
        "v2." + packed(WHOLE)[3:],
        packed(WHOLE)[3:],
        packed(WHOLE) + "=",
        packed(WHOLE) + " ",
        packed(WHOLE) + "\n",
        packed(WHOLE)[:-2],
        "v1.!!!!",
        packed([1]),
        packed("x"),
        packed(None),
        "v1." + "A" * 5,
        packed(WHOLE, g="Ä"),
    ],
)
def test_what_is_no_cookie_of_ours_is_none(value):
    assert cookie.read(value) is None


def test_a_key_that_stands_twice_is_none():
    raw = json.dumps(WHOLE)[:-1] + ',"n":4}'
    assert cookie.read("v1." + base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")) is None


def test_more_than_1024_bytes_are_not_even_decoded():
    long = {**WHOLE, "s": "a" * 400, "k": "b" * 150}
    assert 900 < len(packed(long)) <= 1024
    assert cookie.read(packed(long)) is not None
    assert cookie.read(packed(long, q="c" * 200)) is None


@given(
    st.text(max_size=60)
    | st.binary(max_size=400).map(
        lambda raw: "v1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")
    )
)
@settings(max_examples=200, deadline=None)
def test_no_text_raises(value):
    cookie.read(value)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=6) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from("ncteaomvgxrskqhpz"), JUNK, max_size=6))
@settings(max_examples=200, deadline=None)
def test_no_shape_raises(fields):
    cookie.read(packed({**WHOLE, **fields}))
