"""WHAT VISITORS DECIDED: consent records, append-only; a withdrawal or renewal is a new record.

Record, leaf, subject state and event id are written in one transaction by `capture`. Accept,
reject, save, withdraw and signal carry the same fields. Begin with `capture`.
"""

from consent.records.capture import Captured, capture
from consent.records.decision import (
    Action,
    Decision,
    Known,
    Layer,
    RegionSource,
    Shown,
)
from consent.records.evidence import Evidence, evidence_of
from consent.records.forget import EVENT_LIFE, forget_events
from consent.records.handover import HANDOVER_SECONDS, forget_handovers, redeem
from consent.records.models import ConsentRecord
from consent.records.read import history, record_of, state_of
from consent.records.receipts import Controller, opened, receipt
from consent.records.search import Search, count, stream

__all__ = [
    "EVENT_LIFE",
    "HANDOVER_SECONDS",
    "Action",
    "Captured",
    "ConsentRecord",
    "Controller",
    "Decision",
    "Evidence",
    "Known",
    "Layer",
    "RegionSource",
    "Search",
    "Shown",
    "capture",
    "count",
    "evidence_of",
    "forget_events",
    "forget_handovers",
    "history",
    "opened",
    "receipt",
    "record_of",
    "redeem",
    "state_of",
    "stream",
]
