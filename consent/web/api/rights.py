"""Rights requests, for programs: a desk of the owner's own works through them."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, validate
from sqlalchemy.orm import Session

from consent import clock, rights
from consent.errors import NotFoundError
from consent.rights import Answer, RightsRequest
from consent.rights.schemas import (
    ReasonSchema,
    RightsAnswerSchema,
    RightsRequestListSchema,
    RightsRequestSchema,
)
from consent.sites import Site
from consent.staff import Ability
from consent.web.api import guards
from consent.web.api.pages import PageSchema, linked
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_rights", __name__, description="What people demand")
PATH = "/api/v1/sites/<site_key>/rights"


class RightsSearchSchema(PageSchema):
    """Which requests."""

    state = fields.String(load_default="waiting", validate=validate.OneOf(["waiting", "closed"]))


@door.get(PATH)
@guards.token(Ability.READ)
@door.doc(summary="List rights requests", operationId="listRightsRequests")
@door.arguments(RightsSearchSchema, location="query")
@door.response(200, RightsRequestListSchema)
@problems(door, 401, 403, 404, 422, 429)
def listed(asked: dict[str, Any], site: Site) -> Any:
    """Return requests that wait, the first due first, or closed ones, newest first."""
    with services().database.reading() as session:
        found = rights.requests(
            session,
            site,
            closed=asked["state"] == "closed",
            cursor=asked.get("cursor", ""),
            limit=asked["limit"],
        )
        items = [_facts(session, each) for each in found.rows]
    return linked(items, found.cursor)


@door.get(f"{PATH}/<request_id>")
@guards.token(Ability.READ)
@door.doc(summary="One rights request", operationId="readRightsRequest")
@door.response(200, RightsRequestSchema)
@problems(door, 401, 403, 404, 429)
def read(site: Site, request_id: str) -> Any:
    """Return one request."""
    with services().database.reading() as session:
        return _facts(session, rights.request_of(session, site, _number(request_id)))


@door.post(f"{PATH}/<request_id>/close")
@guards.token(Ability.FULFIL)
@door.doc(summary="Answer a rights request", operationId="closeRightsRequest")
@door.arguments(RightsAnswerSchema)
@door.response(200, RightsRequestSchema)
@problems(door, 400, 401, 403, 404, 409, 413, 415, 422, 429)
def close(asked: dict[str, Any], site: Site, request_id: str) -> Any:
    """Close a request as done or refused. To erase somebody use the subject's own operation."""
    granted = asked["outcome"] == "done"
    answer = Answer(asked["answer"], guards.current().actor, granted)
    with services().database.transaction() as session:
        found = rights.close(session, site, _number(request_id), answer)
        return _facts(session, found)


@door.post(f"{PATH}/<request_id>/extend")
@guards.token(Ability.FULFIL)
@door.doc(summary="Extend a rights request", operationId="extendRightsRequest")
@door.arguments(ReasonSchema)
@door.response(200, RightsRequestSchema)
@problems(door, 400, 401, 403, 404, 409, 413, 415, 422, 429)
def extend(asked: dict[str, Any], site: Site, request_id: str) -> Any:
    """Take two months more, once, within the first month; the person reads the reason."""
    actor = guards.current().actor
    with services().database.transaction() as session:
        found = rights.extend(session, site, _number(request_id), asked["reason"], actor)
        return _facts(session, found)


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError("There is no such request.") from None


def _facts(session: Session, found: RightsRequest) -> dict[str, Any]:
    contact = rights.contact_of(session, found)
    return {
        "id": str(found.id),
        "reference": found.reference,
        "kind": found.kind,
        "state": found.state,
        "subject": found.subject_id,
        "language": found.language,
        "opened_at": clock.to_text(found.opened_at),
        "due_at": clock.to_text(found.due_at),
        "closed_at": clock.to_text(found.closed_at) if found.closed_at else None,
        "words": contact.words if contact else None,
        "email": contact.email if contact else None,
        "extended_because": found.extended_because,
        "answer": found.answer,
    }
