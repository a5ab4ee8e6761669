"""What the hosted pages show, and how a form on them becomes a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date, format_time
from flask import request

from consent import clock, ids, ledger, notices, sites
from consent.errors import InvalidFieldsError
from consent.notices import Notice, NoticeVersion, wording
from consent.records import Action, ConsentRecord, Decision, Layer, Shown
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers
from consent.web.pages import Page, text
from consent.web.services import services
from consent.web.visitor import theme
from consent.web.visitor.drafts import CONSENT, INTEREST, Draft, decided
from consent.web.visitor.records import gpc_seen
from consent.web.visitor.theme import Look

# So many companies are named in a line.
MOST_NAMES = 6


@dataclass(frozen=True)
class RecordView:
    """One record in words."""

    record_id: str
    date: str
    action_label: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    version: int
    receipt_url: str
    print_url: str
    verify_url: str
    sequence: int
    late: bool
    expires_on: str
    left_out: str
    objected: str


@dataclass(frozen=True, kw_only=True)
class RecordedPage(Page):
    """What a visitor sees after deciding here."""

    template: ClassVar[str] = "visitor/recorded.html"
    look: Look
    record_id: str
    recorded_on: str
    action_label: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    left_out: str
    objected: str
    receipt_url: str
    print_url: str
    verify_url: str
    apply_url: str
    history_url: str
    history_key: str
    late: bool


def common(site: Site, notice: Notice, language: str, *, title: str) -> dict[str, Any]:
    """Return what every hosted page of a site has."""
    texts = notice.texts(language)
    return {
        "language": language,
        "direction": wording.direction(language),
        "title": text(texts, title, site=site.name),
        "site_name": site.name,
        "site_key": site.key,
        "texts": texts,
        "home_url": return_url(site),
    }


def look(site: Site, notice: Notice) -> Look:
    """Return the site's own look for its hosted pages."""
    return theme.look(site, notice, answers.page_url(site))


def wanted_language(notice: Notice) -> str:
    """Return the language asked for, else the browser's, else the default."""
    return notice.language(request.values.get("language"), *request.accept_languages.values())


def verify_url(language: str) -> str:
    """Return the address of the page that checks receipts, in a language."""
    return f"{services().settings.public_url}/verify?{urlencode({'language': language})}"


def return_url(site: Site) -> str:
    """Return where to go back to: a page of the site, never anywhere else."""
    asked = request.values.get("return") or request.headers.get("Referer") or ""
    page = sites.of_page(asked)
    if page and page[0] in site.origins:
        return page[0] + page[1]
    return site.origins[0] + "/"


def form_token(site: Site, version: NoticeVersion) -> str:
    """Return the token that a form of ours carries; it remembers which version was shown."""
    return services().signer.sign_for_a_while(
        Purpose.FORM, site.key, {"version": str(version.version)}
    )


def decision_from_form(
    site: Site,
    version: NoticeVersion,
    action: Action,
    subject_id: str | None,
    draft: Draft | None = None,
) -> Decision:
    """Return the decision a form states; the page is ours, so nothing in it is a mere claim."""
    notice = notices.read(version)
    categories, vendors = decided(notice, action, draft)
    event_id = _event_id(request.form.get("event_id"))
    signer = services().signer
    body = {
        "action": action.value,
        "categories": categories,
        "event": str(event_id),
        "vendors": vendors,
    }
    return Decision(
        event_id=event_id,
        action=action,
        layer=Layer.PAGE,
        notice=Shown(version.version, version.digest, wanted_language(notice)),
        categories=categories,
        vendors=vendors,
        page=answers.page_url(site),
        decided_at=clock.now(),
        body_digest=sha256(ledger.dump(body)).digest(),
        subject=signer.sign(Purpose.SUBJECT, site.key, subject_id) if subject_id else None,
        gpc=gpc_seen(),
    )


def recorded_page(
    site: Site, notice: Notice, record: ConsentRecord, *, back_to: str
) -> RecordedPage:
    """Return the page that says what was recorded and how to apply it in the browser."""
    view = record_view(site, notice, record, record.language)
    token = services().signer.sign_for_a_while(
        Purpose.HANDOVER, site.key, {"record": str(record.id)}
    )
    return RecordedPage(
        **common(site, notice, record.language, title="page_recorded"),
        look=look(site, notice),
        record_id=view.record_id,
        recorded_on=view.date,
        action_label=view.action_label,
        granted=view.granted,
        refused=view.refused,
        left_out=view.left_out,
        objected=view.objected,
        receipt_url=view.receipt_url,
        print_url=view.print_url,
        verify_url=view.verify_url,
        apply_url=f"{back_to}#consent-handover={token}",
        history_url=answers.history_url(site, record.subject_id),
        history_key=answers.history_key(site, record.subject_id),
        late=record.late,
    )


def record_view(site: Site, notice: Notice, record: ConsentRecord, language: str) -> RecordView:
    """Return a record in the words of the notice it was made under, in the page's language."""
    texts = notice.texts(language)
    named = {key: texts.get(f"category_{key}_name", key) for key in record.categories}
    # People who press it wait a moment rather than come back.
    receipt_url = answers.receipt_url(site, record) + "&wait=receipt"
    return RecordView(
        record_id=str(record.id),
        date=date(record.recorded_at, language),
        action_label=texts[f"action_{record.action}"],
        granted=tuple(named[key] for key, on in record.categories.items() if on),
        refused=tuple(named[key] for key, on in record.categories.items() if not on),
        version=record.notice_version,
        receipt_url=receipt_url,
        print_url=receipt_url.replace("/receipt.json?", "/receipt.html?"),
        verify_url=verify_url(language),
        sequence=record.sequence + 1,
        late=record.late,
        expires_on=date(record.expires_at, language),
        left_out=_named(texts, _left_out(notice, record)),
        objected=_named(texts, _objected(notice, record)),
    )


def date(moment: datetime, language: str) -> str:
    """Return a moment as people write it in a language, in UTC and saying so."""
    locale = wording.locale(language)
    day, time = format_date(moment, "long", locale), format_time(moment, "short", locale=locale)
    return f"{day}, {time} UTC"


def _left_out(notice: Notice, record: ConsentRecord) -> list[str]:
    """Name the companies that lack a grant which their categories would give them."""
    return [
        vendor.name
        for vendor in notice.vendors
        if CONSENT in vendor.bases
        and {key for key in vendor.categories if record.categories.get(key, True)}
        - set(record.vendors.get(vendor.key, {}).get(CONSENT, vendor.categories))
    ]


def _objected(notice: Notice, record: ConsentRecord) -> list[str]:
    return [
        vendor.name
        for vendor in notice.vendors
        if INTEREST in vendor.bases
        and set(vendor.categories)
        - set(record.vendors.get(vendor.key, {}).get(INTEREST, vendor.categories))
    ]


def _named(texts: Mapping[str, str], names: list[str]) -> str:
    """Return names in a line, the first few where there are many."""
    line = ", ".join(names[:MOST_NAMES])
    more = len(names) - MOST_NAMES
    return text(texts, "stopped_more", names=line, count=more) if more > 0 else line


def _event_id(given: str | None) -> UUID:
    try:
        return UUID(given or ids.new_event_id())
    except ValueError:
        raise InvalidFieldsError({"event_id": ["Open the page again."]}) from None
