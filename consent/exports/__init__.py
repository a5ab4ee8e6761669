"""WHAT LEAVES: records, the log that proves them, and packs of both, with constant memory.

Rows are made once (`rows`), formats only write them: begin with `run`. The auditor's file is
`write_ledger` over an `Extract`; a pack is `pack.whole` or `pack.person` of an `Order`.
"""

from consent.exports import pack
from consent.exports.formats import TABLE, Format
from consent.exports.ledger import write as write_ledger
from consent.exports.pack.order import Order
from consent.exports.period import Extract, of_period, whole
from consent.exports.run import Total, format_named, run

__all__ = [
    "TABLE",
    "Extract",
    "Format",
    "Order",
    "Total",
    "format_named",
    "of_period",
    "pack",
    "run",
    "whole",
    "write_ledger",
]
