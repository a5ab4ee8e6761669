"""JSON Lines in UTF-8: one object a row, exact values, nothing neutralised."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import orjson

from consent.exports.formats.base import Facts, Format, RowDict


def write(
    columns: Sequence[str], rows: Iterator[RowDict], stream: BinaryIO, _facts: Facts = ()
) -> None:
    """Write one line a row; every line has the same keys."""
    stream.writelines(
        orjson.dumps({column: row[column] for column in columns}) + b"\n" for row in rows
    )


FORMAT = Format("jsonl", "JSON Lines for programs", "application/x-ndjson", write)
