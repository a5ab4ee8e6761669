"""The editor's page of the look: colours measured at once, shape, layout, logos."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, request

from consent.notices.editing import look
from consent.notices.schemas import LAYOUTS
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
)
from consent.web.console.frame import render
from consent.web.console.words import _


@dataclass(frozen=True, kw_only=True)
class LookPage(EditorPage):
    """The theme, the layout, the logos, and how far its colours stand apart."""

    template: ClassVar[str] = "console/editor/look.html"
    tokens: Mapping[str, str]
    layout: str
    layouts: tuple[tuple[str, str], ...]
    logo_url: str
    logo_dark_url: str
    measured: tuple[look.Measured, ...]
    others: tuple[tuple[str, str], ...]


@door.get("/console/sites/<site_key>/notice/look")
@guards.staff(Ability.DRAFT)
def show_look(site: Site) -> Response:
    """Show the look."""
    return _page(site)


@door.post("/console/sites/<site_key>/notice/look")
@guards.staff(Ability.DRAFT)
def keep_look(site: Site) -> Response:
    """Keep the look."""
    edit = forms.a_look(request.form)
    return keep(site, "look", edit, lambda trouble: _page(site, trouble))


def _page(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    document, form = found.document, request.form
    theme = document["theme"]
    given = form if "layout" in form else None
    tokens = {name: (given or theme).get(name, "") for name in look.TOKENS}
    page = LookPage(
        **common(site, found, "look", _("Look"), trouble),
        tokens=tokens,
        layout=(given or document).get("layout", ""),
        layouts=tuple(zip(LAYOUTS, _layouts(), strict=True)),
        logo_url=(given or document).get("logo_url") or "",
        logo_dark_url=(given or document.get("options", {})).get("logo_dark_url") or "",
        measured=look.measured({name: value for name, value in tokens.items() if value}),
        others=tuple((name, value) for name, value in theme.items() if name not in look.TOKENS),
    )
    return render(page, trouble.status)


def _layouts() -> tuple[str, ...]:
    return (
        _("In the middle"),
        _("Panel at the left"),
        _("Panel at the right"),
        _("In tabs"),
    )
