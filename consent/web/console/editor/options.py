"""The editor's page of options: expiry, policy, languages' default, what a site chooses besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import Response, request

from consent.notices.editing import Document
from consent.notices.schemas import CONSENT_MODES
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
)
from consent.web.console.frame import render
from consent.web.console.words import _

MODE_NAMES = {
    "google": "Google Consent Mode v2",
    "uet": "Microsoft Advertising (UET)",
    "clarity": "Microsoft Clarity",
}


@dataclass(frozen=True, kw_only=True)
class OptionsPage(EditorPage):
    """What a site chooses besides."""

    template: ClassVar[str] = "console/editor/options.html"
    given: Mapping[str, Any]
    urls: tuple[tuple[str, str, str], ...]
    languages: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...]
    modes: tuple[tuple[str, str, bool], ...]


@door.get("/console/sites/<site_key>/notice/options")
@guards.staff(Ability.DRAFT)
def show_options(site: Site) -> Response:
    """Show the options."""
    return _page(site)


@door.post("/console/sites/<site_key>/notice/options")
@guards.staff(Ability.DRAFT)
def keep_options(site: Site) -> Response:
    """Keep the options."""
    edit = forms.some_options(request.form)
    return keep(site, "options", edit, lambda trouble: _page(site, trouble))


def _page(site: Site, trouble: Trouble = NO_TROUBLE) -> Response:
    found = draft_of(site)
    given = _given() if "granted" in request.form else _kept(found.document)
    languages = tuple((each, visitors.language_name(each)) for each in found.document["texts"])
    page = OptionsPage(
        **common(site, found, "options", _("Options"), trouble),
        given=given,
        urls=tuple((each, name, given["policy_urls"].get(each, "")) for each, name in languages),
        languages=languages,
        buttons=(("", _("none")), ("start", _("At the start")), ("end", _("At the end"))),
        modes=tuple((key, MODE_NAMES[key], key in given["consent_modes"]) for key in CONSENT_MODES),
    )
    return render(page, trouble.status)


def _kept(document: Document) -> dict[str, Any]:
    options = document.get("options", {})
    return {
        **document["expiry"],
        "policy_url": document["policy_url"],
        "default_language": document["default_language"],
        "vendor_choices": options.get("vendor_choices", True),
        "reopen_button": options.get("reopen_button") or "",
        "powered_by": options.get("powered_by") or "",
        "policy_urls": options.get("policy_urls", {}),
        "policy_new_tab": options.get("policy_new_tab", False),
        "consent_modes": options.get("consent_modes", []),
        "count_shown": options.get("count_shown") or "",
    }


def _given() -> dict[str, Any]:
    form = request.form
    urls = {
        key.removeprefix("policy_url."): text
        for key, text in form.items()
        if key.startswith("policy_url.")
    }
    plain = (
        "granted", "refused", "policy_url", "default_language", "reopen_button", "powered_by",
        "count_shown",
    )  # fmt: skip
    return {
        **{name: form.get(name, "") for name in plain},
        "vendor_choices": bool(form.get("vendor_choices")),
        "policy_urls": urls,
        "policy_new_tab": bool(form.get("policy_new_tab")),
        "consent_modes": form.getlist("consent_modes"),
    }
