"""How a version looked: pictures on a desktop and on a phone, and what the browser measured there.

Taking them is not done here (`consent/snippet/portray.py`): this room says which version lacks them
and keeps what was found, pictures under their SHA-256, their hashes in the log. Publishing never
waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger, staff
from consent.notices.models import NoticePicture, NoticePortrait, NoticeVersion
from consent.sites import Site

TAKEN = "taken"
DEVICES = ("desktop", "phone")


@dataclass(frozen=True)
class Portrait:
    """What a browser found; without pictures `outcome` says why."""

    outcome: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    measured: Mapping[str, Any] = field(default_factory=dict)


def unpictured(session: Session) -> NoticeVersion | None:
    """Return a version that nobody has looked at yet, the newest first; None where all are done."""
    return session.scalars(
        select(NoticeVersion)
        .outerjoin(
            NoticePortrait,
            (NoticePortrait.site_id == NoticeVersion.site_id)
            & (NoticePortrait.version == NoticeVersion.version),
        )
        .where(NoticePortrait.version.is_(None))
        .order_by(NoticeVersion.created_at.desc())
        .limit(1)
        .prefix_with("/* notices.unpictured */")
    ).first()


def keep_portrait(session: Session, version: NoticeVersion, found: Portrait) -> NoticePortrait:
    """Keep what a browser found of a version; what another worker kept meanwhile stays."""
    key = (version.site_id, version.version)
    kept = session.get(NoticePortrait, key)
    if kept is not None:
        return kept
    now = clock.now()
    kept = NoticePortrait(
        site_id=key[0],
        version=key[1],
        outcome=found.outcome,
        measured=dict(found.measured),
        created_at=now,
    )
    session.add(kept)
    hashes = {}
    for device, png in found.pictures.items():
        hashes[device] = sha256(png).hexdigest()
        session.add(
            NoticePicture(
                site_id=key[0],
                version=key[1],
                device=device,
                sha256=hashes[device],
                png=png,
                created_at=now,
            )
        )
    session.flush()
    _note(session, version, hashes)
    return kept


def portrait(session: Session, site_id: int, version: int) -> NoticePortrait | None:
    """Return how a version looked, or None while nobody has looked."""
    return session.get(NoticePortrait, (site_id, version))


def pictures(session: Session, site_id: int, version: int) -> dict[str, str]:
    """Return the SHA-256 of each picture of a version, by device."""
    query = select(NoticePicture.device, NoticePicture.sha256).where(
        NoticePicture.site_id == site_id, NoticePicture.version == version
    )
    rows = session.execute(query.prefix_with("/* notices.pictures */"))
    return dict(sorted((row.device, row.sha256) for row in rows))


def picture(session: Session, site_id: int, version: int, device: str) -> NoticePicture | None:
    """Return one picture, or None."""
    return session.get(NoticePicture, (site_id, version, device)) if device in DEVICES else None


def _note(session: Session, version: NoticeVersion, hashes: Mapping[str, str]) -> None:
    if not hashes:
        return
    site = session.get_one(Site, version.site_id)
    facts = {
        "digest": version.digest,
        "pictures": dict(hashes),
        "site": site.key,
        "version": version.version,
    }
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, "notice.picture", facts, staff.WORKER)
