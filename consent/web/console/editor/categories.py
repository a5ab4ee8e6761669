"""The editor's page of categories: the four and a site's own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request

from consent.notices import texts as shipped_texts
from consent.notices.editing import Document, categories
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
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
from consent.web.console.words import _


@dataclass(frozen=True)
class Row:
    """A category as the form shows it."""

    key: str
    is_locked: bool
    name: str
    text: str
    ours_name: str
    ours_text: str
    cookies: int
    vendors: int
    place: str


@dataclass(frozen=True, kw_only=True)
class CategoriesPage(EditorPage):
    """Names and descriptions in one language, the order, and a new category."""

    template: ClassVar[str] = "console/editor/categories.html"
    texts_language: str
    rows: tuple[Row, ...]
    names: tuple[tuple[str, str], ...]
    new: dict[str, str]


@door.get("/console/sites/<site_key>/notice/categories")
@guards.staff(Ability.DRAFT)
def show_categories(site: Site) -> Response:
    """Show the categories."""
    return _page(site)


@door.post("/console/sites/<site_key>/notice/categories")
@guards.staff(Ability.DRAFT)
def keep_categories(site: Site) -> Response:
    """Keep names, descriptions and order."""
    url = page_url(site, "categories", language=request.form.get("language", ""))
    return keep(site, "categories", forms.category_texts(request.form), _again(site), url)


@door.post("/console/sites/<site_key>/notice/categories/add")
@guards.staff(Ability.DRAFT)
def add_category(site: Site) -> Response:
    """Add a category of the site's own."""
    form = request.form
    key, name, text = form.get("key", "").strip(), form.get("name", ""), form.get("text", "")

    def edit(document: Document) -> Document:
        return categories.add(document, key, name=name, text=text)

    return keep(site, "categories", edit, _again(site))


@door.post("/console/sites/<site_key>/notice/categories/remove")
@guards.staff(Ability.DRAFT)
def remove_category(site: Site) -> Response:
    """Take a category away; what stands in it moves."""
    key, to = request.form.get("key", ""), request.form.get("moved_to") or None

    def edit(document: Document) -> Document:
        return categories.remove(document, key, moved_to=to)

    return keep(site, "categories", edit, _again(site))


def _again(site: Site) -> Callable[[Trouble], Response]:
    return lambda trouble: _page(site, trouble)


def _page(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document = found.document
    asked = request.values.get("language", "")
    language = asked if asked in document["texts"] else document["default_language"]
    page = CategoriesPage(
        **common(site, found, "categories", _("Categories"), trouble),
        texts_language=language,
        rows=tuple(_rows(document, language)),
        names=tuple((each["key"], _name(document, each["key"])) for each in document["categories"]),
        new={name: request.form.get(name, "") for name in ("key", "name", "text")},
    )
    return render(page, trouble.status)


def _rows(document: Document, language: str) -> list[Row]:
    own = document["texts"][language]
    ours = shipped_texts.completed(document["texts"], document["default_language"])[language]
    form = request.form if any(each.startswith("order.") for each in request.form) else None
    rows = []
    for number, category in enumerate(document["categories"], start=1):
        key = category["key"]
        name, text = categories.text_key(key, "name"), categories.text_key(key, "text")
        values: dict[str, Any] = {
            "name": own.get(name, ""),
            "text": own.get(text, ""),
            "place": str(number),
        }
        if form is not None:
            values = {
                "name": form.get(f"name.{key}", ""),
                "text": form.get(f"text.{key}", ""),
                "place": form.get(f"order.{key}", ""),
            }
        rows.append(
            Row(
                key=key,
                is_locked=bool(category.get("locked")),
                ours_name=ours.get(name, ""),
                ours_text=ours.get(text, ""),
                cookies=sum(1 for each in document["cookies"] if each["category"] == key),
                vendors=sum(1 for each in document["vendors"] if key in each["categories"]),
                **values,
            )
        )
    return rows


def _name(document: Document, key: str) -> str:
    default = document["default_language"]
    whole = shipped_texts.completed(document["texts"], default)[default]
    return whole.get(categories.text_key(key, "name"), key)
