"""The editor's pages of cookies: a table in pages, one entry, many at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request

from consent.errors import NotFoundError
from consent.notices.editing import Document, cookies
from consent.notices.schemas import STORAGES
from consent.sites import Site
from consent.staff import Ability
from consent.web import inputs
from consent.web.console import guards, visitors
from consent.web.console.editor import forms, listed
from consent.web.console.editor.page import (
    NO_TROUBLE,
    EditorPage,
    Note,
    Trouble,
    common,
    door,
    draft_of,
    keep,
    page_url,
)
from consent.web.console.frame import render
from consent.web.console.words import _


@dataclass(frozen=True)
class Row:
    """An entry in the table."""

    place: int
    cookie: Mapping[str, Any]
    purpose: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class CookiesPage(listed.ListPage):
    """The table of cookies, a page of it."""

    template: ClassVar[str] = "console/editor/cookies.html"
    rows: tuple[Row, ...]
    fitting: int
    first: int


@dataclass(frozen=True, kw_only=True)
class CookiePage(EditorPage):
    """One entry."""

    template: ClassVar[str] = "console/editor/cookie.html"
    place: int | None
    given: Mapping[str, Any]
    purposes: tuple[tuple[str, str, str], ...]
    categories: tuple[tuple[str, str], ...]
    vendors: tuple[tuple[str, str], ...]
    storages: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]


@door.get("/console/sites/<site_key>/notice/cookies")
@guards.staff(Ability.DRAFT)
def show_cookies(site: Site) -> Response:
    """Show the table."""
    return _table(site)


@door.post("/console/sites/<site_key>/notice/cookies")
@guards.staff(Ability.DRAFT)
def change_cookies(site: Site) -> Response:
    """Remove the chosen entries, or put them into another category."""
    given = (inputs.whole(each, listed.DIGITS) for each in request.form.getlist("place"))
    places = {each for each in given if each is not None}
    to = request.form.get("moved_to", "")

    def edit(document: Document) -> Document:
        if request.form.get("action") == "remove":
            return cookies.remove(document, places)
        return cookies.move(document, places, to)

    asked = {name: request.form[name] for name in ("q", "category") if request.form.get(name)}
    url = page_url(site, "cookies", **asked)
    return keep(site, "cookies", edit, lambda trouble: _table(site, trouble), url)


@door.get("/console/sites/<site_key>/notice/cookies/new")
@guards.staff(Ability.DRAFT)
def new_cookie(site: Site) -> Response:
    """Show the form of a new entry."""
    return _one(site, None)


@door.post("/console/sites/<site_key>/notice/cookies/new")
@guards.staff(Ability.DRAFT)
def add_cookie(site: Site) -> Response:
    """Add an entry."""
    return keep(site, "cookies", forms.cookie(request.form, None), _again(site, None))


@door.get("/console/sites/<site_key>/notice/cookies/<int:place>")
@guards.staff(Ability.DRAFT)
def show_cookie(site: Site, place: int) -> Response:
    """Show one entry."""
    return _one(site, place)


@door.post("/console/sites/<site_key>/notice/cookies/<int:place>")
@guards.staff(Ability.DRAFT)
def keep_cookie(site: Site, place: int) -> Response:
    """Keep one entry."""
    return keep(site, "cookies", forms.cookie(request.form, place), _again(site, place))


def _again(site: Site, place: int | None) -> Callable[[Trouble], Response]:
    return lambda trouble: _one(site, place, trouble)


def _table(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document = found.document
    asked = listed.wanted()
    fitting = cookies.find(document, asked.query, asked.category)
    facts = common(site, found, "cookies", _("Cookies"), trouble)
    notes = _by_place(facts["notes"])
    page = CookiesPage(
        **facts,
        **listed.facts(site, "cookies", document, asked, len(fitting)),
        rows=tuple(
            Row(place, cookie, _purpose(document, cookie), tuple(notes.get(str(place), ())))
            for place, cookie in asked.shown(fitting)
        ),
        fitting=len(fitting),
        first=asked.first,
    )
    return render(page, trouble.status)


def _one(site: Site, place: int | None, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document = found.document
    if place is not None and place >= len(document["cookies"]):
        raise NotFoundError
    given = _given() if "storage" in request.form else _kept(site, document, place)
    vendors = [(each["key"], each["name"]) for each in document["vendors"]]
    page = CookiePage(
        **common(site, found, "cookies", _("Cookie"), trouble),
        place=place,
        given=given,
        purposes=tuple(
            (each, visitors.language_name(each), given["purpose"].get(each, ""))
            for each in dict.fromkeys([*document["texts"], *given["purpose"]])
        ),
        categories=tuple((each["key"], each["key"]) for each in document["categories"]),
        vendors=(("", _("the site itself")), *sorted(vendors, key=lambda each: each[1].casefold())),
        storages=tuple(zip(STORAGES, _storages(), strict=True)),
        parties=(("first", _("this site")), ("third", _("another site"))),
    )
    return render(page, trouble.status)


def _kept(site: Site, document: Document, place: int | None) -> dict[str, Any]:
    if place is not None:
        return dict(document["cookies"][place])
    host = site.origins[0].partition("://")[2]
    return {
        "name": "",
        "match": "exact",
        "storage": "cookie",
        "host": host,
        "party": "first",
        "duration": "",
        "category": "necessary",
        "vendor": None,
        "purpose": {},
    }


def _given() -> dict[str, Any]:
    form = request.form
    plain = ("name", "storage", "host", "party", "duration", "category", "vendor")
    return {
        **{name: form.get(name, "") for name in plain},
        "match": "prefix" if form.get("match") else "exact",
        **({"duration": "session"} if form.get("is_session") else {}),
        "purpose": {
            key.removeprefix("purpose."): text
            for key, text in form.items()
            if key.startswith("purpose.")
        },
    }


def _purpose(document: Document, cookie: Mapping[str, Any]) -> str:
    purpose: Mapping[str, str] = cookie["purpose"]
    return purpose.get(document["default_language"]) or next(iter(purpose.values()), "")


def _by_place(notes: tuple[Note, ...]) -> dict[str, list[Note]]:
    found: dict[str, list[Note]] = {}
    for note in notes:
        found.setdefault(f"{note.place}..".split(".")[1], []).append(note)
    return found


def _storages() -> tuple[str, ...]:
    return (
        _("Cookie"),
        _("Local storage"),
        _("Session storage"),
        _("Browser database"),
        _("Browser cache"),
        _("Service worker"),
        _("Pixel or request"),
    )
