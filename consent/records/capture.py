"""Capture a visitor's decision as a consent record and queue its leaf, in one transaction.

The record, the leaf with its opening, the subject's state and the event id become durable together
or not at all. The caller answers only after the commit.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from consent import clock, ids, ledger, notices, regulations, sites
from consent.errors import ConflictError, InvalidFieldsError
from consent.ledger import Kind
from consent.notices import Notice, NoticeVersion
from consent.records import rules
from consent.records.decision import Decision, Known
from consent.records.models import ConsentRecord, RecordedEvent, SubjectState
from consent.records.read import record_of

LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True)
class Captured:
    """A record, and whether this very event had been recorded before."""

    record: ConsentRecord
    replayed: bool


def capture(
    session: Session, site: sites.Site, decision: Decision, known: Known, subject_id: str | None
) -> Captured:
    """Record a decision of a subject whose signed value was checked, or of a new one (None).

    The same event with the same body returns the record of the first time; with another body it
    is a `ConflictError`. Anything the shown version does not allow is an `InvalidFieldsError`.
    """
    if (seen := _same_event(session, site, decision)) is not None:
        return Captured(seen, replayed=True)

    version = _shown_version(session, site, decision)
    notice = notices.read(version)
    rules.check(decision, notice)

    now = clock.now()
    state = _locked_state(session, site, subject_id)
    record = _record(site, decision, known, version, notice, now)
    record.subject_id = subject_id or ids.new_subject_id()
    record.sequence = state.sequence + 1 if state else 0

    payload = ledger.dump(_payload(site, record, state))
    entry = ledger.queue(
        session,
        ledger.log_id_of(session, site.id),
        Kind.CONSENT,
        payload,
        recorded_at=record.recorded_at,
    )
    record.entry_id = entry.id
    session.add(record)
    _remember(session, site, decision, record)
    _move_state(session, state, record, entry.leaf_hash)
    session.flush()
    return Captured(record, replayed=False)


def _same_event(session: Session, site: sites.Site, decision: Decision) -> ConsentRecord | None:
    seen = session.get(RecordedEvent, (site.id, decision.event_id))
    if seen is None:
        return None
    if seen.body_digest != decision.body_digest:
        raise ConflictError(
            "This event_id was used for another decision: make a new one for each decision."
        )
    return record_of(session, site.id, seen.record_id)


def _shown_version(session: Session, site: sites.Site, decision: Decision) -> NoticeVersion:
    version = notices.published(session, site.id, decision.notice.version)
    if version is None:
        raise InvalidFieldsError({"notice": {"version": ["This version was never published."]}})
    if version.digest != decision.notice.digest:
        raise InvalidFieldsError(
            {"notice": {"digest": ["This is not the digest of that version."]}}
        )
    return version


def _locked_state(
    session: Session, site: sites.Site, subject_id: str | None
) -> SubjectState | None:
    if subject_id is None:
        return None
    # Two decisions of one subject at once would otherwise take the same sequence and predecessor.
    return session.get(SubjectState, (site.id, subject_id), with_for_update=True)


def _record(  # noqa: PLR0913, PLR0917 - the record gathers what each of these knows
    site: sites.Site,
    decision: Decision,
    known: Known,
    version: NoticeVersion,
    notice: Notice,
    now: datetime,
) -> ConsentRecord:
    region = known.region or decision.region
    model = regulations.rule_for(notice.rules, region).model
    granted = rules.grants_anything(decision.categories)
    return ConsentRecord(
        site_id=site.id,
        recorded_at=now,
        id=ids.new_record_id(now),
        event_id=decision.event_id,
        action=decision.action.value,
        layer=decision.layer.value,
        notice_version=version.version,
        notice_digest=version.digest,
        language=decision.notice.language,
        categories={key: decision.categories[key] for key in notice.optional},
        vendors=rules.full_vendors(decision, notice),
        page=decision.page,
        decided_at=decision.decided_at,
        expires_at=notice.expires_at(now, granted=granted),
        late=abs(now - decision.decided_at) > LATE_AFTER,
        region=known.region,
        region_source=known.region_source.value,
        model=model.value,
        claims={
            "layout": decision.layout,
            "model": decision.model,
            "region": decision.region,
            "region_source": decision.region_source.value,
            "snippet": decision.snippet,
        },
        disagrees=_disagreements(decision, known, model.value),
        gpc=decision.gpc,
        signals=dict(decision.signals),
    )


def _disagreements(decision: Decision, known: Known, model: str) -> list[str]:
    """Name the claims that differ from what the service knows: a browser's bug, or a lie."""
    found = []
    if known.gpc is not None and known.gpc != decision.gpc:
        found.append("gpc")
    if decision.model and decision.model != model:
        found.append("model")
    if known.region and decision.region and decision.region != known.region:
        found.append("region")
    return found


def _payload(
    site: sites.Site, record: ConsentRecord, state: SubjectState | None
) -> dict[str, object]:
    """Return the evidence (reference format: canonical JSON, times in ms since 1970)."""
    return {
        "action": record.action,
        "at": clock.to_ms(record.recorded_at),
        "categories": record.categories,
        "claims": {**record.claims, "decided_at": clock.to_ms(record.decided_at)},
        "disagrees": record.disagrees,
        "event": str(record.event_id),
        "expires_at": clock.to_ms(record.expires_at),
        "gpc": record.gpc,
        "late": record.late,
        "layer": record.layer,
        "model": record.model,
        "notice": {
            "digest": record.notice_digest,
            "language": record.language,
            "version": record.notice_version,
        },
        "page": record.page,
        "prev": base64.b64encode(state.leaf_hash).decode() if state else None,
        "record": str(record.id),
        "region": {"code": record.region, "source": record.region_source},
        "seq": record.sequence,
        "signals": record.signals,
        "site": site.key,
        "subject": record.subject_id,
        "v": 1,
        "vendors": record.vendors,
    }


def _remember(
    session: Session, site: sites.Site, decision: Decision, record: ConsentRecord
) -> None:
    session.add(
        RecordedEvent(
            site_id=site.id,
            event_id=decision.event_id,
            body_digest=decision.body_digest,
            record_id=record.id,
            recorded_at=record.recorded_at,
        )
    )


def _move_state(
    session: Session, state: SubjectState | None, record: ConsentRecord, leaf_hash: bytes
) -> None:
    if state is None:
        state = SubjectState(
            site_id=record.site_id, subject_id=record.subject_id, first_at=record.recorded_at
        )
        session.add(state)
    state.sequence = record.sequence
    state.record_id = record.id
    state.leaf_hash = leaf_hash
    state.recorded_at = record.recorded_at
