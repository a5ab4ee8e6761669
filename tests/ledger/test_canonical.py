"""Canonical JSON: our dump is RFC 8785 within its subset, and our parser lets nothing else in."""

import json

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.ledger import NotCanonicalError, dump, parse
from consent.ledger.canonical import DEEPEST, LARGEST

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
@settings(max_examples=150, deadline=None)
def test_within_the_subset_the_dump_is_rfc_8785(value):
    assert dump(value) == rfc8785.dumps(value)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_what_is_dumped_is_read_back_and_dumps_alike(value):
    assert parse(dump(value)) == value
    assert dump(parse(dump(value))) == dump(value)


@given(st.binary(max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_or_refused_in_our_own_words(raw):
    try:
        parse(raw)
    except NotCanonicalError as error:
        assert str(error)


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_any_text_is_read_or_refused_in_our_own_words(raw):
    try:
        parse(raw)
    except NotCanonicalError as error:
        assert str(error)


@pytest.mark.parametrize(
    "raw",
    [
        b"1.0",
        b"1e3",
        b"-0.0",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b'"\\ud800"',
        b'["\\udfff"]',
        b'{"\\ud800":1}',
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 5000,
        b"-" + b"1" * 100_000,
        '{"ä":1}'.encode(),
        b'{"\\u00e4":1}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"[" * 40 + b"]" * 40,
        b'"\xff"',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"",
        b"{",
        b"{} {}",
        b"[1,]",
        b"{'a':1}",
        b'"\n"',
    ],
    ids=lambda raw: repr(raw[:24]),
)
def test_what_is_outside_the_subset_is_refused(raw):
    with pytest.raises(NotCanonicalError):
        parse(raw)


@pytest.mark.parametrize(
    "value",
    [1.0, float("nan"), 2**53, -(2**53), {"ä": 1}, {1: 2}, {None: 1}, "\ud800", b"x", {1, 2}],
    ids=repr,
)
def test_what_evidence_cannot_hold_is_not_written(value):
    with pytest.raises(NotCanonicalError):
        dump([value])


def test_a_refusal_names_the_place():
    with pytest.raises(NotCanonicalError, match=r"\$\.a\[1\]\.b"):
        dump({"a": [1, {"b": 1.5}]})


def test_the_edges_of_the_subset_are_inside():
    assert parse(b"[9007199254740991,-9007199254740991]") == [LARGEST, -LARGEST]
    deep = "x"
    for _ in range(DEEPEST):
        deep = [deep]
    assert parse(dump(deep)) == deep
    with pytest.raises(NotCanonicalError, match="deeper"):
        dump([deep])


def test_a_value_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(NotCanonicalError):
        dump(loop)


def test_insignificant_space_and_the_order_of_keys_do_not_matter():
    assert dump(parse(b' {"b" : 1,\n"a":[ ]} ')) == b'{"a":[],"b":1}'


def test_characters_outside_ascii_stand_unescaped_in_values():
    assert dump({"t": "ä\u2028<"}) == '{"t":"ä\u2028<"}'.encode()
    assert json.loads(dump("\x00\x1f\x7f")) == "\x00\x1f\x7f"
