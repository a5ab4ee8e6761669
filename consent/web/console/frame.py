"""What every page of the console shares: the menu, the words, what was just done."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, cast

from babel.dates import format_datetime
from babel.numbers import format_decimal
from flask import Flask, Response, g, redirect, render_template, request
from markupsafe import Markup, escape

from consent import clock
from consent.errors import InvalidFieldsError
from consent.notices.texts import shipped
from consent.sites import Site
from consent.staff import Ability, Principal
from consent.web import headers
from consent.web.console import guards, words
from consent.web.console.words import N_, _
from consent.web.pages import Page


@dataclass(frozen=True)
class Entry:
    """An entry of the menu: its key, its name, its path and who sees it."""

    key: str
    name: str
    path: str
    ability: Ability | None


# One site's menu, then the one of what lies outside.
SITE_MENU = (
    Entry("dashboard", N_("Dashboard"), "/dashboard", Ability.LOOK),
    Entry("records", N_("Records"), "/records", Ability.READ),
    Entry("people", N_("Find a person"), "/people", Ability.READ),
    Entry("rights", N_("Rights requests"), "/rights", Ability.READ),
    Entry("notice", N_("Notice"), "/notice", Ability.DRAFT),
    Entry("publish", N_("Publish"), "/publish", Ability.DRAFT),
    Entry("versions", N_("Versions"), "/versions", Ability.LOOK),
    Entry("exports", N_("Exports"), "/exports", Ability.EXPORT),
    Entry("ledger", N_("Evidence log"), "/ledger", Ability.VERIFY),
    Entry("holds", N_("Legal holds"), "/holds", Ability.READ),
    Entry("embed", N_("Embed code"), "/embed", Ability.LOOK),
    Entry("webhooks", N_("Webhooks"), "/webhooks", Ability.MANAGE),
    Entry("settings", N_("Settings"), "/settings", Ability.MANAGE),
)
MENU = (
    Entry("sites", N_("Sites"), "/console/", None),
    Entry("staff", N_("Staff"), "/console/staff", Ability.MANAGE),
    Entry("tokens", N_("API tokens"), "/console/tokens", Ability.MANAGE),
    Entry("trail", N_("Audit trail"), "/console/trail", Ability.TRAIL),
    Entry("api", N_("API description"), "/api/", None),
)


@dataclass(frozen=True)
class Link:
    """An entry as it is shown."""

    name: str
    url: str
    is_current: bool


@dataclass(frozen=True, kw_only=True)
class ConsolePage(Page):
    """What every page of the console has. `section` is the menu's entry it belongs to."""

    section: ClassVar[str] = ""
    site: Site | None = None
    principal: Principal | None = None
    site_menu: tuple[Link, ...] = ()
    menu: tuple[Link, ...] = ()
    said: str = ""


SAID: dict[str, str] = {}


def says(texts: Mapping[str, str]) -> None:
    """Add sentences that a page may say about what was just done."""
    SAID.update(texts)


def done(url: str, said: str = "") -> Response:
    """Send on to a page that says what was done; reloading it does nothing again."""
    assert not said or said in SAID, said
    joint = "&" if "?" in url else "?"
    return cast("Response", redirect(f"{url}{joint}said={said}" if said else url, 303))


def problems(error: InvalidFieldsError) -> dict[str, list[str]]:
    """Return what is wrong, field by field, as a form shows it."""
    return {str(name): flat(said) for name, said in error.fields.items()}


def flat(said: object) -> list[str]:
    """Return sentences, one a place, of what may name places within a field."""
    if isinstance(said, Mapping):
        return [
            f"{name}: {sentence}" if not str(name).startswith("_") else sentence
            for name, value in said.items()
            for sentence in flat(value)
        ]
    if isinstance(said, list):
        return [sentence for value in said for sentence in flat(value)]
    return [words.told(str(said))]


def render(page: ConsolePage, status: int = 200) -> Response:
    """Return a page of the console for whoever is logged in."""
    principal = getattr(g, "console_principal", None)
    language = words.language()
    said = SAID.get(request.args.get("said", ""), "")
    whole = replace(
        page,
        language=language,
        principal=principal,
        texts=page.texts or shipped()[language],
        menu=_menu(page, principal),
        site_menu=_site_menu(page, principal),
        said=_(said) if said else "",
    )
    response = Response(render_template(page.template, page=whole), status, mimetype="text/html")
    return headers.apply(response, headers.CONSOLE)


def register(app: Flask) -> None:
    """Give templates of the console what they call."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    install = app.jinja_env.install_gettext_callables  # type: ignore[attr-defined]
    install(_, words.ngettext, newstyle=True)
    app.jinja_env.globals["form_value"] = guards.form_value
    app.jinja_env.filters.update(told=words.told, moment=moment, number=number, code=code)


def moment(value: datetime | None, length: str = "medium") -> Markup:
    """Return a moment as people read it, with the exact one for programs; always UTC."""
    if value is None:
        return Markup("-")
    # Day before month, or year first: nobody has to guess which is which.
    locale = {"en": "en_GB"}.get(words.language(), words.language())
    pattern = "yyyy-MM-dd HH:mm" if length == "short" else length
    text = format_datetime(value, pattern, tzinfo=None, locale=locale)
    return Markup('<time datetime="{}">{} UTC</time>').format(clock.to_text(value), text)


def number(value: float | None) -> str:
    """Return a number as people write it in their language."""
    return "-" if value is None else format_decimal(value, locale=words.language())


def code(value: object) -> Markup:
    """Return an id, a digest or a key so that it can be read and copied."""
    return Markup('<span class="code" dir="ltr">{}</span>').format(escape(value))


def _menu(page: ConsolePage, principal: Principal | None) -> tuple[Link, ...]:
    if principal is None:
        return ()
    return tuple(
        Link(_(entry.name), request.script_root + entry.path, entry.key == page.section)
        for entry in MENU
        if entry.ability is None or principal.may(entry.ability)
    )


def _site_menu(page: ConsolePage, principal: Principal | None) -> tuple[Link, ...]:
    if principal is None or page.site is None:
        return ()
    base = f"/console/sites/{page.site.key}"
    return tuple(
        Link(_(entry.name), request.script_root + base + entry.path, entry.key == page.section)
        for entry in SITE_MENU
        if entry.ability is None or principal.may(entry.ability, page.site.id)
    )
