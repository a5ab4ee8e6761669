"""Receipts as files: the proof of one's own decision, for whoever holds its link."""

from uuid import UUID

from flask import Response, request
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from consent import clock, ledger, notices, records
from consent.errors import NotFoundError
from consent.notices import Notice
from consent.records import ConsentRecord
from consent.signing import Purpose
from consent.sites import Site
from consent.web import guards, headers
from consent.web.problems import problems
from consent.web.services import services
from consent.web.visitor.records import SECONDS_TO_COVER

door = Blueprint("receipts", __name__, description="What proves a decision")
door.before_request(guards.preflight)
_QUERY = [
    {"name": "token", "in": "query", "schema": {"type": "string"}},
    {"name": "wait", "in": "query", "schema": {"type": "string"}},
]
SECONDS_TO_ASK_AGAIN = "10"


@door.get("/v1/sites/<site_key>/records/<record_id>/receipt.json")
@door.doc(summary="A receipt", security=[], parameters=_QUERY)
@door.response(
    200, description="ISO/IEC TS 27560 fields as JSON-LD", content_type="application/ld+json"
)
@door.alt_response(202, description="The log does not cover it yet")
@problems(door, 404, 503)
@guards.reader
def receipt(site: Site, record_id: str) -> Response:
    """Return the receipt of one record, with the proof inside, to whoever holds its link.

    Where the log is not moving it comes without the proof: better than never.
    """
    found = asked_for(site, record_id)
    proof = proof_of(found)
    if is_early(found, proof):
        return _not_yet()
    settings = services().settings
    with services().database.reading() as session:
        evidence = records.evidence_of(session, found, proof.text if proof else None)
        document = records.receipt(
            found,
            notice_of(session, site, found),
            records.Controller(site.name, site.origins[0], site.key),
            evidence,
            withdrawal_url=f"{settings.public_url}/privacy/{site.key}/history",
        )
        origin = ledger.name_of(session, evidence.entry.log_id, settings.public_url, site.key)
    body = records.sealed(document, origin, settings.ledger_seeds)
    response = headers.apply(Response(body, content_type="application/ld+json"), headers.API)
    return _attached(response, f"receipt-{record_id}.json")


@door.get("/v1/sites/<site_key>/records/<record_id>/receipt.tlog-proof")
@door.doc(summary="A receipt as C2SP tlog-proof", security=[], parameters=_QUERY)
@door.response(200, description="Leaf, path and checkpoint", content_type="text/plain")
@door.alt_response(202, description="The log does not cover it yet")
@problems(door, 404, 503)
@guards.reader
def tlog_proof(site: Site, record_id: str) -> Response:
    """Return what tools for transparency logs read."""
    found = asked_for(site, record_id)
    proof = proof_of(found)
    if proof is None:
        return _not_yet()
    with services().database.reading() as session:
        extra = records.carried(records.evidence_of(session, found))
    text = ledger.with_extra(proof, extra).text
    response = headers.apply(Response(text, content_type="text/plain; charset=utf-8"), headers.API)
    return _attached(response, f"receipt-{record_id}.tlog-proof")


def asked_for(site: Site, record_id: str) -> ConsentRecord:
    """Return the record of a receipt's link; without its token there is none."""
    token = request.args.get("token")
    if not services().signer.verifies(Purpose.RECEIPT, site.key, record_id, token):
        raise NotFoundError("There is no such record.")
    with services().database.reading() as session:
        return records.record_of(session, site.id, UUID(record_id))


def proof_of(record: ConsentRecord) -> ledger.Proof | None:
    """Return the proof of a record, None until the log covers it; wait for it where asked to."""
    if request.args.get("wait") == "receipt":
        services().sequencer.cover(record.entry_id, SECONDS_TO_COVER)
    with services().database.reading() as session:
        return ledger.proof_for(session, record.entry_id)


def is_early(record: ConsentRecord, proof: ledger.Proof | None) -> bool:
    """Say whether the proof is still to come; of a log that stands still nobody waits for it."""
    return proof is None and clock.now() - record.recorded_at < ledger.LAG


def notice_of(session: Session, site: Site, record: ConsentRecord) -> Notice:
    """Return the notice a record was made under."""
    version = notices.published(session, site.id, record.notice_version)
    if version is None:
        raise NotFoundError("There is no such record.")
    return notices.read(version)


def _not_yet() -> Response:
    response = headers.json_answer({"status": "pending"}, 202)
    response.headers["Retry-After"] = SECONDS_TO_ASK_AGAIN
    return response


def _attached(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
