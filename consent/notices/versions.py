"""Read published versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from consent import ledger
from consent.errors import NotFoundError
from consent.ledger.models import Log
from consent.notices import document
from consent.notices.document import Notice
from consent.notices.models import NoticePortrait, NoticeVersion

MOST_REMEMBERED = 1024


@dataclass(frozen=True)
class Shown:
    """A published version, the log it stands in, and its content."""

    version: int
    digest: str
    log_id: int
    notice: Notice


@dataclass(frozen=True)
class Listed:
    """A published version in short: when, and how many entries its cookie list has."""

    version: int
    created_at: datetime
    entries: int


@dataclass(frozen=True)
class Publication:
    """A version as staff see it in a list; `outcome` says what became of its pictures."""

    version: int
    digest: str
    created_at: datetime
    reason: str | None
    actor: str | None
    ask_again: str
    overridden: Mapping[str, str]
    outcome: str | None


def history(
    session: Session, site_id: int, *, before: int | None = None, limit: int = 50
) -> tuple[Publication, ...]:
    """Return publications, newest first, without their documents; `before` is a cursor."""
    query = (
        select(
            NoticeVersion.version,
            NoticeVersion.digest,
            NoticeVersion.created_at,
            NoticeVersion.reason,
            NoticeVersion.actor,
            NoticeVersion.ask_again,
            NoticeVersion.overridden,
            NoticePortrait.outcome,
        )
        .outerjoin(
            NoticePortrait,
            (NoticePortrait.site_id == NoticeVersion.site_id)
            & (NoticePortrait.version == NoticeVersion.version),
        )
        .where(NoticeVersion.site_id == site_id)
        .order_by(NoticeVersion.version.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(NoticeVersion.version < before)
    rows = session.execute(query.prefix_with("/* notices.history */"))
    return tuple(Publication(*row) for row in rows)


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


def at(session: Session, site_id: int, moment: datetime) -> NoticeVersion | None:
    """Return the version that was in force at a moment, or None before the first."""
    return session.scalar(
        select(NoticeVersion)
        .where(NoticeVersion.site_id == site_id, NoticeVersion.created_at <= moment)
        .order_by(NoticeVersion.version.desc())
        .limit(1)
        .prefix_with("/* notices.at */")
    )


def published(session: Session, site_id: int, version: int) -> NoticeVersion | None:
    """Return one published version, or None."""
    return session.get(NoticeVersion, (site_id, version))


def published_or_refuse(session: Session, site_id: int, version: int) -> NoticeVersion:
    """Return one published version; a number that was never published is not found."""
    found = published(session, site_id, version)
    if found is None:
        raise NotFoundError(f"Version {version} was never published.")
    return found


def all_published(session: Session, site_id: int) -> tuple[Listed, ...]:
    """Return every version of a site in short, newest first."""
    rows = session.execute(
        select(NoticeVersion.version, NoticeVersion.digest, NoticeVersion.created_at)
        .where(NoticeVersion.site_id == site_id)
        .order_by(NoticeVersion.version.desc())
        .prefix_with("/* notices.all_published */")
    ).all()
    return tuple(
        Listed(version, created_at, _entries(session, site_id, version, digest))
        for version, digest, created_at in rows
    )


def _entries(session: Session, site_id: int, version: int, digest: str) -> int:
    if digest not in _counted:
        if len(_counted) >= MOST_REMEMBERED:
            _counted.clear()
        document = session.get_one(NoticeVersion, (site_id, version)).document
        _counted[digest] = len(_cookies(document))
    return _counted[digest]


def listed_since(session: Session, version: NoticeVersion) -> tuple[int, ...]:
    """Return for each cookie of a version since which version it is listed without a gap.

    A cookie is the same as long as its name, kind of storage, host and vendor are. Versions never
    change, so each is looked up once a process.
    """
    key = (version.site_id, version.version, version.digest, version.created_at)
    if key not in _since:
        if len(_since) >= MOST_REMEMBERED:
            _since.clear()
        _since[key] = _listed_since(session, version)
    return _since[key]


def _listed_since(session: Session, version: NoticeVersion) -> tuple[int, ...]:
    listed = [_identity(item) for item in read(version).document["cookies"]]
    since = dict.fromkeys(listed, version.version)
    unbroken = set(listed)
    for number in range(version.version - 1, 0, -1):
        # One at a time: most walks end soon, and a long history is large.
        earlier = session.get_one(NoticeVersion, (version.site_id, number))
        unbroken &= {_identity(item) for item in _cookies(earlier.document)}
        if not unbroken:
            break
        since |= dict.fromkeys(unbroken, number)
    return tuple(since[identity] for identity in listed)


def asked(session: Session, version: NoticeVersion) -> dict[str, Any]:
    """Return whom a version asks again; `ask_again.py` says how it is written.

    One published before this was kept asked about the categories that its predecessors lacked.
    """
    if version.asks or version.version == 1:
        return version.asks
    key = (version.site_id, version.version, version.digest, version.created_at)
    if key not in _asked:
        if len(_asked) >= MOST_REMEMBERED:
            _asked.clear()
        _asked[key] = _newer_categories(session, version)
    return _asked[key]


def _newer_categories(session: Session, version: NoticeVersion) -> dict[str, Any]:
    left = set(read(version).optional)
    found: dict[str, int] = {}
    for number in range(version.version - 1, 0, -1):
        earlier = session.get_one(NoticeVersion, (version.site_id, number))
        there = {
            each["key"]
            for each in _parsed(earlier.document)["categories"]
            if not each.get("locked")
        }
        found |= dict.fromkeys(left - there, number + 1)
        left &= there
        if not left:
            break
    return {"categories": found} if found else {}


def _cookies(document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = _parsed(document)["cookies"]
    return found


def _parsed(document: str) -> Any:
    # Not `read`: a long walk would push what is in use out of memory.
    return ledger.parse(document)


def _identity(cookie: dict[str, Any]) -> tuple[str, str, str, str | None]:
    return cookie["name"], cookie["storage"], cookie["host"], cookie["vendor"]


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


_since: dict[tuple[int, int, str, datetime], tuple[int, ...]] = {}
_counted: dict[str, int] = {}
_asked: dict[tuple[int, int, str, datetime], dict[str, Any]] = {}
