"""Sites for programs: made, read, changed, embedded."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from consent import clock, ledger, notices, records, sites, snippet, staff
from consent.sites import Site
from consent.sites.schemas import (
    EmbedSchema,
    NewSiteSchema,
    SiteChangeSchema,
    SiteListSchema,
    SiteSchema,
)
from consent.staff import Ability
from consent.web.api import guards
from consent.web.api.pages import PageSchema, linked
from consent.web.embed_codes import codes_of
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_sites", __name__, url_prefix="/api/v1/sites", description="Sites")


@door.get("")
@guards.token(Ability.LOOK)
@door.doc(summary="List the sites", operationId="listSites")
@door.arguments(PageSchema, location="query")
@door.response(200, SiteListSchema)
@problems(door, 401, 403, 422)
def listed(wanted: dict[str, Any]) -> Any:
    """Return every site by key; needs a token for all sites."""
    after, limit = wanted.get("cursor", ""), wanted["limit"]
    with services().database.reading() as session:
        found = [each for each in sites.all_sites(session) if each.key > after]
        live = notices.live_versions(session)
    items = [_shown(each, live.get(each.id, (None,))[0]) for each in found[:limit]]
    return linked(items, found[limit - 1].key if len(found) > limit else None)


@door.post("")
@guards.token(Ability.MANAGE)
@door.doc(summary="Make a site", operationId="createSite")
@door.arguments(NewSiteSchema)
@door.response(201, SiteSchema)
@problems(door, 400, 401, 403, 409, 422)
def create(given: dict[str, Any]) -> Any:
    """Make a site and publish the default notice for it, ready to embed."""
    core, public_url = snippet.core(), services().settings.public_url
    with services().database.transaction() as session:
        site = sites.create(session, **given)
        version = snippet.first_notice(session, site, core, public_url)
        facts = {"digest": version.digest, "site": site.key, "version": version.version}
        details = {"name": site.name, "origins": site.origins}
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "site.create", facts, guards.current().actor, details=details)
    return _shown(site, version.version)


@door.get("/<site_key>")
@guards.token(Ability.LOOK)
@door.doc(summary="Read a site", operationId="readSite")
@door.response(200, SiteSchema)
@problems(door, 401, 403, 404)
def read(site: Site) -> Any:
    """Return a site's facts and the version of its notice that is live."""
    with services().database.reading() as session:
        return _fresh(session, site.key)


@door.patch("/<site_key>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Change a site", operationId="changeSite")
@door.arguments(SiteChangeSchema)
@door.response(200, SiteSchema)
@problems(door, 400, 401, 403, 404, 422)
def change(given: dict[str, Any], site: Site) -> Any:
    """Change what is named; the key never changes."""
    actor = guards.current().actor
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        if (period := given.pop("retention", None)) is not None:
            records.set_period(session, fresh, period, actor)
        changes = sites.change(session, fresh, given)
        if changes:
            facts = {"changed": sorted(changes), "site": site.key}
            details = {
                name: {"before": before, "after": after}
                for name, (before, after) in changes.items()
            }
            log_id = ledger.log_id_of(session, site.id)
            staff.note(session, log_id, "site.change", facts, actor, details=details)
        answer = _fresh(session, site.key)
    services().remembered_sites.pop(site.key, None)
    return answer


@door.get("/<site_key>/embed")
@guards.token(Ability.LOOK)
@door.doc(summary="What a site embeds", operationId="readEmbed")
@door.response(200, EmbedSchema)
@problems(door, 401, 403, 404, 503)
def embed(site: Site) -> Any:
    """Return the tags, their integrity and the stub."""
    return codes_of(site)


def _fresh(session: Session, key: str) -> dict[str, Any]:
    site = sites.find(session, key)
    version = notices.current(session, site.id)
    return _shown(site, version.version if version else None)


def _shown(site: Site, version: int | None) -> dict[str, Any]:
    return {
        "key": site.key,
        "name": site.name,
        "origins": site.origins,
        "default_language": site.default_language,
        "public_log": site.public_log,
        "retention": site.retention,
        "created_at": clock.to_text(site.created_at),
        "version": version,
    }
