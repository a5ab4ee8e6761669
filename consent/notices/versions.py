"""Read published versions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent.errors import NotFoundError
from consent.notices import document
from consent.notices.document import Notice
from consent.notices.models import NoticeVersion


def current(session: Session, site_id: int) -> NoticeVersion | None:
    """Return the newest version of a site, or None before the first."""
    return session.scalar(
        select(NoticeVersion)
        .where(NoticeVersion.site_id == site_id)
        .order_by(NoticeVersion.version.desc())
        .limit(1)
        .prefix_with("/* notices.current */")
    )


def in_force(session: Session, site_id: int) -> NoticeVersion:
    """Return the newest version; a site without one has nothing to show yet."""
    found = current(session, site_id)
    if found is None:
        raise NotFoundError("This site has not published a notice yet.")
    return found


def published(session: Session, site_id: int, version: int) -> NoticeVersion | None:
    """Return one published version, or None."""
    return session.get(NoticeVersion, (site_id, version))


def published_or_refuse(session: Session, site_id: int, version: int) -> NoticeVersion:
    """Return one published version; a number that was never published is not found."""
    found = published(session, site_id, version)
    if found is None:
        raise NotFoundError(f"Version {version} was never published.")
    return found


def read(version: NoticeVersion) -> Notice:
    """Return a version's content as a value."""
    return document.read(version.document)
