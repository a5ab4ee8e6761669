"""The class of device: what browsers of the year say, by header; anything else is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.devices import Device, device_of

KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "mobile", "device"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {KIT} Chrome/150.0.0.0", "?0", "computer"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
            None,
            "computer",
        ),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {KIT} Chrome/150.0.0.0", "?0", "computer"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/26.0 Safari", None, "computer"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {KIT} Chrome/150.0.0.0 Mobile", "?1", "phone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0", None, "phone"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148", None, "phone"),
        (f"Mozilla/5.0 (Linux; Android 10; K) {KIT} Chrome/150.0.0.0 Safari", "?0", "tablet"),
        ("Mozilla/5.0 (Android 15; Tablet; rv:150.0) Gecko/150.0 Firefox/150.0", None, "tablet"),
        ("Mozilla/5.0 (iPad; CPU OS 12_2 like Mac OS X) Mobile/15E148 Safari", None, "tablet"),
        # The hint wins: it is what a browser says that hides the rest.
        ("", "?1", "phone"),
        ("", "?0", None),
        ("curl/8.5.0", None, None),
        ("python-requests/2.32", "?2", None),
        (None, None, None),
    ],
)
def test_a_browser_says_what_it_runs_on(agent, mobile, device):
    assert device_of(agent, mobile) == device


def test_a_long_name_costs_no_time():
    assert device_of("Windows NT " + "Android " * 100_000 + "Mobile") == "tablet"


@given(st.text(), st.none() | st.text())
def test_whatever_is_said_ends_in_one_of_three_words_or_none(agent, mobile):
    assert device_of(agent, mobile) in {None, *Device}
