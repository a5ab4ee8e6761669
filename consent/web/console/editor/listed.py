"""A list of the editor: searched by words and category, shown some entries at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import request

from consent.notices.editing import Document
from consent.sites import Site
from consent.web import inputs
from consent.web.console.editor.page import EditorPage, page_url

AT_ONCE = 50
LONGEST_QUERY = 200
# Digits of a place in a list; more entries than that no notice has.
DIGITS = 6
Entry = TypeVar("Entry")


@dataclass(frozen=True, kw_only=True)
class ListPage(EditorPage):
    """A list, a page of it: what was asked for, and the pages beside this one."""

    categories: tuple[str, ...]
    query: str
    category: str
    total: int
    newer_url: str
    older_url: str


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for: words, a category, and the first one to show."""

    query: str
    category: str
    first: int

    def shown(self, fitting: Sequence[Entry]) -> Sequence[Entry]:
        """Return those on this page of all that fit."""
        return fitting[self.first : self.first + AT_ONCE]


def wanted() -> Wanted:
    """Return what the request asks for; a first one that is no number is the first of all."""
    query = request.values.get("q", "").strip()[:LONGEST_QUERY]
    category = request.values.get("category", "")
    return Wanted(query, category, inputs.whole(request.args.get("from", ""), DIGITS) or 0)


def facts(site: Site, part: str, document: Document, asked: Wanted, fitting: int) -> dict[str, Any]:
    """Return what a `ListPage` of a part of the document says besides its rows."""
    kept = {name: text for name, text in (("q", asked.query), ("category", asked.category)) if text}

    def turned(first: int) -> str:
        return page_url(site, part, **kept, **{"from": max(0, first)})

    beyond = asked.first + AT_ONCE
    return {
        "categories": tuple(each["key"] for each in document["categories"]),
        "query": asked.query,
        "category": asked.category,
        "total": len(document[part]),
        "newer_url": turned(asked.first - AT_ONCE) if asked.first else "",
        "older_url": turned(beyond) if beyond < fitting else "",
    }
