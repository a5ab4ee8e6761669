"""Every version a site has published: why, by whom, how it looked, what changed; and going back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import ledger, notices, sites, staff
from consent.errors import NotFoundError
from consent.notices import Change, NoticePortrait, NoticeVersion, Publication
from consent.sites import Site
from consent.staff import Ability
from consent.web import answers, headers, inputs
from consent.web.console import as_shown, guards, visitors
from consent.web.console.as_shown import Banner, CategoryView
from consent.web.console.frame import ConsolePage, done, render, says
from consent.web.console.visitors import Choice, Visitor
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_versions", __name__)
MOST = 50
MOST_CHANGES = 500
LARGEST = 999_999_999

says({"notice.rolled_back": N_("The draft is now what that version said. Nothing is live yet.")})
ASKED = {
    "nobody": N_("nobody"),
    "changed": N_("those whose choice does not cover what changed"),
    "everybody": N_("everybody"),
}


@dataclass(frozen=True)
class Row:
    """One publication in the list."""

    publication: Publication
    who: str
    asked: str
    pictures: str


@dataclass(frozen=True, kw_only=True)
class VersionList(ConsolePage):
    """All versions, newest first, and the time machine's form."""

    template: ClassVar[str] = "console/versions/list.html"
    section: ClassVar[str] = "versions"
    rows: tuple[Row, ...]
    older: int | None
    given: Mapping[str, str]
    choice: Choice | None
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class OneVersion(ConsolePage):
    """One version as a visitor met it, and all that is known of it."""

    template: ClassVar[str] = "console/versions/one.html"
    section: ClassVar[str] = "versions"
    version: NoticeVersion
    newest: int
    moment: datetime | None
    who: str
    asked: str
    asks: tuple[str, ...]
    visitor: Visitor
    choice: Choice
    banner: Banner
    categories: tuple[CategoryView, ...]
    outcome: str
    measured: tuple[tuple[str, str], ...]
    pictures: Mapping[str, str]
    public_url: str
    may_draft: bool
    may_read: bool


@dataclass(frozen=True, kw_only=True)
class Difference(ConsolePage):
    """What changed between two versions, in words."""

    template: ClassVar[str] = "console/versions/difference.html"
    section: ClassVar[str] = "versions"
    one: int
    other: int
    numbers: tuple[int, ...]
    changes: tuple[Change, ...]
    more: int


@door.get("/console/sites/<site_key>/versions")
@guards.staff(Ability.LOOK)
def show_all(site: Site) -> Response:
    """List what was published."""
    return _list(site, request.args)


@door.get("/console/sites/<site_key>/versions/<int:number>")
@guards.staff(Ability.LOOK)
def show(site: Site, number: int) -> Response:
    """Show one version."""
    with services().database.reading() as session:
        version = notices.published_or_refuse(session, site.id, _sane(number))
        page = _one(session, site, version, None)
    return render(page)


@door.get("/console/sites/<site_key>/versions/at")
@guards.staff(Ability.LOOK)
def at(site: Site) -> Response:
    """Show what was in force at a moment: the time machine."""
    moment = inputs.moment(request.args.get("moment", ""))
    if moment is None:
        return _list(site, request.args, {"moment": [_("Give day and time in UTC.")]})
    with services().database.reading() as session:
        version = notices.at(session, site.id, moment)
        page = _one(session, site, version, moment) if version else None
    if page is None:
        said = _("Nothing was published yet at that moment: choose a later one.")
        return _list(site, request.args, {"moment": [said]})
    return render(page)


@door.get("/console/sites/<site_key>/versions/difference")
@guards.staff(Ability.LOOK)
def difference(site: Site) -> Response:
    """Show what changed between two versions."""
    with services().database.reading() as session:
        newest = notices.in_force(session, site.id).version
        other = _number("to", newest)
        one = _number("from", max(1, other - 1))
        documents: list[Any] = [
            ledger.parse(notices.published_or_refuse(session, site.id, each).document)
            for each in (one, other)
        ]
    changes = notices.diff(*documents)
    page = Difference(
        title=_("What changed"),
        site=site,
        one=one,
        other=other,
        numbers=tuple(range(newest, 0, -1))[:LARGEST],
        changes=changes[:MOST_CHANGES],
        more=max(0, len(changes) - MOST_CHANGES),
    )
    return render(page)


