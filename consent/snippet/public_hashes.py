"""What was published, as hashes that anyone may note down: of the notice, its loaders and pictures.

The recommendation of the CNIL on the proof of consent (JORFARTI000042388207) asks for a hash that
is public and dated, and for pictures of each version. A loader names its parts by their hashes, so
that its own hash stands for all code and styles.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import notices
from consent.notices import NoticeVersion
from consent.sites import Site
from consent.snippet.models import SnippetFile, SnippetRelease

# A page of versions; each may have to be read and linted once.
AT_ONCE = 50
MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Loader:
    """A loader released for a version: its name, its SHA-256 in hex, since when."""

    name: str
    sha256: str
    released_at: datetime


@dataclass(frozen=True)
class Hashes:
    """All hashes of one version; pictures by device, SHA-256 in hex."""

    version: int
    digest: str
    published_at: datetime
    loaders: tuple[Loader, ...]
    pictures: Mapping[str, str]
    rules: notices.Verdict


def hashes(
    session: Session, site: Site, *, before: int | None = None, limit: int = AT_ONCE
) -> tuple[Hashes, ...]:
    """Return versions of a site, newest first; `before` is a cursor."""
    query = select(NoticeVersion).where(NoticeVersion.site_id == site.id)
    if before is not None:
        query = query.where(NoticeVersion.version < before)
    query = query.order_by(NoticeVersion.version.desc()).limit(limit)
    found = session.scalars(query.prefix_with("/* snippet.hashes */")).all()
    return tuple(hashes_of(session, version) for version in found)


def hashes_of(session: Session, version: NoticeVersion) -> Hashes:
    """Return the hashes of one version."""
    return Hashes(
        version.version,
        version.digest,
        version.created_at,
        _loaders(session, version),
        notices.pictures(session, version.site_id, version.version),
        notices.verdict(version),
    )


def _loaders(session: Session, version: NoticeVersion) -> tuple[Loader, ...]:
    rows = session.execute(
        select(SnippetRelease.loader, SnippetRelease.created_at)
        .where(
            SnippetRelease.site_id == version.site_id,
            SnippetRelease.notice_version == version.version,
        )
        .order_by(SnippetRelease.created_at)
        .prefix_with("/* snippet.loaders */")
    ).all()
    return tuple(Loader(name, _hash(session, version.site_id, name), at) for name, at in rows)


def _hash(session: Session, site_id: int, name: str) -> str:
    key = (site_id, name)
    if key not in _hashed:
        if len(_hashed) >= MOST_REMEMBERED:
            _hashed.clear()
        _hashed[key] = sha256(session.get_one(SnippetFile, key).body).hexdigest()
    return _hashed[key]


# A file never changes under its name.
_hashed: dict[tuple[int, str], str] = {}
