"""JSON Lines in UTF-8: one object a row, exact values, nothing neutralised."""

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from consent.exports.formats.base import Format, RowDict


def write(columns: Sequence[str], rows: Iterator[RowDict], stream: BinaryIO) -> None:
    """Write one line a row; every line has the same keys."""
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows:
        line = dump({column: row[column] for column in columns})
        stream.write(line.encode() + b"\n")


FORMAT = Format("jsonl", "JSON Lines for programs", "application/x-ndjson", write)
