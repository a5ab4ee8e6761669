"""The editor's page of texts: a language at a time, what is the site's own, what is missing."""

from dataclasses import dataclass
from typing import ClassVar

from flask import Response, request

from consent.notices import texts as shipped_texts
from consent.notices.editing import Document, texts
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards, visitors
from consent.web.console.editor import forms
from consent.web.console.editor.page import (
    NO_TROUBLE,
    EditorPage,
    Trouble,
    common,
    door,
    draft_of,
    keep,
    page_url,
)
from consent.web.console.frame import render
from consent.web.console.words import N_, _

# Which texts belong together, by their beginning; what fits none is on the last page.
GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "banner": (
        N_("Banner"),
        ("banner_", "accept_all", "reject_all", "open_center", "policy_link"),
    ),
    "center": (
        N_("Preference center"),
        (
            *("center_", "allow_all", "manage_", "confirm", "always_active", "close", "back"),
            *("details", "state_", "vendors_", "counts", "mixed", "choice_", "opens_tab"),
            *("powered_by", "list_", "filter", "select_", "basis_", "interest_", "vendor_"),
            *("cookie_", "party_", "since_", "storage_", "duration_", "cookies_heading"),
        ),
    ),
    "later": (
        N_("After a decision"),
        (
            *("news_", "status_", "receipt", "history", "withdraw", "stopped", "removed_", "saved"),
            *("frame_", "gpc_", "key_", "action_", "record"),
        ),
    ),
    "pages": (N_("Pages of the service"), ("",)),
}
# Asked on the page of categories.
ELSEWHERE = "category_"


@dataclass(frozen=True, kw_only=True)
class TextsPage(EditorPage):
    """The texts of one language, a group of them."""

    template: ClassVar[str] = "console/editor/texts.html"
    texts_language: str
    default_language: str
    languages: tuple[tuple[str, str, int], ...]
    groups: tuple[tuple[str, str, str, int], ...]
    group: str
    only_missing: bool
    lines: tuple[texts.Line, ...]
    may_remove: bool
    shipped: tuple[str, ...]


@door.get("/console/sites/<site_key>/notice/texts")
@guards.staff(Ability.DRAFT)
def show_texts(site: Site) -> Response:
    """Show the texts of a language."""
    return _page(site)


@door.post("/console/sites/<site_key>/notice/texts")
@guards.staff(Ability.DRAFT)
def keep_texts(site: Site) -> Response:
    """Keep the site's own texts of a language."""
    asked = {
        name: request.form[name]
        for name in ("language", "group", "missing")
        if request.form.get(name)
    }
    url = page_url(site, "texts", **asked)
    edit = forms.some_texts(request.form)
    return keep(site, "texts", edit, lambda trouble: _page(site, trouble), url)


@door.post("/console/sites/<site_key>/notice/texts/languages")
@guards.staff(Ability.DRAFT)
def change_languages(site: Site) -> Response:
    """Add a language, or take one away."""
    is_removing = request.form.get("action") == "remove"
    language = request.form.get("language" if is_removing else "new_language", "").strip()

    def edit(document: Document) -> Document:
        if is_removing:
            return texts.remove_language(document, language)
        return texts.add_language(document, language)

    url = page_url(site, "texts", **({} if is_removing else {"language": language}))
    return keep(site, "texts", edit, lambda trouble: _page(site, trouble), url)


def _page(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document = found.document
    default = document["default_language"]
    asked = request.values.get("language", "")
    language = asked if asked in document["texts"] else default
    group = request.values.get("group", "banner")
    group = group if group in GROUPS else "banner"
    only_missing = bool(request.values.get("missing"))
    every = texts.lines(document, language)
    page = TextsPage(
        **common(site, found, "texts", _("Texts"), trouble),
        texts_language=language,
        default_language=default,
        languages=tuple(
            (each, visitors.language_name(each), len(texts.missing(document, each)))
            for each in document["texts"]
        ),
        groups=tuple(
            (key, _(name), page_url(site, "texts", language=language, group=key), _open(every, key))
            for key, (name, _starts) in GROUPS.items()
        ),
        group=group,
        only_missing=only_missing,
        lines=tuple(_shown(every, group, only_missing=only_missing)),
        may_remove=language != default,
        shipped=tuple(each for each in shipped_texts.shipped() if each not in document["texts"]),
    )
    return render(page, trouble.status)


def _shown(every: tuple[texts.Line, ...], group: str, *, only_missing: bool) -> list[texts.Line]:
    lines = [
        line
        for line in every
        if not line.key.startswith(ELSEWHERE)
        and (line.source == "missing" if only_missing else _group(line.key) == group)
    ]
    return [
        texts.Line(line.key, request.form[f"text.{line.key}"], line.shown, line.source)
        if f"text.{line.key}" in request.form
        else line
        for line in lines
    ]


def _open(every: tuple[texts.Line, ...], group: str) -> int:
    return sum(1 for line in every if line.source == "missing" and _group(line.key) == group)


def _group(key: str) -> str:
    if key.startswith(ELSEWHERE):
        return ""
    return next(name for name, (_name, starts) in GROUPS.items() if key.startswith(starts))
