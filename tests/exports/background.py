"""What tests of background exports begin with: something to export, asked for and made."""

import threading
from dataclasses import replace

from sqlalchemy.orm import Session

from consent import exports
from consent.config import Settings
from consent.db import Database
from consent.exporter import Jobs
from consent.exports import Asked, Export
from consent.records import Search
from tests.exports.evidence import decided
from tests.factories import Demo, a_published_site

STAFF = "m_random"


def filled(database: Database, demo: Demo, count: int = 5) -> None:
    """Make decisions on the site, and as many on another one."""
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        for _ in range(count):
            decided(session, demo)
            decided(session, other)


def asked(session: Session, demo: Demo, kind: str = "csv", **changes: object) -> Export:
    """Ask for an export as staff do."""
    return exports.ask(session, Asked(kind, Search(demo.site.id, **changes)), STAFF)


def jobs_of(
    database: Database, settings: Settings, stop: threading.Event | None = None, **changes: object
) -> Jobs:
    return Jobs(database, replace(settings, **changes), stop)


def found(database: Database, export: Export) -> Export:
    """Return the export as it stands now."""
    with database.reading() as session:
        return exports.find(session, export.site_id, export.id)
