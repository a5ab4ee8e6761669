"""Parquet for analysis: typed columns, exact values, a group of rows in memory at a time.

Needs the extra `parquet`. Times are UTC milliseconds, vendors are JSON, what disagrees is a list.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, BinaryIO

import orjson

from consent import clock
from consent.exports.formats.base import (
    CATEGORY,
    LISTS,
    NUMBERS,
    TIMES,
    TRUTHS,
    Facts,
    Format,
    RowDict,
)

ROWS_AT_ONCE = 10_000


def write(
    columns: Sequence[str], rows: Iterator[RowDict], stream: BinaryIO, facts: Facts = ()
) -> None:
    """Write groups of rows; a column has one type in every file, whatever is in it."""
    import pyarrow as pa  # noqa: PLC0415 - an extra: there where this format is
    from pyarrow import parquet as pq  # noqa: PLC0415

    # The library's own pool keeps what it has freed, which would look like growth.
    pa.set_memory_pool(pa.system_memory_pool())
    types = {column: _type(pa, column) for column in columns}
    told = {f"consent:{name}": text for name, text in facts}
    schema = pa.schema(list(types.items()), metadata=told or None)
    group: dict[str, list[Any]] = {column: [] for column in columns}
    with pq.ParquetWriter(stream, schema, compression="zstd") as writer:
        written = 0
        for row in rows:
            for column in columns:
                group[column].append(_cell(column, row[column]))
            written += 1
            if written == ROWS_AT_ONCE:
                writer.write_table(pa.table(group, schema=schema))
                group = {column: [] for column in columns}
                written = 0
        if written:
            writer.write_table(pa.table(group, schema=schema))


def _type(pa: Any, column: str) -> Any:
    if column in TIMES:
        return pa.timestamp("ms", tz="UTC")
    if column in NUMBERS:
        return pa.int64()
    if column in TRUTHS or column.startswith(CATEGORY):
        return pa.bool_()
    return pa.list_(pa.string()) if column in LISTS else pa.string()


def _cell(column: str, value: object) -> object:
    if column in TIMES and isinstance(value, str):
        return clock.to_ms(datetime.fromisoformat(value))
    if isinstance(value, dict):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    return value


FORMAT = Format(
    "parquet",
    "Parquet for analysis",
    "application/vnd.apache.parquet",
    write,
    needs="pyarrow",
    extra="parquet",
)
