"""Records for programs: searched as on the screen, and each with its proof."""

import base64
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import RAISE

from consent import clock, records
from consent.records import ConsentRecord
from consent.records.schemas import OneRecordSchema, RecordListSchema, RecordSearchSchema
from consent.sites import Site
from consent.staff import Ability
from consent.web import answers
from consent.web.api import guards
from consent.web.api.pages import linked
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint(
    "api_records",
    __name__,
    url_prefix="/api/v1/sites/<site_key>/records",
    description="What visitors decided",
)


@door.get("")
@guards.token(Ability.READ)
@door.doc(summary="Search records", operationId="listRecords")
@door.arguments(RecordSearchSchema, location="query", unknown=RAISE)
@door.response(200, RecordListSchema)
@problems(door, 401, 403, 404, 422, 429)
def listed(wanted: dict[str, Any], site: Site) -> Any:
    """Return records, newest first. An export of the same conditions holds the same ones."""
    search = records.search_of(site.id, wanted)
    with services().database.reading() as session:
        found = records.find(session, search, before=wanted.get("cursor"), limit=wanted["limit"])
    return linked([_facts(each) for each in found.rows], str(found.older) if found.older else None)


@door.get("/<uuid:record_id>")
@guards.token(Ability.READ)
@door.doc(summary="Read a record", operationId="readRecord")
@door.response(200, OneRecordSchema)
@problems(door, 401, 403, 404, 429)
def read(site: Site, record_id: UUID) -> Any:
    """Return one record with its place in the log, checked just now."""
    settings = services().settings
    with services().database.reading() as session:
        record = records.record_of(session, site.id, record_id)
        current = records.state_of(session, site.id, record.subject_id)
        standing = records.standing(session, record, settings.public_url, settings.ledger_seeds)
    proof = {
        "check": standing.check,
        "log": standing.origin,
        "leaf_hash": base64.b64encode(standing.leaf_hash).decode(),
        "index": standing.place,
        "size": standing.size,
    }
    return {
        **_facts(record),
        "in_force": current is not None and current.id == record.id,
        "proof": proof,
        "receipt_url": answers.receipt_url(site, record),
    }


def _facts(record: ConsentRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "subject": record.subject_id,
        "sequence": record.sequence,
        "recorded_at": clock.to_text(record.recorded_at),
        "decided_at": clock.to_text(record.decided_at),
        "expires_at": clock.to_text(record.expires_at),
        "action": record.action,
        "layer": record.layer,
        "notice": {
            "version": record.notice_version,
            "digest": record.notice_digest,
            "language": record.language,
        },
        "categories": record.categories,
        "vendors": record.vendors,
        "page": record.page,
        "region": record.region,
        "region_source": record.region_source,
        "model": record.model,
        "claims": record.claims,
        "disagrees": record.disagrees,
        "late": record.late,
        "gpc": record.gpc,
        "signals": record.signals,
    }
