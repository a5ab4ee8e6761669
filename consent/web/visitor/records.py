"""Decisions: recorded, read back as state, proved by a receipt."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from consent import records, sites
from consent.devices import Device, device_of
from consent.errors import InvalidFieldsError, NotFoundError
from consent.records import ConsentRecord, Decision, Known, RegionSource
from consent.records.schemas import (
    AnswerSchema,
    AskedStateSchema,
    DecisionSchema,
    StateSchema,
    decision_of,
)
from consent.signing import Purpose
from consent.sites import Site
from consent.web import answers, guards, headers, observe
from consent.web.body import TYPES, json_body
from consent.web.problems import problems
from consent.web.services import services
from consent.web.visitor import known, own_host

door = Blueprint("records", __name__, description="What visitors decide")
door.before_request(guards.preflight)
# How long somebody waits for the log to cover a decision.
SECONDS_TO_COVER = 5.0
ASKED = "Send exactly one of subject, handover and jwt; beside jwt the browser's subject may stand."

_decision, _answer = DecisionSchema(), AnswerSchema()
_asked, _state = AskedStateSchema(), StateSchema()


def _body(schema: type) -> dict[str, Any]:
    content = {kind: {"schema": schema} for kind in TYPES}
    return {"required": True, "content": content}


@door.post("/v1/sites/<site_key>/records")
@door.doc(
    requestBody=_body(DecisionSchema),
    summary="Record a decision",
    security=[],
    parameters=[{"name": "wait", "in": "query", "schema": {"type": "string"}}],
)
@door.response(201, AnswerSchema, description="Durably recorded")
@door.alt_response(200, schema=AnswerSchema, description="Recorded before: the same answer")
@problems(door, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@guards.visitor
def create(site: Site) -> Response:
    """Record what a visitor decided. A 2xx is sent only after the durable commit."""
    services().limits.check(site.key, request.remote_addr)
    data, canonical = json_body(_decision)
    decision = decision_of(_with_page_of(site, data), sha256(canonical).digest())
    captured = record(site, decision)
    if request.args.get("wait") == "receipt":
        services().sequencer.cover(captured.record.entry_id, SECONDS_TO_COVER)
    status = 200 if captured.replayed else 201
    response = headers.json_answer(_answer.dump(answers.answer(site, captured.record)), status)
    # Said again it may be old: a later decision must not be undone.
    return response if captured.replayed else own_host.keep(response, site, captured.record)


@door.post("/v1/sites/<site_key>/state")
@door.doc(requestBody=_body(AskedStateSchema), summary="The state of a subject", security=[])
@door.response(200, StateSchema)
@problems(door, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@guards.visitor
def state(site: Site) -> Response:
    """Return what holds for a subject, or redeem the handover of a hosted page, once.

    For a person the site knows: their state, and the browser's subject is tied to them.
    """
    services().limits.check(site.key, request.remote_addr)
    asked, _ = json_body(_asked)
    token = asked.pop("jwt", None)
    if not (asked.keys() <= {"subject"} if token else len(asked) == 1):
        raise InvalidFieldsError({"subject": [ASKED]})
    if token:
        found = known.state(site, token, asked.get("subject"))
    else:
        find = _redeemed if "handover" in asked else _current
        found = find(site, *asked.values())
    response = headers.json_answer(_state.dump(answers.state(site, found)), 200)
    return own_host.keep_on(response, site, found)


def record(site: Site, decision: Decision) -> records.Captured:
    """Capture a decision in the next durable batch. Hosted pages come here too."""
    signer = services().signer
    subject_id = signer.open(Purpose.SUBJECT, site.key, decision.subject)
    seen = _known()

    def verb(session: Session) -> records.Captured:
        return records.capture(session, site, decision, seen, subject_id)

    return observe.recorded(site, services().writer.run(verb))


def _with_page_of(site: Site, data: dict[str, Any]) -> dict[str, Any]:
    """Keep origin and path of the page only; a page of another site is refused."""
    page = sites.of_page(data["page"])
    ours = services().settings.public_origin
    if page is None or page[0] not in (*site.origins, ours):
        raise InvalidFieldsError({"page": ["Send the address of a page of this site."]})
    return {**data, "page": page[0] + page[1]}


def _known() -> Known:
    region = region_seen()
    source = RegionSource.HEADER if region else RegionSource.UNKNOWN
    return Known(region, source, gpc_seen() or None, device_seen())


def gpc_seen() -> bool:
    """Say whether the browser sends a Global Privacy Control signal (W3C GPC: exactly `1`)."""
    return request.headers.get("Sec-GPC") == "1"


def device_seen() -> Device | None:
    """Return the class of device that the browser says, as every request does."""
    return device_of(request.headers.get("User-Agent"), request.headers.get("Sec-CH-UA-Mobile"))


def region_seen() -> str | None:
    """Return the region that a trusted proxy wrote down, if it has the shape of one."""
    name = services().settings.region_header
    return answers.region(request.headers.get(name)) if name else None


def _current(site: Site, subject: str) -> ConsentRecord:
    subject_id = services().signer.open(Purpose.SUBJECT, site.key, subject)
    with services().database.reading() as session:
        found = records.state_of(session, site.id, subject_id) if subject_id else None
    if found is None:
        raise NotFoundError("There is no state for this subject.")
    return found


def _redeemed(site: Site, token: str) -> ConsentRecord:
    value = services().signer.open_within(
        Purpose.HANDOVER, site.key, token, seconds=records.HANDOVER_SECONDS
    )
    if value is None:
        raise NotFoundError("This handover was used before or is too old.")

    def verb(session: Session) -> ConsentRecord:
        records.redeem(session, site.id, token)
        return records.record_of(session, site.id, UUID(value["record"]))

    return services().writer.run(verb)
