"""How much came in lately, on every site at once: for the list of sites."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent.records.models import ConsentRecord


def counted_since(session: Session, moment: datetime) -> dict[int, int]:
    """Return for each site how many decisions were recorded since a moment, if any were."""
    query = (
        select(ConsentRecord.site_id, func.count())
        .where(ConsentRecord.recorded_at >= moment)
        .group_by(ConsentRecord.site_id)
        .prefix_with("/* records.counted_since */")
    )
    return {row[0]: row[1] for row in session.execute(query)}
