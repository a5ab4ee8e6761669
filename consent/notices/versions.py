"""Read published versions."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consent.errors import NotFoundError
from consent.ledger.models import Log
from consent.notices import document
from consent.notices.document import Notice
from consent.notices.models import NoticeVersion


@dataclass(frozen=True)
class Shown:
    """A published version, the log it stands in, and its content."""

    version: int
    digest: str
    log_id: int
    notice: Notice


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


def shown(session: Session, site_id: int, version: int) -> Shown | None:
    """Return what recording a decision needs of a published version: on every decision's path.

    A digest names one content for ever, so each content is read and parsed once a process.
    """
    row = session.execute(_SHOWN, {"site": site_id, "version": version}).one_or_none()
    if row is None:
        return None
    notice = document.known(row.digest)
    if notice is None:
        found = session.get_one(NoticeVersion, (site_id, version))
        notice = document.remember(row.digest, found.document)
    return Shown(version, row.digest, row.log_id, notice)


_SHOWN = (
    select(NoticeVersion.digest, Log.id.label("log_id"))
    .join(Log, Log.site_id == NoticeVersion.site_id)
    .where(NoticeVersion.site_id == bindparam("site"))
    .where(NoticeVersion.version == bindparam("version"))
    .prefix_with("/* notices.shown */")
)


def read(version: NoticeVersion) -> Notice:
    """Return a version's content as a value."""
    return document.known(version.digest) or document.remember(version.digest, version.document)
