"""Signed values: for one purpose, one site and one moment; old keys verify, the newest signs."""

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.signing import Purpose, Signer

OLD, NEW = "old-key-of-16-chars-or-more", "new-key-of-16-chars-or-more"
SIGNER = Signer([OLD, NEW])


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_value_is_opened_for_its_own_purpose_and_site_alone(purpose):
    signed = SIGNER.sign(purpose, "demo", "s_value")
    opened = {
        (other, site)
        for other in Purpose
        for site in ("demo", "other", "", "dem", "demo/", "DEMO")
        if SIGNER.open(other, site, signed) is not None
    }
    assert opened == {(purpose, "demo")}
    assert SIGNER.open(purpose, "demo", signed) == "s_value"


def test_purpose_and_site_cannot_be_shifted_into_each_other():
    signed = SIGNER.sign(Purpose.SUBJECT, "a/b", "x")
    assert SIGNER.open(Purpose.SUBJECT, "a", signed) is None


def test_what_an_old_key_signed_still_opens():
    signed = Signer([OLD]).sign(Purpose.SUBJECT, "demo", "x")
    assert SIGNER.open(Purpose.SUBJECT, "demo", signed) == "x"
    token = Signer([OLD]).sign_for_a_while(Purpose.FORM, "demo", {"version": "1"})
    assert SIGNER.open_within(Purpose.FORM, "demo", token, seconds=60) == {"version": "1"}


def test_the_newest_key_signs():
    signed = SIGNER.sign(Purpose.SUBJECT, "demo", "x")
    assert Signer([NEW]).open(Purpose.SUBJECT, "demo", signed) == "x"
    assert Signer([OLD]).open(Purpose.SUBJECT, "demo", signed) is None


def test_a_key_that_was_taken_away_opens_nothing():
    assert (
        Signer([NEW]).open(
            Purpose.SUBJECT, "demo", Signer([OLD]).sign(Purpose.SUBJECT, "demo", "x")
        )
        is None
    )


def test_a_detached_signature_verifies_its_own_value_alone():
    signature = SIGNER.detached(Purpose.RECEIPT, "demo", "id-1")
    assert SIGNER.verifies(Purpose.RECEIPT, "demo", "id-1", signature)
    for value, given_signature in (
        ("id-2", signature),
        ("id-1", signature[:-1]),
        ("id-1", ""),
        ("id-1", None),
    ):
        assert not SIGNER.verifies(Purpose.RECEIPT, "demo", value, given_signature)
    assert not SIGNER.verifies(Purpose.HISTORY, "demo", "id-1", signature)


def test_every_character_of_a_signed_value_matters():
    signed = SIGNER.sign(Purpose.SUBJECT, "demo", "s_abc")
    for place in range(len(signed) - 1):  # the last one carries bits that base64 leaves unused
        flipped = signed[:place] + ("A" if signed[place] != "A" else "B") + signed[place + 1 :]
        assert SIGNER.open(Purpose.SUBJECT, "demo", flipped) is None, place


def test_a_token_lasts_as_long_as_it_is_said_and_no_longer():
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        token = SIGNER.sign_for_a_while(Purpose.HANDOVER, "demo", {"record": "1"})
        clock.shift(300)
        assert SIGNER.open_within(Purpose.HANDOVER, "demo", token, seconds=300) == {"record": "1"}
        clock.shift(1)
        assert SIGNER.open_within(Purpose.HANDOVER, "demo", token, seconds=300) is None


def test_a_token_is_for_one_purpose_and_site():
    token = SIGNER.sign_for_a_while(Purpose.FORM, "demo", {"version": "1"})
    assert SIGNER.open_within(Purpose.HANDOVER, "demo", token, seconds=60) is None
    assert SIGNER.open_within(Purpose.FORM, "other", token, seconds=60) is None


GARBAGE = st.none() | st.text(max_size=80) | st.text("s_.abcAB19-=ö\x00\ud800", max_size=60)


@given(GARBAGE, GARBAGE)
@settings(max_examples=200, deadline=None)
def test_garbage_opens_nothing_and_raises_nothing(one, other):
    assert SIGNER.open(Purpose.SUBJECT, "demo", one) is None
    assert SIGNER.open_within(Purpose.FORM, "demo", one, seconds=60) is None
    assert not SIGNER.verifies(Purpose.RECEIPT, "demo", one or "", other)


def test_a_value_beyond_all_measure_is_not_even_hashed():
    signed = SIGNER.sign(Purpose.SUBJECT, "demo", "x" * 5000)
    assert SIGNER.open(Purpose.SUBJECT, "demo", signed) is None
