"""Draft a notice, and publish it as an immutable numbered version."""

from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.errors import NotFoundError, NoticeError
from consent.ledger import Kind
from consent.notices import texts
from consent.notices.models import NoticeDraft, NoticeVersion
from consent.notices.schemas import NoticeSchema
from consent.notices.versions import current
from consent.sites import Site, of_page


def checked(data: object) -> dict[str, Any]:
    """Return a document that may be published, or name every place that is wrong."""
    if not isinstance(data, dict):
        raise NoticeError({"file": "it must be one JSON object"})
    try:
        loaded: dict[str, Any] = NoticeSchema().load(data)
        ledger.dump(loaded)
    except ValidationError as error:
        raise NoticeError(error.messages_dict) from error
    except ledger.NotCanonicalError as error:
        raise NoticeError({"file": str(error)}) from error
    return loaded


def draft(session: Session, site: Site, data: object) -> NoticeDraft:
    """Keep a notice as the site's draft, replacing the one before."""
    text = ledger.dump(checked(data)).decode()
    now = clock.now()
    found = session.get(NoticeDraft, site.id)
    if found is None:
        found = NoticeDraft(site_id=site.id, document=text, created_at=now, updated_at=now)
        session.add(found)
    found.document = text
    found.updated_at = now
    session.flush()
    return found


def publish(session: Session, site: Site, public_url: str | None = None) -> NoticeVersion:
    """Freeze the draft as the next version, with its digest, and queue its leaf.

    Texts the draft leaves out are filled in first, so the version holds all that is shown. A draft
    equal to the current version publishes nothing new and returns that version. `public_url` is the
    service's own address, where logos may lie besides the site's origins.
    """
    # Locks the draft: two publications at once would otherwise take the same number.
    found = session.get(NoticeDraft, site.id, with_for_update=True)
    if found is None:
        raise NotFoundError("This site has no draft to publish: import a notice first.")
    # Checked again: a draft may be older than a rule.
    data = checked(ledger.parse(found.document))
    _check_logos(data, [*site.origins, *([public_url] if public_url else [])])
    document = ledger.dump(completed(data))
    digest = "sha256-" + ledger.digest(document)
    last = current(session, site.id)
    if last and last.digest == digest:
        return last

    now = clock.now()
    number = last.version + 1 if last else 1
    payload = {
        "at": clock.to_ms(now),
        "digest": digest,
        "site": site.key,
        "v": 1,
        "version": number,
    }
    queued = ledger.queue(
        session,
        ledger.log_id_of(session, site.id),
        Kind.CONFIG,
        ledger.dump(payload),
        recorded_at=now,
    )
    version = NoticeVersion(
        site_id=site.id,
        version=number,
        digest=digest,
        document=document.decode(),
        entry_id=queued.entry_id,
        created_at=now,
    )
    session.add(version)
    session.flush()
    return version


def completed(data: Any) -> dict[str, Any]:
    """Return a checked document with every text filled in, as publishing freezes it."""
    filled = texts.completed(data["texts"], data["default_language"])
    return {**data, "texts": filled}


def _check_logos(data: dict[str, Any], addresses: list[str]) -> None:
    """Refuse a picture on anyone else's host: no third party is ever contacted for a logo."""
    allowed = {page[0] for page in map(of_page, addresses) if page}
    logos = {
        "logo_url": data["logo_url"],
        "options.logo_dark_url": data.get("options", {}).get("logo_dark_url"),
    }
    problems = {
        name: "this host is neither the site's nor the service's: put the picture on the site and "
        "give its path, such as /logo.svg."
        for name, address in logos.items()
        if address and not address.startswith("/") and not _is_on(allowed, address)
    }
    if problems:
        raise NoticeError(problems)


def _is_on(allowed: set[str], address: str) -> bool:
    page = of_page(address)
    return page is not None and page[0] in allowed
