"""People, for programs: what holds for one, who a customer is, a copy of their data, erasure."""

import re
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from consent import clock, ledger, records, rights, staff
from consent.errors import NotFoundError
from consent.records import ConsentRecord, LegalHold
from consent.rights.schemas import (
    CustomerSchema,
    ErasedSchema,
    ReasonSchema,
    SubjectListSchema,
    SubjectSchema,
)
from consent.sealing import Sealer
from consent.sites import Site
from consent.staff import Ability
from consent.web import erasing, headers
from consent.web.api import guards
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint("api_subjects", __name__, description="People, by their pseudonymous ids")
_SUBJECT = re.compile(r"s_[A-Za-z0-9_-]{22}")
PATH = "/api/v1/sites/<site_key>/subjects"


@door.get(f"{PATH}/<subject_id>")
@guards.token(Ability.READ)
@door.doc(summary="What is kept of a person", operationId="readSubject")
@door.response(200, SubjectSchema)
@problems(door, 401, 403, 404, 429)
def read(site: Site, subject_id: str) -> Any:
    """Return what holds for a person now, how much is kept, and whether a hold keeps it."""
    named = _named(subject_id)
    with services().database.reading() as session:
        person = records.person(session, site, named)
        same = records.same_person(session, site, named)
        state = _newest(session, site, same)
    return {
        "subject": named,
        "records": person.records,
        "first_at": clock.to_text(person.first) if person.first else None,
        "last_at": clock.to_text(person.last) if person.last else None,
        "same_person": list(same[1:]),
        "state": _state(state) if state else None,
        "holds": [hold_of(each) for each in person.holds],
    }


@door.post(f"{PATH}/find")
@guards.token(Ability.READ)
@door.doc(summary="Find a customer", operationId="findSubject")
@door.arguments(CustomerSchema)
@door.response(200, SubjectListSchema)
@problems(door, 400, 401, 403, 404, 413, 415, 422, 429)
def find(asked: dict[str, Any], site: Site) -> Any:
    """Return the subjects that the site has named as a customer's, by `setSubject`."""
    sealer = Sealer(services().settings.secret_keys)
    with services().database.transaction() as session:
        person = records.person_of_customer(session, site, sealer, asked["customer"])
        found = list(records.subjects_tied(session, site, person)) if person else []
        facts = {"by": "customer", "found": len(found), "site": site.key}
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "person.find", facts, guards.current().actor)
    return {"items": found, "next": None}


@door.post(f"{PATH}/<subject_id>/data")
@guards.token(Ability.EXPORT)
@door.doc(summary="A copy of a person's data", operationId="copySubject")
@door.response(200, description="JSON, format consent-person@v1", content_type="application/json")
@problems(door, 401, 403, 404, 429)
def copy(site: Site, subject_id: str) -> Response:
    """Return all that is kept of a person (GDPR Art. 15 and 20); the trail says so."""
    named = _named(subject_id)
    with services().database.transaction() as session:
        records.person(session, site, named)
        data = rights.data_of(session, site, named)
        facts = {"site": site.key, "subjects": len(data["subjects"])}
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "person.export", facts, guards.current().actor)
    response = Response(orjson.dumps(data), content_type="application/json")
    return headers.apply(response, headers.API)


@door.post(f"{PATH}/<subject_id>/erase")
@guards.token(Ability.FULFIL)
@door.doc(summary="Erase a person", operationId="eraseSubject")
@door.arguments(ReasonSchema)
@door.response(200, ErasedSchema)
@problems(door, 400, 401, 403, 404, 409, 413, 415, 422, 429, 503)
def erase(asked: dict[str, Any], site: Site, subject_id: str) -> Any:
    """Erase all that is kept of a person, every subject known to be theirs, or nothing.

    Refused while a legal hold keeps any of it. The log stays whole and says that rows went.
    """
    named, actor = _named(subject_id), guards.current().actor

    def verb(session: Session) -> Any:
        return rights.erase_person(session, site, named, asked["reason"], actor=actor)

    erased = erasing.run(site, verb)
    return {
        "requests": [str(each.request) for each in erased],
        "leaves": sum(each.leaves for each in erased),
        "shown": erasing.finish(erased),
    }


def hold_of(hold: LegalHold) -> dict[str, Any]:
    """Return the facts of `HoldSchema`."""
    return {
        "id": str(hold.id),
        "subject": hold.subject_id,
        "start": clock.to_text(hold.start) if hold.start else None,
        "end": clock.to_text(hold.end) if hold.end else None,
        "reason": hold.reason,
        "added_at": clock.to_text(hold.added_at),
        "released_at": clock.to_text(hold.released_at) if hold.released_at else None,
    }


def _named(subject_id: str) -> str:
    if not _SUBJECT.fullmatch(subject_id):
        raise NotFoundError("This site has no records of such a person, or the id is wrong.")
    return subject_id


def _newest(session: Session, site: Site, subjects: Any) -> ConsentRecord | None:
    states = [records.state_of(session, site.id, each) for each in subjects]
    known = [each for each in states if each is not None]
    return max(known, key=lambda each: (each.recorded_at, each.id), default=None)


def _state(record: ConsentRecord) -> dict[str, Any]:
    return {
        "record_id": str(record.id),
        "subject": record.subject_id,
        "sequence": record.sequence,
        "action": record.action,
        "categories": record.categories,
        "vendors": record.vendors,
        "notice_version": record.notice_version,
        "recorded_at": clock.to_text(record.recorded_at),
        "expires_at": clock.to_text(record.expires_at),
    }
