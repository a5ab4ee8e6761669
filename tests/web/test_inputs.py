"""What people type is read as a number or a moment, or as nothing."""

from datetime import UTC, datetime

import pytest

from consent.web import inputs


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("999999", 999_999)])
def test_plain_digits_are_a_number(text, number):
    assert inputs.whole(text, 6) == number


@pytest.mark.parametrize("text", ["", "-1", "+1", " 1", "1.0", "1e3", "1_0", "²", "٣", "1234567"])
def test_anything_else_is_none(text):
    assert inputs.whole(text, 6) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        (" 2026-11-30 ", datetime(2026, 11, 30, tzinfo=UTC)),
        ("2026-11-30T10:00", datetime(2026, 11, 30, 10, tzinfo=UTC)),
        ("2026-11-30T10:00+02:00", datetime(2026, 11, 30, 8, tzinfo=UTC)),
    ],
)
def test_a_moment_is_utc_where_no_zone_is_said(text, moment):
    assert inputs.moment(text) == moment


@pytest.mark.parametrize("text", ["", "soon", "1970-12-31", "3000-01-01", "0001-01-01T00:00+14:00"])
def test_what_no_calendar_of_ours_takes_is_no_moment(text):
    assert inputs.moment(text) is None
