"""The hosted preference center: a form that works without JavaScript."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from consent import clock, ids, notices, records
from consent.errors import InvalidFieldsError
from consent.notices import Notice, NoticeVersion, wording
from consent.records import Action, ConsentRecord, cookie
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers, guards, headers
from consent.web.pages import Page, render
from consent.web.services import services
from consent.web.visitor import cookie_list, drafts, hosted, lists, own_host, theme, vendor_list
from consent.web.visitor.drafts import Draft
from consent.web.visitor.records import gpc_seen, record, region_seen
from consent.web.visitor.search import LONGEST, Narrowing

door = Blueprint("preferences", __name__)
# What the question about a privacy signal is answered with.
KEEP, OVERRIDE = "keep-signal", "override-signal"
DECIDING = frozenset({Action.ACCEPT_ALL, Action.REJECT_ALL, Action.SAVE})
# A form names each ticked box of each company: a long list does not fit into a decision's 16 KiB.
MOST_BYTES = 512 * 1024


@dataclass(frozen=True)
class Decided:
    """The decision in force, as far as this browser has shown it to us."""

    date: str
    record_id: str
    history_key: str


@dataclass(frozen=True)
class CategoryView:
    """One category, with how much belongs to it."""

    key: str
    locked: bool
    ticked: bool
    cookies: int
    vendors: int


@dataclass(frozen=True, kw_only=True)
class PreferencesPage(Page):
    """The preference center as a page."""

    template: ClassVar[str] = "visitor/preferences.html"
    look: theme.Look
    action_url: str
    form_token: str
    event_id: str
    key: str
    return_url: str
    policy_url: str
    policy_new_tab: bool
    powered_by: str
    names: dict[str, str]
    categories: tuple[CategoryView, ...]
    unseen: tuple[str, ...]
    lists: lists.Lists
    decided: Decided | None
    version: int
    published_on: str
    gpc: bool
    asks: bool


@dataclass(frozen=True)
class Found:
    """What a page shows: a notice, since when each cookie is listed, the decision in force."""

    version: NoticeVersion
    notice: Notice
    since: tuple[int, ...]
    current: ConsentRecord | None


@door.get("/privacy/<site_key>")
@guards.reader
def show(site: Site) -> Response:
    """Show the preference center, with the browser's own decision where it brought one."""
    found = _find(site)
    return render(_page(site, found, _stands(found)))


@door.post("/privacy/<site_key>")
@guards.reader
def decide(site: Site) -> Response:
    """Record the decision of the form, or show the form again: narrowed, or with a question."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES
    token = guards.check_form(site, request.form.get("token"))
    found = _find(site, int(token["version"]))
    draft, action = drafts.from_form(request.form), request.form.get("action", "")
    if action == Action.ACCEPT_ALL and _overrides(found):
        return render(_page(site, found, draft, asks=True))
    if action in DECIDING:
        return _record(site, found, Action(action), draft)
    if action == OVERRIDE:
        return _record(site, found, Action.ACCEPT_ALL, draft)
    if action == KEEP:
        # Also where the signal has gone meanwhile: that grants nothing.
        kept = drafts.held_off(found.notice, region_seen(), gpc=True)
        return _record(site, found, Action.SAVE, drafts.all_but(found.notice, kept))
    narrowing, draft = _narrowed(found.notice, action, draft)
    return render(_page(site, found, draft, narrowing))


@door.get("/privacy/<site_key>/theme.css")
@guards.reader
def style(site: Site) -> Response:
    """Return the site's theme as a style sheet: for ever where the address names these bytes."""
    with services().database.reading() as session:
        version = notices.in_force(session, site.id)
    body = theme.css(notices.read(version))
    digest = theme.digest(body)
    response = Response(body, mimetype="text/css")
    response.set_etag(digest)
    is_named = request.args.get("v") == digest
    response.headers["Cache-Control"] = headers.FOR_EVER if is_named else headers.FRESH
    return headers.conditional(headers.apply(response, headers.FILE))


def _find(site: Site, number: int | None = None) -> Found:
    """Read what a page needs: under the version that was shown, else under the newest."""
    with services().database.reading() as session:
        version = notices.published(session, site.id, number) if number else None
        version = version or notices.in_force(session, site.id)
        since = notices.listed_since(session, version)
        return Found(version, notices.read(version), since, _current(session, site))


