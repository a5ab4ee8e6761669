"""Ids: a record's leads to its month, a subject's says nothing."""

import uuid
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from consent import clock, ids

MOMENTS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_a_record_id_carries_its_moment_to_the_millisecond(moment):
    cut = clock.from_ms(clock.to_ms(moment))
    made = ids.new_record_id(cut)
    assert ids.moment_of(made) == cut
    assert made.version == 7


@given(st.uuids())
def test_any_uuid_gives_a_moment_both_databases_can_hold(given_id):
    assert 1970 <= ids.moment_of(given_id).year <= 9999


def test_ids_of_one_millisecond_are_different():
    now = clock.now()
    assert len({ids.new_record_id(now) for _ in range(2000)}) == 2000


def test_later_records_have_later_ids():
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert ids.new_record_id(early) < ids.new_record_id(late)


def test_a_subject_id_is_128_random_bits():
    made = {ids.new_subject_id() for _ in range(1000)}
    assert len(made) == 1000
    assert all(each.startswith("s_") and len(each) == 24 for each in made)


def test_an_event_id_is_a_uuid_of_version_7():
    assert uuid.UUID(ids.new_event_id()).version == 7


@given(MOMENTS)
def test_milliseconds_and_text_are_two_ways_to_write_a_moment(moment):
    cut = clock.from_ms(clock.to_ms(moment))
    assert 0 <= (moment - cut).total_seconds() < 0.001
    assert datetime.fromisoformat(clock.to_text(cut)) == cut
