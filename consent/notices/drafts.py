"""The draft as the editor sees it, changed a part at a time and never over somebody else's change.

A form carries what its part looked like when it was shown (`editing.seen`). Where the part has
another look by now, nothing is kept and both sides are told; other parts may change meanwhile.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.errors import DraftChangedError, NoticeError
from consent.notices import texts
from consent.notices.default import default_document
from consent.notices.editing.parts import Document, seen, written
from consent.notices.models import NoticeDraft, NoticeVersion
from consent.notices.publish import checked, completed
from consent.notices.versions import current
from consent.sites import Site

# More than the schema takes are refused whole, in its own words.
MOST_COOKIES = 10_000

Edit = Callable[[Document], Document]


@dataclass(frozen=True)
class DraftFound:
    """A site's draft, and what it stands against."""

    document: Document
    updated_at: datetime | None
    live: NoticeVersion | None

    @property
    def is_pending(self) -> bool:
        """Say whether publishing it would make another version."""
        return self.live is None or self.live.digest != digest_of(self.document)

    @property
    def live_document(self) -> Document | None:
        """Return what is live, with every text filled in."""
        return _parsed(self.live.document) if self.live else None


@dataclass(frozen=True)
class DraftChange:
    """A draft before and after a change."""

    before: Document
    after: Document


def digest_of(document: Document) -> str:
    """Return the digest that a draft would be published under."""
    return "sha256-" + ledger.digest(written(completed(document)))


def draft_found(session: Session, site: Site) -> DraftFound:
    """Return the draft that the editor begins with: the kept one, else the live notice."""
    kept, live = _kept(session, site), current(session, site.id)
    if kept is not None:
        return DraftFound(_parsed(kept.document), kept.updated_at, live)
    if live is not None:
        return DraftFound(_unfilled(_parsed(live.document)), None, live)
    return DraftFound(_first(site), None, None)


def change_draft(
    session: Session, site: Site, edit: Edit, *, part: str | None = None, was: str | None = None
) -> DraftChange:
    """Change the draft by a pure function; refuses where the part has changed since `was`.

    Without `was` whatever is there gives way, as on the command line.
    """
    # Locked first: of two changes at once the second sees what the first one kept.
    kept = _kept(session, site, lock=True)
    before = _parsed(kept.document) if kept else draft_found(session, site).document
    after = checked_change(before, edit(before))
    if was is not None and was != seen(before, part):
        raise DraftChangedError(before, after)
    now = clock.now()
    if kept is None:
        kept = NoticeDraft(site_id=site.id, created_at=now)
        session.add(kept)
    kept.document, kept.updated_at = ledger.dump(after).decode(), now
    session.flush()
    return DraftChange(before, after)


def pending_sites(session: Session) -> frozenset[int]:
    """Return the sites whose draft was kept after their last publication: a look at all of them."""
    last = (
        select(NoticeVersion.created_at)
        .where(NoticeVersion.site_id == NoticeDraft.site_id)
        .order_by(NoticeVersion.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(NoticeDraft.site_id).where((last.is_(None)) | (NoticeDraft.updated_at > last))
    return frozenset(session.scalars(query.prefix_with("/* notices.pending_sites */")))


def live_versions(session: Session) -> dict[int, tuple[int, datetime]]:
    """Return for each site the number and the time of the version that is live."""
    newest = (
        select(NoticeVersion.version)
        .where(NoticeVersion.site_id == Site.id)
        .order_by(NoticeVersion.version.desc())
        .limit(1)
        .correlate(Site)
        .scalar_subquery()
    )
    query = (
        select(NoticeVersion.site_id, NoticeVersion.version, NoticeVersion.created_at)
        .join(Site, Site.id == NoticeVersion.site_id)
        .where(NoticeVersion.version == newest)
        .prefix_with("/* notices.live_versions */")
    )
    return {site_id: (version, at) for site_id, version, at in session.execute(query)}


def checked_change(before: Document, after: Document) -> Document:
    """Check a changed draft, of ten thousand cookies only those that are not as they were.

    What the rest must fit to, their category and vendor, is checked by one of each kind.
    """
    known = {id(each) for each in before["cookies"]}
    kinds = {
        (each["category"], each["vendor"]): each for each in after["cookies"] if id(each) in known
    }
    slim = [each for each in after["cookies"] if id(each) not in known]
    try:
        loaded = checked({**after, "cookies": [*slim, *kinds.values()]})
    except NoticeError:
        # Once more in full, so that each place is named as it is counted in the list.
        return checked(after)
    if len(after["cookies"]) > MOST_COOKIES:
        return checked(after)
    return {**loaded, "cookies": after["cookies"]}


def _kept(session: Session, site: Site, *, lock: bool = False) -> NoticeDraft | None:
    return session.get(NoticeDraft, site.id, with_for_update=lock or None, populate_existing=lock)


def _first(site: Site) -> Document:
    return default_document(origin=site.origins[0], language=site.default_language)


def _parsed(text: str) -> Document:
    # Ours, and checked before it was kept: reading ten thousand cookies strictly takes its time.
    found: Document = json.loads(text)
    return found


def _unfilled(document: Document) -> Document:
    """Return a published notice without the texts that we filled in."""
    kept = {
        language: {key: text for key, text in own.items() if texts.ours(language).get(key) != text}
        for language, own in document["texts"].items()
    }
    return {**document, "texts": kept}
