"""The editor's pages of vendors: the table, one vendor."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request

from consent.errors import NotFoundError
from consent.notices.editing import Document, vendors
from consent.notices.schemas import BASES
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.editor import forms, listed
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
    """A vendor in the table."""

    vendor: Mapping[str, Any]
    cookies: int
    url: str


@dataclass(frozen=True, kw_only=True)
class VendorsPage(listed.ListPage):
    """The table of vendors, a page of it."""

    template: ClassVar[str] = "console/editor/vendors.html"
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class VendorPage(EditorPage):
    """One vendor."""

    template: ClassVar[str] = "console/editor/vendor.html"
    old_key: str
    given: Mapping[str, Any]
    categories: tuple[str, ...]
    bases: tuple[tuple[str, str], ...]


@door.get("/console/sites/<site_key>/notice/vendors")
@guards.staff(Ability.DRAFT)
def show_vendors(site: Site) -> Response:
    """Show the table."""
    return _table(site)


@door.post("/console/sites/<site_key>/notice/vendors")
@guards.staff(Ability.DRAFT)
def remove_vendors(site: Site) -> Response:
    """Remove the chosen vendors."""
    keys = set(request.form.getlist("keys"))

    def edit(document: Document) -> Document:
        return vendors.remove(document, keys)

    return keep(site, "vendors", edit, lambda trouble: _table(site, trouble))


@door.get("/console/sites/<site_key>/notice/vendors/new")
@guards.staff(Ability.DRAFT)
def new_vendor(site: Site) -> Response:
    """Show the form of a new vendor."""
    return _one(site, None)


@door.post("/console/sites/<site_key>/notice/vendors/new")
@guards.staff(Ability.DRAFT)
def add_vendor(site: Site) -> Response:
    """Add a vendor."""
    return keep(site, "vendors", forms.vendor(request.form, None), _again(site, None))


@door.get("/console/sites/<site_key>/notice/vendors/one/<vendor>")
@guards.staff(Ability.DRAFT)
def show_vendor(site: Site, vendor: str) -> Response:
    """Show one vendor."""
    return _one(site, vendor)


@door.post("/console/sites/<site_key>/notice/vendors/one/<vendor>")
@guards.staff(Ability.DRAFT)
def keep_vendor(site: Site, vendor: str) -> Response:
    """Keep one vendor."""
    return keep(site, "vendors", forms.vendor(request.form, vendor), _again(site, vendor))


def _again(site: Site, vendor: str | None) -> Callable[[Trouble], Response]:
    return lambda trouble: _one(site, vendor, trouble)


def _table(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document = found.document
    asked = listed.wanted()
    fitting = vendors.find(document, asked.query, asked.category)
    # Counted once: a notice may list ten thousand.
    counts = Counter(each["vendor"] for each in document["cookies"])
    page = VendorsPage(
        **common(site, found, "vendors", _("Vendors"), trouble),
        **listed.facts(site, "vendors", document, asked, len(fitting)),
        rows=tuple(
            Row(each, counts[each["key"]], page_url(site, "vendor", vendor=each["key"]))
            for each in asked.shown(fitting)
        ),
    )
    return render(page, trouble.status)


def _one(site: Site, key: str | None, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    known = {each["key"]: each for each in found.document["vendors"]}
    if key is not None and key not in known:
        raise NotFoundError
    kept = known[key] if key else {"key": "", "name": "", "policy_url": "", "hosts": []}
    kept = {"categories": [], "bases": ["consent"], **kept}
    page = VendorPage(
        **common(site, found, "vendors", _("Vendor"), trouble),
        old_key=key or "",
        given=_given() if "policy_url" in request.form else kept,
        categories=tuple(each["key"] for each in found.document["categories"]),
        bases=tuple(zip(BASES, (_("Consent"), _("Legitimate interest")), strict=True)),
    )
    return render(page, trouble.status)


def _given() -> dict[str, Any]:
    form = request.form
    return {
        **{name: form.get(name, "") for name in ("key", "name", "policy_url")},
        "hosts": form.get("hosts", "").split(),
        "categories": form.getlist("categories"),
        "bases": form.getlist("bases"),
    }
