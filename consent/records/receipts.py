"""A person's receipt: the fields of ISO/IEC TS 27560:2023 as JSON-LD.

Field names follow the W3C guide "consent-27560"; terms are checked against DPV 2.3 in
`tests/records/test_receipt.py`. A receipt wraps the record (`dpv:hasRecordOfActivity`).

The log proves the payload; names and explanations of a receipt stand in no payload. So the service
signs its own words besides (`consent:words`): nobody can hand on a receipt with other words.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.notices import Notice, Vendor
from consent.records.decision import Action
from consent.records.evidence import Evidence
from consent.records.models import ConsentRecord
from consent.records.rules import grants_anything

CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "consent": "urn:consent-service:receipt:v1#",
}
# Not among the words: what proves the decision, and what seals the words.
EVIDENCE, WORDS = "consent:evidence", "consent:words"
_PROFILE = "https://w3id.org/dpv/schema/dpv-27560"
_PURPOSES = {
    "necessary": ("dpv:EnforceSecurity", "dpv:TechnicalServiceProvision"),
    "functional": ("dpv:ServicePersonalisation", "dpv:UserInterfacePersonalisation"),
    "performance": ("dpv:ServiceUsageAnalytics", "dpv:ServiceOptimisation"),
    "targeting": ("dpv:TargetedAdvertising", "dpv:PersonalisedAdvertising"),
}
_STATUS_GRANTED = {Action.RENEW: "dpv:RenewedConsentGiven"}
_STATUS_REFUSED = {Action.WITHDRAW: "dpv:ConsentWithdrawn"}


@dataclass(frozen=True)
class Controller:
    """Who is responsible, as far as the service knows: the site and where it lives."""

    name: str
    origin: str
    key: str


def receipt(
    record: ConsentRecord,
    notice: Notice,
    controller: Controller,
    evidence: Evidence,
    *,
    withdrawal_url: str,
) -> dict[str, Any]:
    """Return the receipt of one record as a JSON-LD document."""
    return {
        "@context": CONTEXT,
        "@id": f"urn:uuid:{record.id}#receipt",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": f"{_PROFILE}#receipt",
        "dct:identifier": str(record.id),
        "dpv:hasRecordOfActivity": _record(record, notice, controller, withdrawal_url),
        EVIDENCE: {**opened(evidence), "proof": evidence.proof},
    }


def sealed(document: dict[str, Any], origin: str, seeds: Sequence[bytes]) -> bytes:
    """Return a receipt as it is handed out: canonical JSON, with a signed note about its words.

    The note's keys are the log's own under the name `<origin>/receipt`. Two lines are no
    checkpoint, so nobody can pass one for the other.
    """
    name = f"{origin}/receipt"
    words = {key: value for key, value in document.items() if key not in {EVIDENCE, WORDS}}
    text = f"{name}\n{ledger.digest(ledger.dump(words))}\n"
    note = ledger.sign(text, [ledger.Signer(name, seed) for seed in seeds])
    return ledger.dump({**document, WORDS: note})


def known_keys(session: Session, seeds: Sequence[bytes]) -> list[bytes]:
    """Return the public keys this service signs and has signed with, the newest first."""
    present = [ledger.verifier("", seed).public for seed in reversed(seeds)]
    return list(dict.fromkeys([*present, *ledger.public_keys(session)]))


def _record(
    record: ConsentRecord, notice: Notice, controller: Controller, withdrawal_url: str
) -> dict[str, Any]:
    texts = notice.texts(record.language)
    return {
        "@id": f"urn:uuid:{record.id}",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": f"{_PROFILE}#record",
        "dct:identifier": str(record.id),
        "dpv:hasDataSubject": record.subject_id,
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "@id": f"{controller.key}/{record.notice_version}/{record.notice_digest}",
            "dct:language": record.language,
            "dct:source": notice.document["policy_url"],
        },
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "@id": controller.origin,
            "dpv:hasName": controller.name,
            "dpv:hasAddress": controller.origin,
            "dpv:hasContact": notice.document["policy_url"],
        },
        "dpv:hasJurisdiction": record.region or record.claims["region"] or "unknown",
        "dpv:hasProcess": [_process(record, notice, key, texts) for key in record.categories],
        "dpv:hasConsentControl": {
            "@type": ["dpv:WithdrawConsent"],
            "dpv:isExercisedAt": withdrawal_url,
        },
        "dpv:hasConsentStatus": [_status(record, notice)],
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "rdf:value": _lifetime(record, notice),
        },
    }


def _process(
    record: ConsentRecord, notice: Notice, key: str, texts: dict[str, str]
) -> dict[str, Any]:
    status = "dpv:ConsentGiven" if record.categories[key] else "dpv:ConsentRefused"
    return {
        "@type": "dpv:Process",
        "dct:identifier": key,
        "dct:title": texts[f"category_{key}_name"],
        "dct:description": texts[f"category_{key}_text"],
        "dpv:hasPurpose": [{"@id": term} for term in _PURPOSES.get(key, ("dpv:Purpose",))],
        "dpv:hasLegalBasis": {"@id": "eu-gdpr:A6-1-a"},
        "dpv:hasConsentStatus": {"@id": status},
        "dpv:hasPersonalData": [
            {"dct:identifier": cookie.name, "dpv:hasDuration": cookie.duration}
            for cookie in notice.cookies
            if cookie.category == key
        ],
        "dpv:hasRecipient": [
            _recipient(vendor, record.vendors.get(vendor.key, {}), key)
            for vendor in notice.vendors
            if key in vendor.categories
        ],
    }


def _recipient(vendor: Vendor, grants: dict[str, list[str]], key: str) -> dict[str, Any]:
    return {
        "@type": "dpv:ThirdParty",
        "dct:identifier": vendor.key,
        "dpv:hasName": vendor.name,
        "dct:source": vendor.policy_url,
        "consent:granted": {basis: key in grants.get(basis, []) for basis in vendor.bases},
    }


def _status(record: ConsentRecord, notice: Notice) -> dict[str, Any]:
    action = Action(record.action)
    if grants_anything(record.categories):
        status = _STATUS_GRANTED.get(action, "dpv:ConsentGiven")
    else:
        status = _STATUS_REFUSED.get(action, "dpv:ConsentRefused")
    return {
        "@type": [status, "dpv:ExpressedConsent"],
        "dpv:isIndicatedAtTime": clock.to_text(record.recorded_at),
        "dpv:isIndicatedBy": {"@id": "dpv:DataSubject"},
        "dpv:hasIndicationMethod": f"{record.layer}: {record.action}",
        "dpv:hasDuration": {
            "@type": "dpv:TemporalDuration",
            "rdf:value": _lifetime(record, notice),
        },
        "dct:valid": clock.to_text(record.expires_at),
        "consent:model": record.model,
        "consent:region": record.region,
        "consent:decided_at": clock.to_text(record.decided_at),
        "consent:late": record.late,
    }


def _lifetime(record: ConsentRecord, notice: Notice) -> str:
    """Return the ISO 8601 duration after which the person is asked again."""
    granted = grants_anything(record.categories)
    return str(notice.document["expiry"]["granted" if granted else "refused"])


def opened(evidence: Evidence) -> dict[str, str | None]:
    """Return a leaf with what it commits to, as far as that is still kept."""
    opening = evidence.opening
    return {
        "leaf": evidence.entry.leaf,
        "leaf_hash": base64.b64encode(evidence.entry.leaf_hash).decode(),
        "payload": opening.payload if opening else None,
        "salt": base64.b64encode(opening.salt).decode() if opening and opening.salt else None,
    }


def carried(evidence: Evidence) -> bytes:
    """Return what a `.tlog-proof` carries as its extra: the leaf's bytes, and what opens it."""
    found = opened(evidence)
    leaf = base64.b64encode(evidence.entry.leaf.encode()).decode()
    opening = {name: found[name] for name in ("payload", "salt") if found[name] is not None}
    return ledger.dump({"leaf": leaf, **opening})
