"""Announce what happened: a row for each address that wants to hear of it, in the same transaction.

What is announced becomes durable with what happened, or not at all; sending is the worker's. A
payload holds ids and facts, never a name, an address or free text.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.db import table_of
from consent.sites import Site
from consent.webhooks.models import Webhook, WebhookDelivery

# Where a transaction keeps what it has read of a site's webhooks.
_KEPT = "webhooks"


class Event(StrEnum):
    """What there is to hear of. Members are added, never removed."""

    CONSENT_RECORDED = "consent.recorded"
    NOTICE_PUBLISHED = "notice.published"
    EXPORT_FINISHED = "export.finished"
    RIGHTS_OPENED = "rights.opened"
    RIGHTS_CLOSED = "rights.closed"
    RECORDS_ERASED = "records.erased"
    # sent by hand, to see whether it arrives
    WEBHOOK_TEST = "webhook.test"


class State(StrEnum):
    """Where a message is. Members are added, never removed."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True)
class _Wanted:
    """Who wants to hear of what, on one site."""

    site_key: str
    by_event: Mapping[str, tuple[UUID, ...]]


def announce(
    session: Session,
    site_id: int,
    event: Event,
    payload: Mapping[str, object],
    *,
    record_id: UUID | None = None,
) -> int:
    """Leave a message for each address that wants to hear of it; return how many.

    `record_id` names the consent record it is about, so that erasing that one takes this along.
    """
    # Asked once a transaction: the decisions of a group share the answer.
    wanted = _wanted(session, site_id)
    webhook_ids = wanted.by_event.get(event.value, ())
    if webhook_ids:
        now = clock.now()
        body = written(event, wanted.site_key, now, payload)
        rows = [message(each, event, body, now) for each in webhook_ids]
        session.execute(_INSERT, [{**row, "record_id": record_id} for row in rows])
    return len(webhook_ids)


def is_wanted(session: Session, site_id: int, event: Event) -> bool:
    """Say whether anybody wants to hear of it: then it is worth putting into words."""
    return event.value in _wanted(session, site_id).by_event


def forget_answer(session: Session) -> None:
    """Ask again in this transaction: a webhook was added, changed or removed in it."""
    session.info.pop(_KEPT, None)


def written(event: Event, site_key: str, now: datetime, payload: Mapping[str, object]) -> str:
    """Return the body of a message, as it is signed and sent."""
    body = {
        "data": {"site": site_key, **payload},
        "timestamp": clock.to_text(now),
        "type": event.value,
    }
    return ledger.dump(body).decode()


def message(webhook_id: UUID, event: Event, body: str, now: datetime) -> dict[str, Any]:
    """Return the row of a message that waits from now on."""
    return {
        "webhook_id": webhook_id,
        "message_id": "msg_" + secrets.token_urlsafe(18),
        "event": event.value,
        "body": body,
        "record_id": None,
        "state": State.WAITING.value,
        "attempts": 0,
        "due_at": now,
        "said": "",
        "created_at": now,
    }


def _wanted(session: Session, site_id: int) -> _Wanted:
    kept: dict[int, _Wanted] = session.info.setdefault(_KEPT, {})
    if site_id not in kept:
        by_event: dict[str, tuple[UUID, ...]] = {}
        site_key = ""
        for row in session.execute(_SELECT, {"site": site_id}):
            site_key = row.key
            for event in row.events:
                by_event[event] = (*by_event.get(event, ()), row.id)
        kept[site_id] = _Wanted(site_key, by_event)
    return kept[site_id]


_webhooks, _sites = table_of(Webhook), table_of(Site)
_INSERT = insert(table_of(WebhookDelivery))
_SELECT = (
    select(_webhooks.c.id, _webhooks.c.events, _sites.c.key)
    .join(_sites, _sites.c.id == _webhooks.c.site_id)
    .where(_webhooks.c.site_id == bindparam("site"), _webhooks.c.is_on)
    .order_by(_webhooks.c.created_at, _webhooks.c.id)
    .prefix_with("/* webhooks.wanted */")
)
