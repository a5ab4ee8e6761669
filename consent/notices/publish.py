"""Draft a notice, and publish it as an immutable numbered version."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from consent import characters, clock, ledger, staff, webhooks
from consent.errors import InvalidFieldsError, NotFoundError, NoticeError, NoticeRefusedError
from consent.ledger import Kind
from consent.notices import texts
from consent.notices.ask_again import AskAgain, following
from consent.notices.lint import REFUSING, lint
from consent.notices.models import NoticeDraft, NoticeVersion
from consent.notices.schemas import NoticeSchema
from consent.notices.versions import asked, current
from consent.sites import Site, of_page

NONE: Mapping[str, str] = MappingProxyType({})
SHORTEST_REASON = 10
LONGEST_REASON = 2000


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


def publish(  # noqa: PLR0913 - what a publication is remembered by
    session: Session,
    site: Site,
    public_url: str | None = None,
    *,
    reason: str | None = None,
    ask_again: str = AskAgain.NOBODY,
    overrides: Mapping[str, str] = NONE,
    actor: str | None = None,
) -> NoticeVersion:
    """Freeze the draft as the next version, with its digest, and queue its leaf.

    Refuses what the linter refuses, unless each such rule is overridden with a written reason.
    Texts the draft leaves out are filled in first, so the version holds all that is shown. A draft
    equal to the current version publishes nothing new and returns that version, unless everybody is
    to be asked again. `public_url` is the service's own address, where logos may lie besides the
    site's origins. With an `actor` the act is noted in the trail of staff.
    """
    who, said = checked_terms(reason, ask_again, overrides)
    # Locks the draft: two publications at once would otherwise take the same number.
    data = drafted(session, site, for_update=True)
    overridden = guard(site, data, public_url, overrides)
    document = ledger.dump(completed(data))
    digest = "sha256-" + ledger.digest(document)
    last = current(session, site.id)
    if last and last.digest == digest and who is not AskAgain.EVERYBODY:
        return last

    number = last.version + 1 if last else 1
    before: Any = ledger.parse(last.document) if last else None
    asks = following(before, asked(session, last) if last else {}, completed(data), number, who)
    version = NoticeVersion(
        site_id=site.id,
        version=number,
        digest=digest,
        document=document.decode(),
        created_at=clock.now(),
        reason=said,
        actor=actor,
        overridden=overridden,
        ask_again=who,
        asks=asks,
    )
    version.entry_id = _leaf(session, site, version)
    session.add(version)
    session.flush()
    if actor is not None:
        _note(session, site, version, actor)
    _announce(session, site, version)
    return version


def _leaf(session: Session, site: Site, version: NoticeVersion) -> int:
    payload = {
        "at": clock.to_ms(version.created_at),
        "digest": version.digest,
        "site": site.key,
        "v": 1,
        "version": version.version,
    }
    # What visitors are asked can be proved as well as what they are shown: keys and numbers alone.
    if version.asks:
        payload["asks"] = version.asks
    return ledger.queue(
        session,
        ledger.log_id_of(session, site.id),
        Kind.CONFIG,
        ledger.dump(payload),
        recorded_at=version.created_at,
    ).entry_id


def _note(session: Session, site: Site, version: NoticeVersion, actor: str) -> None:
    facts = {
        "ask_again": version.ask_again,
        "digest": version.digest,
        "overridden": sorted(version.overridden),
        "site": site.key,
        "version": version.version,
    }
    details = {"overridden": version.overridden, "reason": version.reason}
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, "notice.publish", facts, actor, details=details)


def _announce(session: Session, site: Site, version: NoticeVersion) -> None:
    told = {
        "ask_again": version.ask_again,
        "digest": version.digest,
        "version": version.version,
    }
    webhooks.announce(session, site.id, webhooks.Event.NOTICE_PUBLISHED, told)


def drafted(session: Session, site: Site, *, for_update: bool = False) -> dict[str, Any]:
    """Return a site's draft as it might be published; refuses one that a newer rule refuses."""
    found = session.get(NoticeDraft, site.id, with_for_update=for_update)
    if found is None:
        raise NotFoundError("This site has no draft to publish: import a notice first.")
    # Checked again: a draft may be older than a rule.
    return checked(ledger.parse(found.document))


def guard(
    site: Site, data: dict[str, Any], public_url: str | None, overrides: Mapping[str, str]
) -> dict[str, str]:
    """Refuse what may not be published; return the reasons that overrode a rule that was broken."""
    _check_logos(data, [*site.origins, *([public_url] if public_url else [])])
    findings = [found for found in lint(data) if found.level == "refuse"]
    if left := [found for found in findings if found.rule not in overrides]:
        raise NoticeRefusedError(left)
    return {found.rule: overrides[found.rule].strip() for found in findings}


def checked_terms(
    reason: str | None, ask_again: str, overrides: Mapping[str, str]
) -> tuple[AskAgain, str | None]:
    """Return whom to ask again and why this is published; names each field that makes no sense."""
    problems: dict[str, object] = {}
    if ask_again not in set(AskAgain):
        problems["ask_again"] = "Use nobody, everybody or changed."
    if reason is not None and not _is_text(reason, 0):
        problems["reason"] = f"Give a reason of at most {LONGEST_REASON} characters."
    for rule, why in overrides.items():
        if rule not in REFUSING:
            problems[f"overrides.{rule[:60]}"] = "There is no such rule that refuses."
        elif not _is_text(why, SHORTEST_REASON):
            problems[f"overrides.{rule}"] = (
                f"Write down why this is published all the same, in {SHORTEST_REASON} to "
                f"{LONGEST_REASON} characters."
            )
    if problems:
        raise InvalidFieldsError(problems)
    return AskAgain(ask_again), (reason or "").strip() or None


def _is_text(text: object, least: int) -> bool:
    return (
        isinstance(text, str)
        and least <= len(text.strip()) <= LONGEST_REASON
        and characters.is_storable(text)
    )


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
