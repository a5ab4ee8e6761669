"""Read an export of any format back: the rows it holds, as lists of values."""

import csv
import io
import json
from collections.abc import Callable

from pyarrow import parquet as pq

from tests.exports import workbook


def from_csv(body: bytes) -> list[list[object]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))[1:]


def from_jsonl(body: bytes) -> list[list[object]]:
    return [list(json.loads(line).values()) for line in body.decode().split("\n")[:-1]]


def from_xlsx(body: bytes) -> list[list[object]]:
    sheets = workbook.read(body).sheets
    return [row for name, found in sheets.items() if name != "About" for row in found[1:]]


def from_parquet(body: bytes) -> list[list[object]]:
    return [list(row.values()) for row in pq.read_table(io.BytesIO(body)).to_pylist()]


READERS: dict[str, Callable[[bytes], list[list[object]]]] = {
    "csv": from_csv, "jsonl": from_jsonl, "xlsx": from_xlsx, "parquet": from_parquet,
}  # fmt: skip
