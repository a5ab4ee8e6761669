"""The hosted preference center: a form that works without JavaScript."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from consent import clock, ids, notices, records
from consent.errors import InvalidFieldsError
from consent.notices import NoticeVersion
from consent.records import Action, ConsentRecord, cookie
from consent.regulations import Model, rule_for
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers, guards
from consent.web.pages import Page, render
from consent.web.services import services
from consent.web.visitor import hosted
from consent.web.visitor.records import gpc_seen, record, region_seen

door = Blueprint("preferences", __name__)
ACTIONS = frozenset({Action.ACCEPT_ALL, Action.REJECT_ALL, Action.SAVE})


@dataclass(frozen=True)
class Decided:
    """The decision in force, as far as this browser has shown it to us."""

    date: str
    record_id: str
    history_key: str


@dataclass(frozen=True, kw_only=True)
class PreferencesPage(Page):
    """The preference center as a page."""

    template: ClassVar[str] = "visitor/preferences.html"
    action_url: str
    form_token: str
    event_id: str
    key: str
    return_url: str
    policy_url: str
    categories: tuple[hosted.CategoryView, ...]
    decided: Decided | None
    version: int
    published_on: str
    gpc: bool


@door.get("/privacy/<site_key>")
@guards.reader
def show(site: Site) -> Response:
    """Show the preference center, with the browser's own decision where it brought one."""
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
        current = _current(session, site)
    return render(_page(site, version, current))


@door.post("/privacy/<site_key>")
@guards.reader
def decide(site: Site) -> Response:
    """Record the decision of the form and say that it is not yet applied in the browser."""
    token = guards.check_form(site, request.form.get("token"))
    services().limits.check(site.key, request.remote_addr)
    action = request.form.get("action")
    if action not in ACTIONS:
        raise InvalidFieldsError({"action": ["Use one of the buttons of the page."]})
    with services().database.reading() as session:
        version = notices.published(session, site.id, int(token["version"]))
        version = version or notices.in_force(session, site.id)
    decision = hosted.decision_from_form(site, version, Action(action), _subject_id(site))
    captured = record(site, decision)
    page = hosted.recorded_page(
        site, notices.read(version), captured.record, back_to=hosted.return_url(site)
    )
    return render(page)


def _page(site: Site, version: NoticeVersion, current: ConsentRecord | None) -> PreferencesPage:
    notice = notices.read(version)
    language = hosted.wanted_language(notice)
    gpc = gpc_seen()
    granted = current.categories if current else _before_choice(notice, gpc=gpc)
    return PreferencesPage(
        **hosted.common(site, notice, language, title="page_title"),
        action_url=answers.page_url(site),
        form_token=hosted.form_token(site, version),
        event_id=ids.new_event_id(),
        key=answers.history_key(site, current.subject_id) if current else "",
        return_url=hosted.return_url(site),
        policy_url=notice.document["policy_url"],
        categories=hosted.category_views(site, notice, language, granted),
        decided=_decided(site, current, language),
        version=version.version,
        published_on=hosted.date(version.created_at, language),
        gpc=gpc,
    )


def _before_choice(notice: notices.Notice, *, gpc: bool) -> dict[str, bool]:
    """Return how the switches stand before a choice: as the region's model says."""
    rule = rule_for(notice.rules, region_seen())
    held_off = {"targeting"} if gpc and rule.gpc == "apply" else set()
    return {
        key: rule.model_of(key) is not Model.OPT_IN and key not in held_off
        for key in notice.optional
    }


def _decided(site: Site, current: ConsentRecord | None, language: str) -> Decided | None:
    if current is None:
        return None
    return Decided(
        hosted.date(current.recorded_at, language),
        str(current.id),
        answers.history_key(site, current.subject_id),
    )


def _current(session: Session, site: Site) -> ConsentRecord | None:
    subject_id = _subject_id(site)
    found = records.state_of(session, site.id, subject_id) if subject_id else None
    return found if found and found.expires_at > clock.now() else None


def _subject_id(site: Site) -> str | None:
    """Return whose browser this is: by the key in the form, else the cookie on a shared host.

    Both are believed only as far as they are signed.
    """
    signer = services().signer
    if key := request.form.get("key"):
        return signer.open(Purpose.HISTORY, site.key, key)
    remembered = cookie.read(request.cookies.get(cookie.NAME))
    return signer.open(Purpose.SUBJECT, site.key, remembered.subject) if remembered else None
