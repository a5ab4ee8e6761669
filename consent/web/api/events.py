"""What staff did, for programs: a security monitor, an archive."""

from typing import Any

from flask_smorest import Blueprint

from consent import clock, sites, staff
from consent.staff import Ability, Trail
from consent.staff.schemas import EventListSchema, EventSearchSchema
from consent.web.api import guards
from consent.web.api.pages import linked
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_events", __name__, description="What staff did")


@door.get("/api/v1/staff/events")
@guards.token(Ability.TRAIL)
@door.doc(summary="Search the audit trail", operationId="listStaffEvents")
@door.arguments(EventSearchSchema, location="query")
@door.response(200, EventListSchema)
@problems(door, 401, 403, 422)
def listed(wanted: dict[str, Any]) -> Any:
    """Return acts of staff, newest first; each is a leaf of the instance's evidence log."""
    limit = wanted["limit"]
    trail = Trail(
        actor=wanted.get("actor"),
        verb=wanted.get("verb"),
        start=wanted.get("start"),
        end=wanted.get("end"),
        before=int(wanted["cursor"]) if "cursor" in wanted else None,
    )
    with services().database.reading() as session:
        found = staff.events(session, trail, limit + 1)
        who = staff.names(session)
        places = {site.id: site.key for site in sites.all_sites(session)}
    items = [
        {
            "id": each.id,
            "at": clock.to_text(each.at),
            "actor": each.actor,
            "name": who.get(each.actor, each.actor),
            "verb": each.verb,
            "site": places.get(each.site_id) if each.site_id else None,
            "facts": each.facts,
            "details": each.details,
        }
        for each in found[:limit]
    ]
    return linked(items, str(found[limit - 1].id) if len(found) > limit else None)
