"""WHAT VISITORS DECIDED: consent records, append-only; a withdrawal or renewal is a new record.

Record, leaf, subject state and event id are written in one transaction by `capture`. Accept,
reject, save, withdraw and signal carry the same fields. They leave by `erase` and by retention
alone, and never under a hold. Begin with `capture`.
"""

from consent.records.asked import asked, place, query_of, search_of
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
from consent.records.fields import Moment
from consent.records.find import MOST_COUNTED, MOST_LOOKED_AT, Found, Total, find, total
from consent.records.forget import EVENT_LIFE, forget_events
from consent.records.handover import HANDOVER_SECONDS, forget_handovers, redeem
from consent.records.holds import LONGEST_REASON, Scope, hold, holds_like, holds_of, release
from consent.records.models import ConsentRecord, LegalHold, SubjectKey
from consent.records.read import history, record_of, state_of
from consent.records.receipts import Controller, carried, known_keys, opened, receipt, sealed
from consent.records.removal import Erased, logs_of
from consent.records.retention import Due, Expired, due, expire, set_period
from consent.records.retention import run as run_retention
from consent.records.search import UNKNOWN, Covered, Granted, Search, count, stream
from consent.records.standing import Check, Standing, standing
from consent.records.subject_keys import (
    LONGEST_ID,
    end_subject_keys,
    make_subject_key,
    person_named,
    person_of_customer,
    subject_keys_of,
)
from consent.records.ties import (
    person_tied,
    same_person,
    state_of_person,
    subjects_tied,
    tie,
)
from consent.records.today import counted_since

__all__ = [
    "EVENT_LIFE",
    "HANDOVER_SECONDS",
    "LONGEST_ID",
    "LONGEST_REASON",
    "MOST_COUNTED",
    "MOST_LOOKED_AT",
    "UNKNOWN",
    "Action",
    "Captured",
    "Check",
    "ConsentRecord",
    "Controller",
    "Covered",
    "Decision",
    "Due",
    "Erased",
    "Evidence",
    "Expired",
    "Found",
    "Granted",
    "Known",
    "Layer",
    "LegalHold",
    "Moment",
    "Person",
    "RegionSource",
    "Scope",
    "Search",
    "Shown",
    "Standing",
    "SubjectKey",
    "Total",
    "asked",
    "capture",
    "carried",
    "count",
    "counted_since",
    "due",
    "end_subject_keys",
    "erase",
    "evidence_of",
    "expire",
    "find",
    "forget_events",
    "forget_handovers",
    "history",
    "hold",
    "holds_like",
    "holds_of",
    "known_keys",
    "logs_of",
    "make_subject_key",
    "opened",
    "person",
    "person_named",
    "person_of_customer",
    "person_tied",
    "place",
    "query_of",
    "receipt",
    "record_of",
    "redeem",
    "release",
    "run_retention",
    "same_person",
    "sealed",
    "search_of",
    "set_period",
    "standing",
    "state_of",
    "state_of_person",
    "stream",
    "subject_keys_of",
    "subject_of",
    "subjects_tied",
    "tie",
    "total",
]
