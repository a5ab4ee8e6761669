"""What the hosted pages show, and how a form on them becomes a decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar
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
from consent.web.visitor.records import gpc_seen


@dataclass(frozen=True)
class CookieView:
    """One row of the cookie list."""

    name: str
    provider: str
    host: str
    purpose: str
    duration: str
    storage: str


@dataclass(frozen=True)
class CategoryView:
    """One category with what belongs to it."""

    key: str
    name: str
    text: str
    locked: bool
    granted: bool
    cookies: tuple[CookieView, ...]
    vendors: tuple[notices.Vendor, ...]


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
    sequence: int
    late: bool
    expires_on: str


@dataclass(frozen=True, kw_only=True)
class RecordedPage(Page):
    """What a visitor sees after deciding here."""

    template: ClassVar[str] = "visitor/recorded.html"
    record_id: str
    recorded_on: str
    action_label: str
    granted: tuple[str, ...]
    refused: tuple[str, ...]
    receipt_url: str
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


def wanted_language(notice: Notice) -> str:
    """Return the language asked for, else the browser's, else the default."""
    return notice.language(request.values.get("language"), *request.accept_languages.values())


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
    site: Site, version: NoticeVersion, action: Action, subject_id: str | None
) -> Decision:
    """Return the decision a form states; the page is ours, so nothing in it is a mere claim."""
    notice = notices.read(version)
    language = wanted_language(notice)
    ticked = set(request.form.getlist("category"))
    categories = {key: _granted(action, key, ticked) for key in notice.optional}
    refuses = action in {Action.REJECT_ALL, Action.WITHDRAW}
    event_id = _event_id(request.form.get("event_id"))
    signer = services().signer
    body = {"action": action.value, "categories": categories, "event": str(event_id)}
    return Decision(
        event_id=event_id,
        action=action,
        layer=Layer.PAGE,
        notice=Shown(version.version, version.digest, language),
        categories=categories,
        vendors=_objections(notice) if refuses else {},
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
    view = record_view(site, notice, record)
    token = services().signer.sign_for_a_while(
        Purpose.HANDOVER, site.key, {"record": str(record.id)}
    )
    return RecordedPage(
        **common(site, notice, record.language, title="page_recorded"),
        record_id=view.record_id,
        recorded_on=view.date,
        action_label=view.action_label,
        granted=view.granted,
        refused=view.refused,
        receipt_url=view.receipt_url,
        apply_url=f"{back_to}#consent-handover={token}",
        history_url=answers.history_url(site, record.subject_id),
        history_key=answers.history_key(site, record.subject_id),
        late=record.late,
    )


def record_view(site: Site, notice: Notice, record: ConsentRecord) -> RecordView:
    """Return a record in the words of the notice it was made under."""
    texts = notice.texts(record.language)
    named = {key: texts.get(f"category_{key}_name", key) for key in record.categories}
    return RecordView(
        record_id=str(record.id),
        date=date(record.recorded_at, record.language),
        action_label=texts[f"action_{record.action}"],
        granted=tuple(named[key] for key, on in record.categories.items() if on),
        refused=tuple(named[key] for key, on in record.categories.items() if not on),
        version=record.notice_version,
        receipt_url=answers.receipt_url(site, record),
        sequence=record.sequence + 1,
        late=record.late,
        expires_on=date(record.expires_at, record.language),
    )


def category_views(
    site: Site, notice: Notice, language: str, granted: Mapping[str, bool]
) -> tuple[CategoryView, ...]:
    """Return the categories in the order shown, with their cookies and vendors."""
    return tuple(
        CategoryView(
            key=category.key,
            name=notice.texts(language)[f"category_{category.key}_name"],
            text=notice.texts(language)[f"category_{category.key}_text"],
            locked=category.locked,
            granted=category.locked or granted.get(category.key, False),
            cookies=tuple(
                _cookie_view(site, notice, cookie, language)
                for cookie in notice.cookies
                if cookie.category == category.key
            ),
            vendors=tuple(vendor for vendor in notice.vendors if category.key in vendor.categories),
        )
        for category in notice.categories
    )


def date(moment: datetime, language: str) -> str:
    """Return a moment as people write it in a language, in UTC and saying so."""
    locale = wording.locale(language)
    day, time = format_date(moment, "long", locale), format_time(moment, "short", locale=locale)
    return f"{day}, {time} UTC"


def _cookie_view(site: Site, notice: Notice, cookie: notices.Cookie, language: str) -> CookieView:
    return CookieView(
        name=wording.shown_name(cookie),
        provider=wording.provider(cookie, notice, site.name),
        host=cookie.host,
        purpose=wording.purpose(cookie, notice, language),
        duration=wording.lasting(cookie, notice, language),
        storage=cookie.storage,
    )


def _granted(action: Action, key: str, ticked: set[str]) -> bool:
    return action is Action.ACCEPT_ALL or (action is Action.SAVE and key in ticked)


def _objections(notice: Notice) -> dict[str, dict[str, list[str]]]:
    return {vendor.key: {basis: [] for basis in vendor.bases} for vendor in notice.vendors}


def _event_id(given: str | None) -> UUID:
    try:
        return UUID(given or ids.new_event_id())
    except ValueError:
        raise InvalidFieldsError({"event_id": ["Open the page again."]}) from None
