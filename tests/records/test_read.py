"""Reading one record: its id leads to it on its own site, every other id to nothing."""

import uuid

import pytest

from consent import records
from consent.errors import NotFoundError
from consent.records import Known
from tests.factories import a_decision, a_published_site


def test_a_record_is_read_by_its_id(session, demo):
    made = records.capture(session, demo.site, a_decision(demo), Known(), None).record
    session.expire_all()
    assert records.record_of(session, demo.site.id, made.id).subject_id == made.subject_id


def test_a_record_of_another_site_is_not_found(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    made = records.capture(session, other.site, a_decision(other), Known(), None).record
    with pytest.raises(NotFoundError):
        records.record_of(session, demo.site.id, made.id)


@pytest.mark.parametrize(
    "record_id",
    [
        uuid.UUID("7c4a2f0e-9d1b-4b6e-8a57-3f0d5a1c2b3d"),
        uuid.UUID(int=0),
        uuid.UUID(int=2**128 - 1),
        uuid.UUID("c232ab00-9414-11ec-b3c8-9f6bdeced846"),
    ],
    ids=str,
)
def test_an_id_that_was_never_given_is_not_found(session, demo, record_id):
    records.capture(session, demo.site, a_decision(demo), Known(), None)
    with pytest.raises(NotFoundError):
        records.record_of(session, demo.site.id, record_id)


def test_an_id_of_the_same_millisecond_is_not_found(session, demo):
    made = records.capture(session, demo.site, a_decision(demo), Known(), None).record
    with pytest.raises(NotFoundError):
        records.record_of(session, demo.site.id, uuid.UUID(int=made.id.int ^ 1))


def test_text_that_no_column_could_hold_is_kept_in_signals(session, demo):
    signals = {"tcf": "a\x00b", "gpp": "\u2028", "ac": None}
    made = records.capture(session, demo.site, a_decision(demo, signals=signals), Known(), None)
    session.expire_all()
    assert records.record_of(session, demo.site.id, made.record.id).signals == signals
