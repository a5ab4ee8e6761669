"""WHAT LEAVES: records, the log that proves them, and packs of both, with constant memory.

Rows are made once (`rows`), formats only write them: begin with `run`. The auditor's file is
`write_ledger` over an `Extract`; a pack is `pack.whole` or `pack.person` of an `Order`. What is
made in the background is asked for by `ask` or by a schedule, and made by `consent.exporter`.
"""

from consent.exports import drafts, manifest, pack, schedules
from consent.exports.asked import EVIDENCE, KINDS, LEDGER, PACK, Asked, Kind, kind_named
from consent.exports.formats import TABLE, Format
from consent.exports.formats.csv import guarded
from consent.exports.ledger import write as write_ledger
from consent.exports.models import Export, ExportSchedule
from consent.exports.pack.order import Order
from consent.exports.period import Extract, of_period, whole
from consent.exports.queue import (
    Made,
    State,
    ask,
    asked_of,
    cancel,
    claim,
    downloadable,
    expire,
    fail,
    files,
    find,
    finish,
    is_any_waiting,
    keep,
    listed,
    name_of,
    release,
)
from consent.exports.run import Total, format_named, run
from consent.exports.schedules import Every, Plan

__all__ = [
    "EVIDENCE",
    "KINDS",
    "LEDGER",
    "PACK",
    "TABLE",
    "Asked",
    "Every",
    "Export",
    "ExportSchedule",
    "Extract",
    "Format",
    "Kind",
    "Made",
    "Order",
    "Plan",
    "State",
    "Total",
    "ask",
    "asked_of",
    "cancel",
    "claim",
    "downloadable",
    "drafts",
    "expire",
    "fail",
    "files",
    "find",
    "finish",
    "format_named",
    "guarded",
    "is_any_waiting",
    "keep",
    "kind_named",
    "listed",
    "manifest",
    "name_of",
    "of_period",
    "pack",
    "release",
    "run",
    "schedules",
    "whole",
    "write_ledger",
]
