"""THE API: what the console can do, for programs with a token. To add a part: a door here.

Every door names the ability it needs (`guards.token`); its schemas lie in the room they describe.
"""

from flask_smorest import Blueprint

from consent.web.api import (
    events,
    exports,
    guards,
    holds,
    insights,
    ledger,
    notices,
    records,
    reference,
    rights,
    sites,
    subjects,
    webhooks,
)

__all__ = ["DOORS", "SCHEME", "guards", "reference"]

SCHEME = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token made in the console or by `consent token create`; its role decides.",
}

DOORS: tuple[Blueprint, ...] = (
    events.door,
    sites.door,
    webhooks.door,
    subjects.door,
    rights.door,
    holds.door,
    exports.door,
    ledger.door,
    records.door,
    insights.door,
    notices.door,
)
