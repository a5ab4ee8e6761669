"""WHAT VISITORS DECIDED: consent records, append-only; a withdrawal or renewal is a new record.

Record, leaf, subject state and event id are written in one transaction by `capture`. Accept,
reject, save, withdraw and signal carry the same fields. They leave by `erase` and by retention
alone, and never under a hold. Begin with `capture`.
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
from consent.records.erase import Person, erase, person, subject_of
from consent.records.evidence import Evidence, evidence_of
from consent.records.forget import EVENT_LIFE, forget_events
from consent.records.handover import HANDOVER_SECONDS, forget_handovers, redeem
from consent.records.holds import Scope, hold, holds_like, holds_of, release
from consent.records.models import ConsentRecord, LegalHold
from consent.records.read import history, record_of, state_of
from consent.records.receipts import Controller, carried, known_keys, opened, receipt, sealed
from consent.records.removal import Erased, logs_of
from consent.records.retention import Due, Expired, due, expire, set_period
from consent.records.retention import run as run_retention
from consent.records.search import Covered, Search, count, stream

__all__ = [
    "EVENT_LIFE",
    "HANDOVER_SECONDS",
    "Action",
    "Captured",
    "ConsentRecord",
    "Controller",
    "Covered",
    "Decision",
    "Due",
    "Erased",
    "Evidence",
    "Expired",
    "Known",
    "Layer",
    "LegalHold",
    "Person",
    "RegionSource",
    "Scope",
    "Search",
    "Shown",
    "capture",
    "carried",
    "count",
    "due",
    "erase",
    "evidence_of",
    "expire",
    "forget_events",
    "forget_handovers",
    "history",
    "hold",
    "holds_like",
    "holds_of",
    "known_keys",
    "logs_of",
    "opened",
    "person",
    "receipt",
    "record_of",
    "redeem",
    "release",
    "run_retention",
    "sealed",
    "set_period",
    "state_of",
    "stream",
    "subject_of",
]
