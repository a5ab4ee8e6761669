"""The live preview: the real snippet of a draft, in a frame that can do nothing (decision 32).

The page has an opaque origin, so neither cookies nor storage nor the console are in its reach; it
may connect to nobody. What the snippet would ask the service for lies in the page, and a script of
ours answers in the service's place. Nothing is recorded.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from consent import clock, notices, sites, snippet
from consent.errors import InvalidFieldsError, NotFoundError, NoticeError
from consent.notices import DraftFound, Notice, wording
from consent.notices.editing import Document, look, regions
from consent.sites import Site
from consent.snippet import Core, File
from consent.staff import Ability
from consent.web import headers
from consent.web.console import guards, visitors, words
from consent.web.console.editor import forms
from consent.web.console.editor.page import wrong_in
from consent.web.console.visitors import Visitor
from consent.web.console.words import _
from consent.web.pages import Page
from consent.web.services import services

door = Blueprint("console_preview", __name__)
FILES = "/console/preview/files/"
# The frame carries its list with it: of a very long one the beginning.
MOST_COOKIES, MOST_LISTED = 500, 100


@dataclass(frozen=True)
class Listed:
    """An entry of the cookie list, where no script runs."""

    name: str
    purpose: str
    lasting: str


@dataclass(frozen=True, kw_only=True)
class PreviewPage(Page):
    """A page of the site, as far as it matters here: empty but for the snippet."""

    template: ClassVar[str] = "console/preview/frame.html"
    nonce: str
    scheme: str
    loader: Markup
    said: Mapping[str, Any]
    words: Mapping[str, str]
    categories: tuple[tuple[str, str], ...]
    cookies: tuple[Listed, ...]


@dataclass(frozen=True, kw_only=True)
class NoPreviewPage(Page):
    """Why there is nothing to see yet."""

    template: ClassVar[str] = "console/preview/waits.html"
    problems: Mapping[str, list[str]]


@door.get("/console/sites/<site_key>/preview")
@guards.staff(Ability.DRAFT)
def show(site: Site) -> Response:
    """Show the draft as a visitor gets it."""
    found = _found(site)
    return _frame(site, found.document, visitors.visitor(found.document, request.args))


@door.post("/console/sites/<site_key>/preview")
@guards.staff(Ability.DRAFT)
def attempt(site: Site) -> Response:
    """Show the draft with a form on top that nobody has kept yet."""
    document = _found(site).document
    edit = forms.edit_of(request.form)
    try:
        document = notices.checked_change(document, edit(document)) if edit else document
        return _frame(site, document, visitors.visitor(document, request.form))
    except (InvalidFieldsError, NoticeError) as error:
        return _waits(wrong_in(error))


@door.get("/console/preview/files/<name>")
@guards.nobody
def script(name: str) -> Response:
    """Return code that the preview's loader loads: open source, the same for every notice."""
    file = _scripts(snippet.core()).get(name)
    if file is None:
        raise NotFoundError
    response = Response(file.body, content_type=file.media_type)
    response.headers["Cache-Control"] = headers.FOR_EVER
    return headers.apply(response, headers.FILE)


def _found(site: Site) -> DraftFound:
    with services().database.reading() as session:
        return notices.draft_found(session, sites.find(session, site.key))


def _frame(site: Site, document: Document, who: Visitor) -> Response:
    whole = notices.completed(_dressed(document, site, who))
    public_url = services().settings.public_url
    staged = snippet.staged(
        site,
        whole,
        snippet.core(),
        f"{public_url}{FILES}",
        now=clock.now(),
        language=who.language,
    )
    rule = regions.rule_in(document, who.region)
    texts = staged.notice.texts(who.language)
    page = PreviewPage(
        language=who.language,
        direction=wording.direction(who.language),
        title=site.name,
        site_name=site.name,
        texts=texts,
        nonce=secrets.token_urlsafe(16),
        scheme=who.scheme,
        loader=_inline(staged.loader),
        said={
            "answers": staged.answers,
            "region": {
                "region": who.region,
                "model": rule.model.value,
                "source": "header" if who.region else "unknown",
            },
            "gpc": who.gpc,
        },
        words=_words(),
        categories=tuple(
            (texts[f"category_{each.key}_name"], texts[f"category_{each.key}_text"])
            for each in staged.notice.categories
        ),
        cookies=_listed(staged.notice, who.language),
    )
    return _answer(page, _policy(site, page.nonce))


def _dressed(document: Document, site: Site, who: Visitor) -> Document:
    """Return the document as it looks in a scheme: a frame cannot choose what its browser prefers.

    Pictures that lie on the site are asked for there.
    """
    made = look.in_scheme(document, who.scheme)
    logo = made["logo_url"]
    return {
        **made,
        "cookies": document["cookies"][:MOST_COOKIES],
        "logo_url": wording.absolute(logo, site.origins[0]) if logo else None,
    }


def _inline(loader: str) -> Markup:
    # The bundle escapes what staff wrote; this is about the code itself.
    if "</script" in loader.lower() or "<!--" in loader:
        raise AssertionError("the loader cannot stand inside a page")
    return Markup(loader)  # noqa: S704 - checked right above


def _listed(notice: Notice, language: str) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            wording.shown_name(each),
            wording.purpose(each, notice, language),
            wording.lasting(each, notice, language),
        )
        for each in notice.cookies[:MOST_LISTED]
    )


def _words() -> dict[str, str]:
    return {
        "title": _("A page of your site"),
        "text": _(
            "Everything in this frame is a preview: nothing is recorded, links lead nowhere."
        ),
        "choice": _("The visitor's choice"),
        "list": _("The list of cookies, as your policy page shows it"),
        "still": _("Scripts are off, so this is a still picture of what visitors read."),
        "language": words.language(),
    }


def _waits(problems: Mapping[str, list[str]]) -> Response:
    page = NoPreviewPage(language=words.language(), title=_("Preview"), problems=problems)
    return _answer(page, _still())


def _answer(page: PreviewPage | NoPreviewPage, policy: str) -> Response:
    response = Response(render_template(page.template, page=page), mimetype="text/html")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Referrer-Policy"] = "no-referrer"
    return headers.apply(
        response, {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    )


def _policy(site: Site, nonce: str) -> str:
    """Return the frame's policy: an opaque origin, our files, the site's pictures, no link out."""
    public_url = services().settings.public_url
    pictures = " ".join([services().settings.public_origin, *site.origins, "data:"])
    return (
        "sandbox allow-scripts; default-src 'none'; "
        f"script-src 'nonce-{nonce}' {public_url}{FILES}; "
        f"style-src {public_url}/static/; img-src {pictures}; connect-src 'none'; "
        "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; "
        "require-trusted-types-for 'script'; trusted-types consent"
    )


def _still() -> str:
    public_url = services().settings.public_url
    return (
        f"sandbox; default-src 'none'; style-src {public_url}/static/; form-action 'none'; "
        "base-uri 'none'; frame-ancestors 'self'"
    )


@cache
def _scripts(core: Core) -> Mapping[str, File]:
    return snippet.scripts(core)
