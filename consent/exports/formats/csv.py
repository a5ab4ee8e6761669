"""CSV (RFC 4180) in UTF-8, safe to open in a spreadsheet.

A cell whose text begins with a character that spreadsheets take for a formula gets an apostrophe in
front (OWASP, CSV injection). JSONL carries the exact text.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import orjson

from consent.exports.formats.base import Facts, Format, RowDict

# Full-width forms too: some programs fold them to the ASCII ones before they look.
FORMULA_STARTS = frozenset("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")


def guarded(text: str) -> str:
    """Return text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in FORMULA_STARTS else text


def write(
    columns: Sequence[str], rows: Iterator[RowDict], stream: BinaryIO, _facts: Facts = ()
) -> None:
    """Write a header and one line a row."""
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(column) for column in columns])
    for row in rows:
        writer.writerow([_cell(row[column]) for column in columns])
    text.flush()
    text.detach()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dict | list):
        value = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return guarded(str(value))


FORMAT = Format("csv", "CSV for spreadsheets", "text/csv; charset=utf-8", write)
