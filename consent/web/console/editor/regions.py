"""The editor's page of regions: which consent model holds where."""

from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request

from consent.notices.editing import Document
from consent.sites import Site
from consent.staff import Ability
from consent.web import inputs
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
)
from consent.web.console.frame import render
from consent.web.console.words import _

# Empty rows for new rules.
SPARE = 1


@dataclass(frozen=True)
class Row:
    """A rule as the form shows it."""

    number: int
    place: str
    match: str
    model: str
    gpc: bool
    models: tuple[tuple[str, str], ...]
    named: str


@dataclass(frozen=True, kw_only=True)
class RegionsPage(EditorPage):
    """The rules in the order in which they are asked."""

    template: ClassVar[str] = "console/editor/regions.html"
    rows: tuple[Row, ...]
    models: tuple[tuple[str, str], ...]
    category_models: tuple[tuple[str, str], ...]


@door.get("/console/sites/<site_key>/notice/regions")
@guards.staff(Ability.DRAFT)
def show_regions(site: Site) -> Response:
    """Show the rules."""
    return _page(site)


@door.post("/console/sites/<site_key>/notice/regions")
@guards.staff(Ability.DRAFT)
def keep_regions(site: Site) -> Response:
    """Keep the rules."""
    edit = forms.rules(request.form)
    return keep(site, "regions", edit, lambda trouble: _page(site, trouble))


def _page(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    models = (
        ("opt_in", _("Opt-in: nothing before a yes")),
        ("opt_out", _("Opt-out: on until a no")),
        ("notice_only", _("Notice only: on, and said")),
    )
    page = RegionsPage(
        **common(site, found, "regions", _("Regions"), trouble),
        rows=_given(found.document) if "rule" in request.form else _rows(found.document),
        models=models,
        category_models=(("", _("as the region")), *models),
    )
    return render(page, trouble.status)


def _rows(document: Document) -> tuple[Row, ...]:
    optional = [each["key"] for each in document["categories"] if not each.get("locked")]
    rules: list[dict[str, Any]] = [*document["regions"]]
    rules += [{"match": [], "model": "opt_in"}] * SPARE
    return tuple(
        Row(
            number=number,
            place=str(number + 1) if rule["match"] else "",
            match=" ".join(rule["match"]),
            model=rule["model"],
            gpc=rule.get("gpc", "apply") == "apply",
            models=tuple((key, rule.get("models", {}).get(key, "")) for key in optional),
            named=", ".join(_named(each) for each in rule["match"][:8]),
        )
        for number, rule in enumerate(rules)
    )


def _given(document: Document) -> tuple[Row, ...]:
    """Return the rows as somebody sent them."""
    optional = [each["key"] for each in document["categories"] if not each.get("locked")]
    form = request.form
    return tuple(
        Row(
            number=int(number),
            place=form.get(f"order.{number}", ""),
            match=form.get(f"match.{number}", ""),
            model=form.get(f"model.{number}", ""),
            gpc=bool(form.get(f"gpc.{number}")),
            models=tuple((key, form.get(f"model.{number}.{key}", "")) for key in optional),
            named="",
        )
        for number in form.getlist("rule")[:300]
        if inputs.whole(number, 5) is not None
    )


def _named(place: str) -> str:
    if place == "EU":
        return _("European Economic Area")
    return _("everywhere else, and unknown") if place == "*" else visitors.place_name(place)
