"""Event ids are dropped when no browser can send them again; records never are."""

import uuid
from datetime import timedelta

from sqlalchemy import func, select

from consent import clock, records
from consent.records import Known
from consent.records.models import ConsentRecord, RecordedEvent
from tests.factories import a_decision


def an_event(demo, age: timedelta) -> RecordedEvent:
    return RecordedEvent(
        site_id=demo.site.id,
        event_id=uuid.uuid4(),
        body_digest=b"x",
        record_id=uuid.uuid4(),
        recorded_at=clock.now() - age,
    )


def test_only_event_ids_past_their_life_are_dropped(session, demo):
    old, fresh = (
        an_event(demo, records.EVENT_LIFE + timedelta(hours=1)),
        an_event(demo, records.EVENT_LIFE - timedelta(hours=1)),
    )
    kept = fresh.event_id
    session.add_all([old, fresh])
    session.flush()
    assert records.forget_events(session) == 1
    assert session.scalars(select(RecordedEvent.event_id)).all() == [kept]


def test_forgetting_an_event_leaves_its_record(session, demo):
    made = records.capture(session, demo.site, a_decision(demo), Known(), None).record
    session.scalars(select(RecordedEvent)).one().recorded_at = made.recorded_at - timedelta(
        days=400
    )
    session.flush()
    assert records.forget_events(session) == 1
    assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 1


def test_an_event_outlives_the_180_days_a_browser_keeps_its_queue():
    assert timedelta(days=180) < records.EVENT_LIFE
