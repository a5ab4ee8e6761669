"""The editor's pages of whole tables: cookies or vendors, pasted or as a file, planned first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, request

from consent.errors import InvalidFieldsError
from consent.notices import bulk, importing
from consent.notices.bulk import Plan
from consent.notices.editing import Document
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.editor.page import (
    NO_TROUBLE,
    EditorPage,
    Trouble,
    common,
    door,
    draft_of,
    keep,
    wrong_in,
)
from consent.web.console.frame import render
from consent.web.console.words import _

# A little more than a table may hold, so that the sentence about its size can be said.
MOST_BYTES = importing.MOST_BYTES + 256 * 1024
MOST_SHOWN = 50
COOKIES, VENDORS = "cookies", "vendors"


@dataclass(frozen=True, kw_only=True)
class TablePage(EditorPage):
    """A table, and what it would do."""

    template: ClassVar[str] = "console/editor/table.html"
    table: str
    replace: bool
    plan: Plan | None
    columns: tuple[tuple[str, str], ...]
    most_shown: int = MOST_SHOWN


@door.get("/console/sites/<site_key>/notice/cookies/table", defaults={"part": COOKIES})
@door.get("/console/sites/<site_key>/notice/vendors/table", defaults={"part": VENDORS})
@guards.staff(Ability.DRAFT)
def show_table(site: Site, part: str) -> Response:
    """Show where a table is pasted."""
    return _page(site, part, "", None)


@door.post("/console/sites/<site_key>/notice/cookies/table", defaults={"part": COOKIES})
@door.post("/console/sites/<site_key>/notice/vendors/table", defaults={"part": VENDORS})
@guards.staff(Ability.DRAFT, most_bytes=MOST_BYTES)
def plan_table(site: Site, part: str) -> Response:
    """Say what a table would do; keep it when asked."""
    text = _given()
    form, replace = request.form, bool(request.form.get("replace"))
    plan: Callable[[Document], Plan] = _planner(site, part, text, replace=replace)
    if form.get("action") in {"keep", "keep-good"}:
        only_good = form.get("action") == "keep-good"

        def edit(document: Document) -> Document:
            return bulk.kept(plan(document), only_good=only_good)

        return keep(site, part, edit, lambda trouble: _page(site, part, text, plan, trouble))
    return _page(site, part, text, plan)


def _given() -> str:
    sent = request.files.get("file")
    data = sent.read() if sent else b""
    return importing.decoded(data) if data else request.form.get("table", "")


def _planner(site: Site, part: str, text: str, *, replace: bool) -> Callable[[Document], Plan]:
    hosts = [origin.partition("://")[2].partition(":")[0] for origin in site.origins]
    if part == COOKIES:
        return lambda document: bulk.plan_cookies(document, text, hosts, replace=replace)
    return lambda document: bulk.plan_vendors(document, text, replace=replace)


def _page(
    site: Site,
    part: str,
    text: str,
    plan: Callable[[Document], Plan] | None,
    trouble: Trouble = NO_TROUBLE,
) -> Response:
    found = draft_of(site)
    planned = None
    if plan is not None:
        try:
            planned = plan(found.document)
        except InvalidFieldsError as error:
            trouble = Trouble(wrong_in(error), status=error.status)
    columns = importing.COOKIE_COLUMNS if part == COOKIES else importing.VENDOR_COLUMNS
    title = _("A table of cookies") if part == COOKIES else _("A table of vendors")
    page = TablePage(
        **common(site, found, part, title, trouble),
        table=text,
        replace=bool(request.form.get("replace")),
        plan=planned,
        columns=tuple((name, ", ".join(words[:6])) for name, words in columns.items()),
    )
    return render(page, trouble.status)
