"""WHO IS TOLD AT ONCE: addresses that hear of what happened, signed, again and again until heard.

`announce` leaves a row in the transaction of what happened; the worker sends it (Standard
Webhooks), at least once, under one id. Nothing of it is on the path of a decision but that row.
"""

from consent.webhooks.announce import Event, State, announce, is_wanted
from consent.webhooks.deliver import (
    LIMITS,
    RESTS,
    Outcome,
    Work,
    claim,
    due,
    is_ours,
    keep,
    keep_for_all,
    release,
    send,
)
from consent.webhooks.deliveries import (
    MOST_FORGOTTEN,
    counts,
    deliveries,
    forget_deliveries,
    forget_records,
    replay,
    replay_dead,
    test,
)
from consent.webhooks.manage import (
    MOST,
    OVERLAP,
    Means,
    Wish,
    add,
    change,
    find,
    listed,
    remove,
    rotate,
)
from consent.webhooks.models import Webhook, WebhookDelivery

__all__ = [
    "LIMITS",
    "MOST",
    "MOST_FORGOTTEN",
    "OVERLAP",
    "RESTS",
    "Event",
    "Means",
    "Outcome",
    "State",
    "Webhook",
    "WebhookDelivery",
    "Wish",
    "Work",
    "add",
    "announce",
    "change",
    "claim",
    "counts",
    "deliveries",
    "due",
    "find",
    "forget_deliveries",
    "forget_records",
    "is_ours",
    "is_wanted",
    "keep",
    "keep_for_all",
    "listed",
    "release",
    "remove",
    "replay",
    "replay_dead",
    "rotate",
    "send",
    "test",
]
