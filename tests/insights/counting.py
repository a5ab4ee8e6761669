"""What the tests of counts share: decisions, a sequencer that shows them, a count done anew."""

from collections import Counter
from datetime import datetime
from typing import Any

import time_machine
from sqlalchemy import select

from consent import insights, records
from consent.config import Settings
from consent.db import Database
from consent.insights.count import logs_of
from consent.insights.models import InsightCount
from consent.records import ConsentRecord, Known
from consent.sequencer import Sequencer
from tests.factories import Demo, a_decision


def decide(
    database: Database, demo: Demo, at: datetime, known: Known | None = None, **facts: Any
) -> ConsentRecord:
    subject = facts.pop("subject", None)
    with time_machine.travel(at, tick=False), database.transaction() as session:
        decision = a_decision(demo, **facts)
        return records.capture(session, demo.site, decision, known or Known(), subject).record


def show(database: Database, settings: Settings) -> None:
    """Place and show all that waits."""
    sequencer = Sequencer(database, settings)
    with database.reading() as session:
        logs = list(logs_of(session))
    for log_id in logs:
        sequencer.place(log_id)
        sequencer.show(log_id)


def count(database: Database, limit: int | None = None) -> insights.Counted:
    with database.transaction() as session:
        return insights.count(session, limit)


def counted(database: Database, demo: Demo) -> Counter[tuple[Any, ...]]:
    """Return what the roll-up holds of a site."""
    with database.reading() as session:
        query = select(InsightCount).where(InsightCount.site_id == demo.site.id)
        return Counter(
            {
                (row.day, row.facet, row.value, row.action, row.late, row.suspicious): row.number
                for row in session.scalars(query)
            }
        )


def anew(database: Database, demo: Demo) -> Counter[tuple[Any, ...]]:
    """Count a site's records as they lie in their own table, in other words than the service."""
    found: Counter[tuple[Any, ...]] = Counter()
    with database.reading() as session:
        query = select(ConsentRecord).where(ConsentRecord.site_id == demo.site.id)
        for row in session.scalars(query):
            day = datetime(*row.recorded_at.timetuple()[:3], tzinfo=row.recorded_at.tzinfo)
            country = (row.claims["region"] or "unknown").split("-")[0]
            layout = row.claims["layout"] or "unknown"
            known = layout in {"center", "panel-left", "panel-right", "tab", "unknown"}
            values = [
                ("all", ""),
                ("region", row.region or country),
                ("version", str(row.notice_version)),
                ("language", row.language),
                ("device", row.claims["device"] or "unknown"),
                ("layout", layout if known else "other"),
                ("gpc", {True: "yes", False: "no"}[row.gpc]),
                *(("granted" if yes else "refused", key) for key, yes in row.categories.items()),
            ]
            is_answer = row.action in {"accept_all", "reject_all", "save"}
            if row.sequence == 0 and is_answer and row.layer in {"banner", "center"}:
                values.append(("answer", "first"))
            for facet, value in values:
                apart = (row.late, bool(row.disagrees))
                found[(day, facet, value, row.action, *apart)] += 1
                if facet not in {"all", "answer"}:
                    month = day.replace(day=1)
                    found[(month, f"{facet}/month", value, row.action, *apart)] += 1
    return found
