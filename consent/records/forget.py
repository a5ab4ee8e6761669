"""Drop event ids whose stated life is over."""

from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from consent import clock
from consent.records.models import RecordedEvent

# The snippet gives up an unsent decision after 180 days; no replay can come later than this.
EVENT_LIFE = timedelta(days=200)


def forget_events(session: Session) -> int:
    """Drop event ids older than `EVENT_LIFE`; return how many."""
    query = delete(RecordedEvent).where(RecordedEvent.recorded_at < clock.now() - EVENT_LIFE)
    return int(session.connection().execute(query).rowcount)