@door.get("/console/sites/<site_key>/versions/<int:number>/pictures/<device>.png")
@guards.staff(Ability.LOOK)
def picture(site: Site, number: int, device: str) -> Response:
    """Send a picture of a version; its bytes have the hash that the log holds."""
    with services().database.reading() as session:
        found = notices.picture(session, site.id, _sane(number), device)
    if found is None:
        raise NotFoundError
    response = Response(found.png, mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=3600"
    return headers.apply(response, headers.FILE)


@door.post("/console/sites/<site_key>/versions/<int:number>/roll-back")
@guards.staff(Ability.DRAFT)
def roll_back(site: Site, number: int) -> Response:
    """Make the draft what an older version said."""
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        notices.roll_back(session, fresh, _sane(number), actor=guards.current().actor)
    return done(url_for("console_publishing.look", site_key=site.key), "notice.rolled_back")


def _list(
    site: Site, given: Mapping[str, str], wrong: Mapping[str, list[str]] | None = None
) -> Response:
    before = _number("before", LARGEST)
    with services().database.reading() as session:
        found = notices.history(session, site.id, before=before, limit=MOST + 1)
        live = notices.current(session, site.id)
        names = staff.names(session)
    rows = tuple(
        Row(
            each,
            names.get(each.actor or "", each.actor or ""),
            _(ASKED[each.ask_again]),
            _picture_words(each.outcome),
        )
        for each in found[:MOST]
    )
    page = VersionList(
        title=_("Versions"),
        site=site,
        rows=rows,
        older=found[MOST - 1].version if len(found) > MOST else None,
        given=given,
        choice=visitors.choice(notices.read(live).document) if live else None,
        problems=wrong,
    )
    return render(page, 422 if wrong else 200)


def _one(
    session: Session, site: Site, version: NoticeVersion, moment: datetime | None
) -> OneVersion:
    notice = notices.read(version)
    # Records link here in the language in which the notice was shown.
    given = {"view_language": request.args.get("language", ""), **request.args.to_dict()}
    who = visitors.visitor(notice.document, given)
    by = version.actor or ""
    portrait = notices.portrait(session, site.id, version.version)
    return OneVersion(
        title=_("Version %(number)s") % {"number": version.version},
        site=site,
        version=version,
        newest=notices.in_force(session, site.id).version,
        moment=moment,
        who=staff.names(session).get(by, by),
        asked=_(ASKED[version.ask_again]),
        asks=_asks(version, notice, who.language),
        visitor=who,
        choice=visitors.choice(notice.document),
        banner=as_shown.banner(notice, who.language),
        categories=as_shown.categories(notice, who.language, who.region, site.name),
        outcome=_picture_words(portrait.outcome) if portrait else "",
        measured=_measured(portrait),
        pictures=notices.pictures(session, site.id, version.version),
        public_url=f"{answers.page_url(site)}/versions/{version.version}",
        may_draft=guards.current().may(Ability.DRAFT, site.id),
        may_read=guards.current().may(Ability.READ, site.id),
    )


def _asks(version: NoticeVersion, notice: notices.Notice, language: str) -> tuple[str, ...]:
    """Return what whoever decided earlier is asked, in names."""
    texts, asks = notice.texts(language), version.asks
    found = [texts[f"category_{key}_name"] for key in asks.get("categories", {})]
    for key, where in asks.get("vendors", {}).items():
        places = ", ".join(texts[f"category_{each}_name"] for each in where)
        found.append(f"{notice.vendor_by_key[key].name} ({places})")
    return tuple(found)


def _picture_words(outcome: str | None) -> str:
    if outcome is None:
        return _("not looked at yet")
    return _("desktop and phone") if outcome == notices.TAKEN else _(outcome)


def _measured(portrait: NoticePortrait | None) -> tuple[tuple[str, str], ...]:
    """Return what the browser found wrong, and where."""
    found = []
    for each in portrait.measured.get("findings", []) if portrait else []:
        message = each["message"]
        found.append((_(message), f"{each['device']} {each['measured']}"))
    return tuple(found)


def _number(name: str, otherwise: int) -> int:
    text = request.args.get(name, "")
    return _sane(int(text)) if text.isascii() and text.isdecimal() else otherwise


def _sane(number: int) -> int:
    # No version has such a number, and PostgreSQL's column does not hold it.
    return min(number, LARGEST)
