"""Capturing a decision: one transaction, one record, one leaf, one chain a subject."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import clock, records
from consent.errors import ConflictError, InvalidFieldsError
from consent.ledger import commitment
from consent.ledger.models import LogEntry, LogOpening
from consent.records import Action, Known, RegionSource
from consent.records.models import ConsentRecord, RecordedEvent, SubjectState
from tests.factories import Demo, a_decision, a_published_site


def test_a_decision_becomes_a_record_a_leaf_a_state_and_a_seen_event(
    session: Session, demo: Demo
) -> None:
    captured = records.capture(session, demo.site, a_decision(demo), Known(), None)

    record = captured.record
    assert not captured.replayed
    assert record.sequence == 0
    assert record.subject_id.startswith("s_")
    evidence = records.evidence_of(session, record)
    assert evidence.opening is not None
    assert evidence.entry.leaf_index is None
    payload = evidence.opening.payload or ""
    opened = commitment.commit("consent", payload.encode(), evidence.opening.salt or b"")
    assert commitment.leaf("consent", opened).decode() == evidence.entry.leaf
    assert session.get(SubjectState, (demo.site.id, record.subject_id)).record_id == record.id
    assert session.scalar(select(func.count()).select_from(RecordedEvent)) == 1


def test_the_payload_names_every_category_and_every_vendor(session: Session, demo: Demo) -> None:
    captured = records.capture(session, demo.site, a_decision(demo), Known(), None)
    evidence = records.evidence_of(session, captured.record)
    payload = json.loads(evidence.opening.payload)
    assert payload["categories"] == {"functional": True, "targeting": False, "performance": True}
    assert payload["vendors"] == {
        "acme": {"consent": [], "legitimate_interest": ["targeting"]},
        "metrics": {"consent": ["functional", "performance"]},
    }
    assert payload["seq"] == 0
    assert payload["prev"] is None
    assert payload["record"] == str(captured.record.id)


@pytest.mark.parametrize("action", list(Action))
def test_every_action_carries_the_same_fields(session: Session, demo: Demo, action: Action) -> None:
    granted = action not in {Action.REJECT_ALL, Action.WITHDRAW}
    categories = dict.fromkeys(("functional", "targeting", "performance"), granted)
    decision = a_decision(demo, action=action, categories=categories)
    captured = records.capture(session, demo.site, decision, Known(), None)
    payload = json.loads(records.evidence_of(session, captured.record).opening.payload)
    assert sorted(payload) == [
        "action", "at", "categories", "claims", "disagrees", "event", "expires_at", "gpc", "late",
        "layer", "model", "notice", "page", "prev", "record", "region", "seq", "signals", "site",
        "subject", "v", "vendors",
    ]  # fmt: skip


def test_a_second_decision_of_a_subject_extends_its_chain(session: Session, demo: Demo) -> None:
    first = records.capture(session, demo.site, a_decision(demo), Known(), None).record
    second = records.capture(session, demo.site, a_decision(demo), Known(), first.subject_id).record

    assert (second.subject_id, second.sequence) == (first.subject_id, 1)
    first_hash = records.evidence_of(session, first).entry.leaf_hash
    payload = json.loads(records.evidence_of(session, second).opening.payload)
    assert (
        commitment.leaf_hash(records.evidence_of(session, first).entry.leaf.encode()) == first_hash
    )
    assert base64.b64decode(payload["prev"]) == first_hash


def test_the_same_event_with_the_same_body_gives_the_first_record(
    session: Session, demo: Demo
) -> None:
    decision = a_decision(demo)
    first = records.capture(session, demo.site, decision, Known(), None)
    again = records.capture(session, demo.site, decision, Known(), None)
    assert again.replayed
    assert again.record.id == first.record.id
    assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 1
    assert (
        session.scalar(select(func.count()).select_from(LogEntry).where(LogEntry.kind == "consent"))
        == 1
    )


def test_the_same_event_with_another_body_is_a_conflict(session: Session, demo: Demo) -> None:
    decision = a_decision(demo)
    records.capture(session, demo.site, decision, Known(), None)
    with pytest.raises(ConflictError):
        records.capture(session, demo.site, replace(decision, body_digest=b"x"), Known(), None)


def test_one_event_id_may_stand_on_two_sites(session: Session, demo: Demo) -> None:
    other = a_published_site(session, "other", "https://other.example")
    decision = a_decision(demo)
    records.capture(session, demo.site, decision, Known(), None)
    captured = records.capture(
        session, other.site, a_decision(other, event_id=decision.event_id), Known(), None
    )
    assert not captured.replayed


@pytest.mark.parametrize(("minutes", "late"), [(4, False), (6, True), (-6, True)])
def test_a_decision_is_late_when_the_clocks_are_five_minutes_apart(
    session: Session, demo: Demo, minutes: int, late: bool
) -> None:
    decision = a_decision(demo, decided_at=clock.now() - timedelta(minutes=minutes))
    captured = records.capture(session, demo.site, decision, Known(), None)
    assert captured.record.late is late


def test_claims_that_differ_from_what_the_service_knows_are_kept_and_marked(
    session: Session, demo: Demo
) -> None:
    decision = a_decision(demo, region="US", model="opt_out", gpc=False)
    known = Known("DE", RegionSource.HEADER, gpc=True)
    record = records.capture(session, demo.site, decision, known, None).record
    assert record.disagrees == ["gpc", "model", "region"]
    assert (record.region, record.claims["region"]) == ("DE", "US")
    assert (record.model, record.claims["model"]) == ("opt_in", "opt_out")


def test_an_unpublished_version_is_refused_by_name(session: Session, demo: Demo) -> None:
    decision = a_decision(demo)
    wrong = replace(decision, notice=replace(decision.notice, version=7))
    with pytest.raises(InvalidFieldsError) as refused:
        records.capture(session, demo.site, wrong, Known(), None)
    assert "version" in refused.value.fields["notice"]


def test_a_wrong_digest_is_refused_and_nothing_is_written(session: Session, demo: Demo) -> None:
    decision = a_decision(demo)
    wrong = replace(decision, notice=replace(decision.notice, digest="sha256-" + "A" * 43 + "="))
    with pytest.raises(InvalidFieldsError):
        records.capture(session, demo.site, wrong, Known(), None)
    assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 0
    assert (
        session.scalar(
            select(func.count())
            .select_from(LogOpening)
            .join(LogEntry, LogEntry.id == LogOpening.entry_id)
            .where(LogEntry.kind == "consent")
        )
        == 0
    )


def test_grants_and_refusals_expire_by_the_notice(session: Session, demo: Demo) -> None:
    record = records.capture(session, demo.site, a_decision(demo), Known(), None).record
    assert record.expires_at - record.recorded_at == timedelta(days=180)
