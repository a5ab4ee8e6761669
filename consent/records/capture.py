"""Capture a visitor's decision as a consent record and queue its leaf, in one transaction.

The record, the leaf with its opening, the subject's state and the event id become durable together
or not at all. The caller answers only after the commit.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from consent import clock, ids, ledger, notices, regulations, sites, webhooks
from consent.db import table_of
from consent.errors import ConflictError, InvalidFieldsError
from consent.ledger import Kind
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

    shown = _shown(session, site, decision)
    rules.check(decision, shown.notice)

    now = clock.now()
    state = _locked_state(session, site, subject_id)
    row = _row(site, decision, known, shown, now)
    row["subject_id"] = subject_id or ids.new_subject_id()
    row["sequence"] = state.sequence + 1 if state else 0

    payload = ledger.dump(_payload(site, row, state.leaf_hash if state else None))
    queued = ledger.queue(session, shown.log_id, Kind.CONSENT, payload, recorded_at=now)
    row["entry_id"] = queued.entry_id
    session.execute(_INSERT_RECORD, row)
    session.execute(_INSERT_EVENT, _event(row, decision))
    _move_state(session, row, queued.leaf_hash, is_new=state is None)
    event = webhooks.Event.CONSENT_RECORDED
    if webhooks.is_wanted(session, site.id, event):
        webhooks.announce(session, site.id, event, _announced(row), record_id=row["id"])
    return Captured(ConsentRecord(**row), replayed=False)


def _same_event(session: Session, site: sites.Site, decision: Decision) -> ConsentRecord | None:
    key = {"site": site.id, "event": decision.event_id}
    seen = session.execute(_SELECT_EVENT, key).one_or_none()
    if seen is None:
        return None
    if seen.body_digest != decision.body_digest:
        raise ConflictError(
            "This event_id was used for another decision: make a new one for each decision."
        )
    return record_of(session, site.id, seen.record_id)


def _shown(session: Session, site: sites.Site, decision: Decision) -> notices.Shown:
    shown = notices.shown(session, site.id, decision.notice.version)
    if shown is None:
        raise InvalidFieldsError({"notice": {"version": ["This version was never published."]}})
    if shown.digest != decision.notice.digest:
        raise InvalidFieldsError(
            {"notice": {"digest": ["This is not the digest of that version."]}}
        )
    return shown


def _locked_state(
    session: Session, site: sites.Site, subject_id: str | None
) -> Row[Any, Any] | None:
    if subject_id is None:
        return None
    # Two decisions of one subject at once would otherwise take the same sequence and predecessor.
    key = {"site": site.id, "subject": subject_id}
    return session.execute(_LOCK_STATE, key).one_or_none()


def _row(
    site: sites.Site, decision: Decision, known: Known, shown: notices.Shown, now: datetime
) -> dict[str, Any]:
    notice = shown.notice
    region = known.region or decision.region
    model = regulations.rule_for(notice.rules, region).model
    granted = rules.grants_anything(decision.categories)
    return {
        "site_id": site.id,
        "recorded_at": now,
        "id": ids.new_record_id(now),
        "event_id": decision.event_id,
        "action": decision.action.value,
        "layer": decision.layer.value,
        "notice_version": shown.version,
        "notice_digest": shown.digest,
        "language": decision.notice.language,
        "categories": {key: decision.categories[key] for key in notice.optional},
        "vendors": rules.full_vendors(decision, notice),
        "page": decision.page,
        "decided_at": decision.decided_at,
        "expires_at": notice.expires_at(now, granted=granted),
        "late": abs(now - decision.decided_at) > LATE_AFTER,
        "region": known.region,
        "region_source": known.region_source.value,
        "model": model.value,
        "claims": {
            "device": known.device.value if known.device else None,
            "layout": decision.layout,
            "model": decision.model,
            "region": decision.region,
            "region_source": decision.region_source.value,
            "snippet": decision.snippet,
        },
        "disagrees": _disagreements(decision, known, model.value),
        "gpc": decision.gpc,
        "signals": dict(decision.signals),
    }


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


def _payload(site: sites.Site, row: dict[str, Any], prev: bytes | None) -> dict[str, object]:
    """Return the evidence (reference format: canonical JSON, times in ms since 1970)."""
    return {
        "action": row["action"],
        "at": clock.to_ms(row["recorded_at"]),
        "categories": row["categories"],
        "claims": {**row["claims"], "decided_at": clock.to_ms(row["decided_at"])},
        "disagrees": row["disagrees"],
        "event": str(row["event_id"]),
        "expires_at": clock.to_ms(row["expires_at"]),
        "gpc": row["gpc"],
        "late": row["late"],
        "layer": row["layer"],
        "model": row["model"],
        "notice": {
            "digest": row["notice_digest"],
            "language": row["language"],
            "version": row["notice_version"],
        },
        "page": row["page"],
        "prev": base64.b64encode(prev).decode() if prev else None,
        "record": str(row["id"]),
        "region": {"code": row["region"], "source": row["region_source"]},
        "seq": row["sequence"],
        "signals": row["signals"],
        "site": site.key,
        "subject": row["subject_id"],
        "v": 1,
        "vendors": row["vendors"],
    }


def _announced(row: dict[str, Any]) -> dict[str, object]:
    """Return what others hear of at once; the rest can be read by the record's id."""
    return {
        "action": row["action"],
        "categories": row["categories"],
        "expires_at": clock.to_text(row["expires_at"]),
        "gpc": row["gpc"],
        "late": row["late"],
        "layer": row["layer"],
        "model": row["model"],
        "notice": {"digest": row["notice_digest"], "version": row["notice_version"]},
        "record": str(row["id"]),
        "recorded_at": clock.to_text(row["recorded_at"]),
        "region": row["region"],
        "sequence": row["sequence"],
        "subject": row["subject_id"],
    }


def _event(row: dict[str, Any], decision: Decision) -> dict[str, Any]:
    return {
        "site_id": row["site_id"],
        "event_id": row["event_id"],
        "body_digest": decision.body_digest,
        "record_id": row["id"],
        "recorded_at": row["recorded_at"],
    }


def _move_state(session: Session, row: dict[str, Any], leaf_hash: bytes, *, is_new: bool) -> None:
    now = {
        "sequence": row["sequence"],
        "record_id": row["id"],
        "leaf_hash": leaf_hash,
        "recorded_at": row["recorded_at"],
    }
    if is_new:
        key = {"site_id": row["site_id"], "subject_id": row["subject_id"]}
        session.execute(_INSERT_STATE, {**key, **now, "first_at": row["recorded_at"]})
    else:
        session.execute(
            _UPDATE_STATE, {"site": row["site_id"], "subject": row["subject_id"], **now}
        )


# Statements rather than objects: these run for every decision.
_records, _events = table_of(ConsentRecord), table_of(RecordedEvent)
_states = table_of(SubjectState)
_INSERT_RECORD = insert(_records)
_INSERT_EVENT = insert(_events)
_INSERT_STATE = insert(_states)
_SELECT_EVENT = (
    select(_events.c.body_digest, _events.c.record_id)
    .where(_events.c.site_id == bindparam("site"), _events.c.event_id == bindparam("event"))
    .prefix_with("/* records.same_event */")
)
_ONE_STATE = (_states.c.site_id == bindparam("site"), _states.c.subject_id == bindparam("subject"))
_LOCK_STATE = (
    select(_states.c.sequence, _states.c.leaf_hash)
    .where(*_ONE_STATE)
    .with_for_update()
    .prefix_with("/* records.locked_state */")
)
_UPDATE_STATE = update(_states).where(*_ONE_STATE)
