"""The first-party cookie `consent`, read and written by the service.

The page trusts it; the service believes only the signed parts. Reader and writer are those that a
site's own back end has, too, and lie with them.
"""

from dataclasses import dataclass
from typing import Any

from consent import integrations
from consent.notices import Notice
from consent.records.decision import Action
from consent.records.models import ConsentRecord
from consent.records.rules import CONSENT, INTEREST

NAME = integrations.NAME
LONGEST = integrations.LONGEST


@dataclass(frozen=True)
class Remembered:
    """What a browser remembers of its decision."""

    notice_version: int
    categories: dict[str, bool]
    decided_at: int
    expires_at: int
    action: str
    subject: str | None
    record_id: str | None


@dataclass(frozen=True)
class Keys:
    """What an answer gives a browser: the signed subject, the keys of history and receipt."""

    subject: str
    history: str
    receipt: str


def read(value: str | None, *, exact: bool = False) -> Remembered | None:
    """Return what the cookie says, or None for everything that is not such a cookie.

    `exact` refuses what the snippet would not have spelt so.
    """
    stored = integrations.read_stored(value, exact=exact)
    if stored is None:
        return None
    return Remembered(
        notice_version=stored.notice_version,
        categories=dict(stored.categories),
        decided_at=stored.decided_at,
        expires_at=stored.expires_at,
        action=stored.action,
        subject=stored.subject,
        record_id=stored.record_id,
    )


def write(record: ConsentRecord, notice: Notice, keys: Keys) -> str | None:
    """Return the cookie's value for a decision, as the snippet would write it.

    None where it does not fit: then the browser alone can keep its choice of companies. A removal
    is owed where anything was refused; the snippet does it on the next page.
    """
    vendors = _differing(record, notice)
    fields: dict[str, Any] = {
        "n": record.notice_version,
        "c": {key: int(record.categories[key]) for key in notice.optional},
        "t": int(record.decided_at.timestamp()),
        "e": int(record.expires_at.timestamp()),
        "a": record.action,
        "o": record.layer,
        "m": record.model,
        "v": vendors,
        "g": record.region or record.claims.get("region"),
        "x": int(record.gpc),
        "r": str(record.id),
        "s": keys.subject,
        "k": keys.history,
        "q": keys.receipt,
        "p": int(bool(vendors) or not all(record.categories.values())),
    }
    required = ("n", "c", "t", "e", "a", "o", "m")
    said = {name: value for name, value in fields.items() if value or name in required}
    return integrations.write_stored(said)


def _differing(record: ConsentRecord, notice: Notice) -> dict[str, dict[str, list[str]]]:
    """Return the vendors whose grants are not those of their categories."""
    if record.action in {Action.REJECT_ALL, Action.WITHDRAW}:
        return {}
    found = {}
    for vendor in notice.vendors:
        given = record.vendors.get(vendor.key, {})
        usual = [key for key in vendor.categories if record.categories.get(key, True)]
        usual, every = (
            usual if CONSENT in vendor.bases else [],
            list(vendor.categories) if INTEREST in vendor.bases else [],
        )
        kept = [key for key in usual if key in given.get(CONSENT, usual)]
        left = [key for key in every if key in given.get(INTEREST, every)]
        if (kept, left) != (usual, every):
            found[vendor.key] = {"c": kept, "l": left}
    return found