def _record(site: Site, found: Found, action: Action, draft: Draft) -> Response:
    services().limits.check(site.key, request.remote_addr)
    decision = hosted.decision_from_form(site, found.version, action, _subject_id(site), draft)
    captured = record(site, decision)
    back_to = hosted.return_url(site)
    page = hosted.recorded_page(site, found.notice, captured.record, back_to=back_to)
    return own_host.keep(render(page), site, captured.record)


def _overrides(found: Found) -> bool:
    """Say whether allowing all goes against the browser's signal for the first time."""
    known = found.current
    granted = {key for key, on in known.categories.items() if on} if known and known.gpc else set()
    return bool(drafts.held_off(found.notice, region_seen(), gpc=gpc_seen()) - granted)


def _narrowed(notice: Notice, action: str, draft: Draft) -> tuple[Narrowing, Draft]:
    """Return what a button that decides nothing makes of the lists and of the draft."""
    verb, _, what = action.partition(":")
    query = request.form.get("q", "").strip()[:LONGEST]
    narrowing = _narrowing(notice, query, frozenset(request.form.getlist("only")))
    match verb:
        case "list":
            return narrowing, draft
        case "clear":
            return _narrowing(notice), draft
        case "details" if what in narrowing.names:
            return _narrowing(notice, only=frozenset({what})), draft
        case "grant-listed" | "refuse-listed" if what in vendor_list.shown_bases(notice):
            pairs = vendor_list.pairs(notice, narrowing, what)
            return narrowing, draft.turned(what, pairs, on=verb == "grant-listed")
    raise InvalidFieldsError({"action": ["Use one of the buttons of the page."]})


def _narrowing(notice: Notice, query: str = "", only: frozenset[str] = frozenset()) -> Narrowing:
    texts = notice.texts(hosted.wanted_language(notice))
    names = {each.key: texts[f"category_{each.key}_name"] for each in notice.categories}
    return Narrowing(query, only & names.keys(), names)


def _page(
    site: Site,
    found: Found,
    draft: Draft,
    narrowing: Narrowing | None = None,
    *,
    asks: bool = False,
) -> PreferencesPage:
    notice, version, current = found.notice, found.version, found.current
    language = hosted.wanted_language(notice)
    narrowing = narrowing or _narrowing(notice)
    groups = cookie_list.groups(notice, site.name, language, found.since, narrowing)
    categories = _categories(notice, draft)
    shown = {category.key for category in categories}
    key = answers.history_key(site, current.subject_id) if current else ""
    return PreferencesPage(
        **hosted.common(site, notice, language, title="page_title"),
        look=hosted.look(site, notice),
        action_url=answers.page_url(site),
        form_token=hosted.form_token(site, version),
        event_id=ids.new_event_id(),
        key=key or request.form.get("key", ""),
        return_url=hosted.return_url(site),
        policy_url=wording.absolute(notice.policy_url(language), site.origins[0]),
        policy_new_tab=notice.options.policy_new_tab,
        powered_by=notice.options.powered_by or "",
        names=dict(narrowing.names),
        categories=categories,
        unseen=tuple(sorted(draft.categories & set(notice.optional) - shown)),
        lists=lists.lists(notice, groups, narrowing, draft),
        decided=_decided(current, language, key) if current else None,
        version=version.version,
        published_on=hosted.date(version.created_at, language),
        gpc=gpc_seen(),
        asks=asks,
    )


def _categories(notice: Notice, draft: Draft) -> tuple[CategoryView, ...]:
    """Return the categories that have anything; all of them where no optional one has."""
    cookies, vendors = lists.counts(notice)
    is_empty = not any(cookies[key] or vendors[key] for key in notice.optional)
    return tuple(
        CategoryView(
            key=category.key,
            locked=category.locked,
            ticked=category.key in draft.categories,
            cookies=cookies[category.key],
            vendors=vendors[category.key],
        )
        for category in notice.categories
        if is_empty or cookies[category.key] or vendors[category.key]
    )


def _stands(found: Found) -> Draft:
    if found.current is not None:
        return drafts.of_record(found.notice, found.current)
    return drafts.before_choice(found.notice, region_seen(), gpc=gpc_seen())


def _decided(current: ConsentRecord, language: str, key: str) -> Decided:
    return Decided(hosted.date(current.recorded_at, language), str(current.id), key)


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
