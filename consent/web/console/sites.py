"""The sites somebody works on: the list one begins at, a new site, the settings of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint, Response, request, url_for

from consent import clock, ledger, notices, records, sites, snippet, staff
from consent.errors import ConsentError, InvalidFieldsError, SiteExistsError
from consent.notices import wording
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _, told
from consent.web.services import services

door = Blueprint("console_sites", __name__)

says(
    {
        "site.created": N_("The site is there and asks already. Put its code into your pages."),
        "site.changed": N_("The settings are kept."),
        "site.same": N_("Nothing was different, so nothing was changed."),
    }
)


@dataclass(frozen=True)
class Row:
    """A site in the list."""

    site: Site
    version: int | None
    published_at: datetime | None
    is_pending: bool
    today: int
    url: str


@dataclass(frozen=True, kw_only=True)
class SiteList(ConsolePage):
    """Every site that somebody sees."""

    template: ClassVar[str] = "console/sites/list.html"
    section: ClassVar[str] = "sites"
    rows: tuple[Row, ...]
    query: str
    may_create: bool
    sees_records: bool


@dataclass(frozen=True, kw_only=True)
class NewSite(ConsolePage):
    """The form of a new site."""

    template: ClassVar[str] = "console/sites/new.html"
    section: ClassVar[str] = "sites"
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class SettingsPage(ConsolePage):
    """The facts of a site."""

    template: ClassVar[str] = "console/sites/settings.html"
    section: ClassVar[str] = "settings"
    name: str
    origins: str
    default_language: str
    public_log: bool
    keep: str
    due: records.Due
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/")
@guards.staff(None)
def show_all() -> Response:
    """List the sites, with what is live and what waits."""
    who = guards.current()
    query = request.args.get("q", "").strip()[:200]
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    with services().database.reading() as session:
        mine = [each for each in sites.all_sites(session) if who.rights.sees(each.id)]
        live, pending = notices.live_versions(session), notices.pending_sites(session)
        counts = records.counted_since(session, today)
    rows = tuple(
        Row(
            site=site,
            version=live[site.id][0] if site.id in live else None,
            published_at=live[site.id][1] if site.id in live else None,
            is_pending=site.id in pending,
            today=counts.get(site.id, 0),
            url=_first_page(site),
        )
        for site in mine
        if wording.folded(query) in wording.folded(f"{site.name} {site.key}")
    )
    page = SiteList(
        title=_("Sites"),
        rows=rows,
        query=query,
        may_create=who.may(Ability.MANAGE),
        sees_records=any(who.may(Ability.READ, site.id) for site in mine),
    )
    return render(page)


@door.get("/console/sites/new")
@guards.staff(Ability.MANAGE)
def ask() -> Response:
    """Show the form of a new site."""
    return render(NewSite(title=_("A new site"), given={"default_language": "en"}))


@door.post("/console/sites/new")
@guards.staff(Ability.MANAGE)
def create() -> Response:
    """Make a site and publish the default notice for it."""
    form = request.form
    core, public_url = snippet.core(), services().settings.public_url
    try:
        with services().database.transaction() as session:
            site = sites.create(
                session,
                form.get("key", "").strip(),
                form.get("name", ""),
                form.get("origins", "").split(),
                default_language=form.get("default_language", ""),
            )
            version = snippet.first_notice(session, site, core, public_url)
            facts = {"digest": version.digest, "site": site.key, "version": version.version}
            details = {"name": site.name, "origins": site.origins}
            log_id, actor = ledger.log_id_of(session, site.id), guards.current().actor
            staff.note(session, log_id, "site.create", facts, actor, details=details)
    except (InvalidFieldsError, SiteExistsError) as error:
        page = NewSite(title=_("A new site"), given=form, problems=_said(error))
        return render(page, error.status)
    return done(url_for("console_embed.show", site_key=site.key), "site.created")


@door.get("/console/sites/<site_key>/settings")
@guards.staff(Ability.MANAGE)
def settings(site: Site) -> Response:
    """Show what is known of a site."""
    return _settings(site)


@door.post("/console/sites/<site_key>/settings")
@guards.staff(Ability.MANAGE)
def change(site: Site) -> Response:
    """Change a site's name, origins, default language or log."""
    form = request.form
    given = {
        "name": form.get("name", ""),
        "origins": form.get("origins", "").split(),
        "default_language": form.get("default_language", ""),
        "public_log": "public_log" in form,
    }
    try:
        with services().database.transaction() as session:
            changes = sites.change(session, sites.find(session, site.key), given)
            if changes:
                log_id, actor = ledger.log_id_of(session, site.id), guards.current().actor
                facts = {"changed": sorted(changes), "site": site.key}
                details = {
                    name: {"before": before, "after": after}
                    for name, (before, after) in changes.items()
                }
                staff.note(session, log_id, "site.change", facts, actor, details=details)
    except InvalidFieldsError as error:
        return _settings(site, problems(error), error.status)
    services().remembered_sites.pop(site.key, None)
    said = "site.changed" if changes else "site.same"
    return done(url_for("console_sites.settings", site_key=site.key), said)


@door.post("/console/sites/<site_key>/settings/retention")
@guards.staff(Ability.MANAGE)
def keep(site: Site) -> Response:
    """Set how long a site keeps its records."""
    try:
        with services().database.transaction() as session:
            found = sites.find(session, site.key)
            actor = guards.current().actor
            records.set_period(session, found, request.form.get("keep", "").strip(), actor)
    except InvalidFieldsError as error:
        return _settings(site, problems(error), error.status)
    services().remembered_sites.pop(site.key, None)
    return done(url_for("console_sites.settings", site_key=site.key), "site.changed")


def _settings(
    site: Site, found: Mapping[str, list[str]] | None = None, status: int = 200
) -> Response:
    with services().database.reading() as session:
        fresh = sites.find(session, site.key)
        due = records.due(session, fresh)
    form = request.form if "origins" in request.form else None
    page = SettingsPage(
        title=_("Settings"),
        site=fresh,
        name=form.get("name", "") if form else fresh.name,
        origins=form.get("origins", "") if form else "\n".join(fresh.origins),
        default_language=form.get("default_language", "") if form else fresh.default_language,
        public_log="public_log" in form if form else fresh.public_log,
        keep=request.form.get("keep", fresh.retention),
        due=due,
        problems=found,
    )
    return render(page, status)


def _first_page(site: Site) -> str:
    """Return where somebody goes on from the list: the page they are most likely here for."""
    who = guards.current()
    if who.may(Ability.DRAFT, site.id):
        return url_for("console_editor.show", site_key=site.key)
    return url_for("console_embed.show", site_key=site.key)


def _said(error: ConsentError) -> dict[str, list[str]]:
    if isinstance(error, InvalidFieldsError):
        return problems(error)
    return {"key": [told(error.message)]}
