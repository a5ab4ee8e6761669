"""Rows of an export: a consent record as flat columns, the same for every action."""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from consent import clock
from consent.exports.formats.base import RowDict

BEFORE = (
    "record_id",
    "site",
    "subject",
    "sequence",
    "recorded_at",
    "action",
    "layer",
    "notice_version",
    "notice_digest",
    "language",
)
AFTER = (
    "vendors",
    "page",
    "decided_at",
    "late",
    "expires_at",
    "region",
    "region_source",
    "model",
    "claimed_region",
    "claimed_region_source",
    "claimed_model",
    "layout",
    "device",
    "snippet",
    "disagrees",
    "gpc",
    "tcf",
    "gpp",
    "ac",
    "event_id",
    "leaf_hash",
)


def columns(categories: Iterable[str]) -> tuple[str, ...]:
    """Return the column names; each optional category has one of its own."""
    return (*BEFORE, *(f"category_{key}" for key in categories), *AFTER)


def rows(found: Iterable[Row[Any]], site_key: str, categories: Iterable[str]) -> Iterator[RowDict]:
    """Yield one flat row a record."""
    named = [(key, f"category_{key}") for key in categories]
    for item in found:
        row = _row(item, site_key)
        for key, column in named:
            row[column] = item.categories.get(key)
        yield row


def _row(item: Row[Any], site_key: str) -> RowDict:
    return {
        "record_id": str(item.id),
        "site": site_key,
        "subject": item.subject_id,
        "sequence": item.sequence,
        "recorded_at": _time(item.recorded_at),
        "action": item.action,
        "layer": item.layer,
        "notice_version": item.notice_version,
        "notice_digest": item.notice_digest,
        "language": item.language,
        "vendors": item.vendors,
        "page": item.page,
        "decided_at": _time(item.decided_at),
        "late": item.late,
        "expires_at": _time(item.expires_at),
        "region": item.region,
        "region_source": item.region_source,
        "model": item.model,
        "claimed_region": item.claims["region"],
        "claimed_region_source": item.claims["region_source"],
        "claimed_model": item.claims["model"],
        "layout": item.claims["layout"],
        # Records of earlier releases do not have it.
        "device": item.claims.get("device"),
        "snippet": item.claims["snippet"],
        "disagrees": item.disagrees,
        "gpc": item.gpc,
        "tcf": item.signals["tcf"],
        "gpp": item.signals["gpp"],
        "ac": item.signals["ac"],
        "event_id": str(item.event_id),
        "leaf_hash": base64.b64encode(item.leaf_hash).decode(),
    }


def _time(moment: datetime) -> str:
    return clock.to_text(moment)
