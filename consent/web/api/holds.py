"""Legal holds, for programs: listed, added, released."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from consent import records, rights
from consent.errors import InvalidFieldsError, NotFoundError
from consent.records import Scope
from consent.rights.schemas import HoldListSchema, HoldSchema, NewHoldSchema, ReasonSchema
from consent.sites import Site
from consent.staff import Ability
from consent.web.api import guards
from consent.web.api.subjects import hold_of
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_holds", __name__, description="What may not be erased for now")
PATH = "/api/v1/sites/<site_key>/holds"
# As everywhere: what a database can store and compare.
YEARS = range(1971, 3000)


@door.get(PATH)
@guards.token(Ability.READ)
@door.doc(summary="List the holds", operationId="listHolds")
@door.response(200, HoldListSchema)
@problems(door, 401, 403, 404, 429)
def listed(site: Site) -> Any:
    """Return all holds of a site, those that were released too, oldest first."""
    with services().database.reading() as session:
        found = records.holds_of(session, site)
    return {"items": [hold_of(each) for each in found], "next": None}


@door.post(PATH)
@guards.token(Ability.FULFIL)
@door.doc(summary="Add a hold", operationId="addHold")
@door.arguments(NewHoldSchema)
@door.response(201, HoldSchema)
@problems(door, 400, 401, 403, 404, 413, 415, 422, 429)
def add(asked: dict[str, Any], site: Site) -> Any:
    """Keep a site's records, a person's, or those of a period from being erased."""
    for name, key in (("from", "start"), ("to", "end")):
        if asked[key] is not None and asked[key].year not in YEARS:
            raise InvalidFieldsError({name: ["Use a time between 1971 and 2999."]})
    scope = Scope(asked["subject"], asked["start"], asked["end"])
    with services().database.transaction() as session:
        made = rights.hold(session, site, scope, asked["reason"], guards.current().actor)
    return hold_of(made)


@door.post(f"{PATH}/<hold_id>/release")
@guards.token(Ability.FULFIL)
@door.doc(summary="Release a hold", operationId="releaseHold")
@door.arguments(ReasonSchema)
@door.response(200, HoldSchema)
@problems(door, 400, 401, 403, 404, 413, 415, 422, 429)
def release(asked: dict[str, Any], site: Site, hold_id: str) -> Any:
    """End a hold; what it kept can be erased again."""
    try:
        number = UUID(hold_id)
    except ValueError:
        raise NotFoundError("This site has no such hold.") from None
    with services().database.transaction() as session:
        found = rights.release(session, site, number, asked["reason"], guards.current().actor)
    return hold_of(found)
