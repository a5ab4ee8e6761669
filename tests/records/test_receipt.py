"""A receipt: the fields of ISO/IEC TS 27560 in terms DPV 2.3 has, with what opens its leaf."""

import base64
import json
import re
from pathlib import Path

import pytest

from consent import notices, records
from consent.ledger import commitment
from consent.records import Action, Controller, Known
from tests.factories import a_decision

TERMS = set(
    json.loads((Path(__file__).parents[1] / "data/dpv-2.3-terms.json").read_text())["terms"]
)
NONE = dict.fromkeys(("functional", "targeting", "performance"), False)
ALL = dict.fromkeys(NONE, True)
URL = "https://consent.example/privacy/demo/history"


def a_receipt(session, demo, **changes) -> dict:
    record = records.capture(session, demo.site, a_decision(demo, **changes), Known(), None).record
    return records.receipt(
        record,
        notices.read(demo.version),
        Controller(demo.site.name, demo.site.origins[0], demo.site.key),
        records.evidence_of(session, record),
        withdrawal_url=URL,
    )


def status_of(receipt: dict) -> str:
    return receipt["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"][0]["@type"][0]


@pytest.mark.parametrize(
    ("action", "categories", "status"),
    [
        (Action.ACCEPT_ALL, ALL, "dpv:ConsentGiven"),
        (Action.REJECT_ALL, NONE, "dpv:ConsentRefused"),
        (Action.SAVE, {**NONE, "functional": True}, "dpv:ConsentGiven"),
        (Action.SAVE, NONE, "dpv:ConsentRefused"),
        (Action.WITHDRAW, NONE, "dpv:ConsentWithdrawn"),
        (Action.SIGNAL, NONE, "dpv:ConsentRefused"),
        (Action.RENEW, ALL, "dpv:RenewedConsentGiven"),
        (Action.RENEW, NONE, "dpv:ConsentRefused"),
    ],
)
def test_the_state_says_what_was_decided(session, demo, action, categories, status):
    assert status_of(a_receipt(session, demo, action=action, categories=categories)) == status


@pytest.mark.parametrize("action", list(Action))
def test_every_term_is_one_of_the_vocabulary(session, demo, action):
    categories = NONE if action in {Action.REJECT_ALL, Action.WITHDRAW} else ALL
    text = json.dumps(a_receipt(session, demo, action=action, categories=categories))
    used = set(re.findall(r'"dpv:(\w+)"', text))
    assert used <= TERMS
    assert "ConsentTerminated" not in text
    assert len(used) > 20


def test_every_prefix_that_is_used_stands_in_the_context(session, demo):
    receipt = a_receipt(session, demo)
    text = json.dumps({key: value for key, value in receipt.items() if key != "consent:evidence"})
    prefixes = set(re.findall(r'"([a-z-]+):[A-Za-z0-9_-]+"', text))
    assert prefixes <= receipt["@context"].keys()


def test_the_header_and_the_parts_of_a_record_are_there(session, demo):
    receipt = a_receipt(session, demo)
    record = receipt["dpv:hasRecordOfActivity"]
    assert receipt["dct:conformsTo"].endswith("#receipt")
    assert record["dct:conformsTo"].endswith("#record")
    assert receipt["dct:identifier"] == record["dct:identifier"]
    assert record["dpv:hasDataSubject"].startswith("s_")
    assert demo.version.digest in record["dpv:hasNotice"]["@id"]
    assert record["dpv:hasNotice"]["dct:language"] == "en"
    assert record["dpv:hasDataController"]["dpv:hasName"] == "The demo shop"
    assert record["dpv:hasConsentControl"]["dpv:isExercisedAt"] == URL


@pytest.mark.parametrize(
    "field", ["hasPurpose", "hasLegalBasis", "hasPersonalData", "hasRecipient"]
)
def test_each_purpose_has_its_mandatory_fields(session, demo, field):
    processes = a_receipt(session, demo)["dpv:hasRecordOfActivity"]["dpv:hasProcess"]
    assert [process["dct:identifier"] for process in processes] == list(NONE)
    assert all(f"dpv:{field}" in process for process in processes)


@pytest.mark.parametrize(
    "field", ["hasStorageCondition", "hasJurisdiction", "hasDataController", "hasConsentControl"]
)
def test_the_processing_section_has_its_mandatory_fields(session, demo, field):
    assert f'"dpv:{field}"' in json.dumps(a_receipt(session, demo))


@pytest.mark.parametrize("field", ["hasName", "hasAddress", "hasContact"])
def test_the_controller_has_the_mandatory_fields_of_a_party(session, demo, field):
    assert (
        f"dpv:{field}"
        in a_receipt(session, demo)["dpv:hasRecordOfActivity"]["dpv:hasDataController"]
    )


@pytest.mark.parametrize(
    "field", ["isIndicatedAtTime", "isIndicatedBy", "hasIndicationMethod", "hasDuration"]
)
def test_the_event_has_its_mandatory_fields(session, demo, field):
    event = a_receipt(session, demo)["dpv:hasRecordOfActivity"]["dpv:hasConsentStatus"][0]
    assert f"dpv:{field}" in event


def test_payload_and_salt_open_the_leaf(session, demo):
    evidence = a_receipt(session, demo)["consent:evidence"]
    opened = commitment.commit(
        "consent", evidence["payload"].encode(), base64.b64decode(evidence["salt"])
    )
    assert evidence["leaf"] == commitment.leaf("consent", opened).decode()
    assert base64.b64decode(evidence["leaf_hash"]) == commitment.leaf_hash(
        evidence["leaf"].encode()
    )


def test_a_receipt_says_what_each_vendor_was_granted_on_which_basis(session, demo):
    processes = a_receipt(session, demo)["dpv:hasRecordOfActivity"]["dpv:hasProcess"]
    granted = {
        (process["dct:identifier"], recipient["dct:identifier"]): recipient["consent:granted"]
        for process in processes
        for recipient in process["dpv:hasRecipient"]
    }
    assert granted[("targeting", "acme")] == {"consent": False, "legitimate_interest": True}
    assert granted[("performance", "metrics")] == {"consent": True}


def test_a_refusals_receipt_says_how_long_a_refusal_is_kept(session, demo):
    document = {
        **json.loads(demo.version.document),
        "expiry": {"granted": "P60D", "refused": "P90D"},
    }
    notices.draft(session, demo.site, document)
    second = type(demo)(demo.site, notices.publish(session, demo.site))
    refused = a_receipt(session, second, action=Action.REJECT_ALL, categories=NONE)
    condition = refused["dpv:hasRecordOfActivity"]["dpv:hasStorageCondition"]
    assert condition["rdf:value"] == "P90D"


def test_a_receipt_names_neither_address_nor_browser(session, demo):
    text = json.dumps(a_receipt(session, demo)).lower()
    assert "user-agent" not in text
    assert "127.0.0.1" not in text
