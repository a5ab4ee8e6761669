"""What the formats that are text promise; tests/exports/test_formats.py runs over every format."""

import csv
import io
import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import exports
from consent.exports.formats.csv import FORMULA_STARTS

EVERY = pytest.mark.parametrize("kind", exports.TABLE, ids=lambda kind: kind.key)
TEXTUAL = [exports.format_named(key) for key in ("csv", "jsonl")]
FORMATS = pytest.mark.parametrize("kind", TEXTUAL, ids=lambda kind: kind.key)
COLUMNS = ("id", "text", "number", "truth", "nothing", "nested")
ROW = {
    "id": "1", "text": 'Ä "quoted", and\nbroken', "number": 7, "truth": True, "nothing": None,
    "nested": {"b": ["x"], "a": "ü"},
}  # fmt: skip


def written(kind: exports.Format, rows: list, columns: tuple = COLUMNS) -> bytes:
    stream = io.BytesIO()
    kind.write(columns, iter(rows), stream)
    assert not stream.closed
    return stream.getvalue()


def parsed(kind: exports.Format, data: bytes) -> list[dict]:
    """Read an export back as a program would; to add a format, add its reader here."""
    text = data.decode("utf-8")
    if kind.key == "csv":
        return list(csv.DictReader(io.StringIO(text, newline="")))
    if kind.key == "jsonl":
        return [json.loads(line) for line in text.split("\n")[:-1]]
    pytest.fail(f"No reader is written for the format {kind.key}")


@FORMATS
def test_what_is_written_is_read_back(kind):
    rows = [ROW, {**ROW, "id": "2", "truth": False}, {**ROW, "id": "3"}]
    found = parsed(kind, written(kind, rows))
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert all(tuple(row) == COLUMNS for row in found)
    assert found[0]["text"] == ROW["text"]
    nested = found[0]["nested"]
    assert (json.loads(nested) if isinstance(nested, str) else nested) == ROW["nested"]


@FORMATS
def test_an_empty_set_is_a_whole_file(kind):
    assert parsed(kind, written(kind, [])) == []


@FORMATS
def test_the_same_rows_give_the_same_bytes(kind):
    assert written(kind, [ROW]) == written(kind, [dict(reversed(ROW.items()))])


@EVERY
def test_keys_labels_and_types_are_told_apart(kind):
    for fact in ("key", "label", "media_type"):
        assert len({getattr(each, fact) for each in exports.TABLE}) == len(exports.TABLE)
    assert exports.format_named(kind.key) is kind


class Nowhere(io.RawIOBase):
    """Counts what is written and keeps nothing."""

    size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:
        self.size += len(data)
        return len(data)


@FORMATS
def test_memory_does_not_grow_with_the_rows(kind):
    rows = ({"id": str(number), "text": "x" * 50} for number in range(30_000))
    stream = Nowhere()
    tracemalloc.start()
    kind.write(("id", "text"), rows, stream)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert stream.size > 1_500_000
    assert peak < 300_000


STARTS = st.sampled_from(
    [*FORMULA_STARTS, "=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(st.builds(str.__add__, STARTS | st.just(""), TEXTS))
@settings(max_examples=300, deadline=None)
def test_no_cell_of_a_spreadsheet_is_taken_for_a_formula(text):
    kind = exports.format_named("csv")
    (row,) = parsed(kind, written(kind, [{"a": text, "b": "x"}], ("a", "b")))
    assert row["a"][:1] not in set("=+-@\t\r\n\0＝＋－＠")
    assert row["a"].removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＠x"]
)
def test_a_formula_gets_an_apostrophe_in_front_and_is_exact_elsewhere(text):
    assert parsed(
        exports.format_named("csv"), written(exports.format_named("csv"), [{"a": text}], ("a",))
    ) == [{"a": "'" + text}]
    assert parsed(
        exports.format_named("jsonl"), written(exports.format_named("jsonl"), [{"a": text}], ("a",))
    ) == [{"a": text}]


def test_a_column_named_like_a_formula_is_guarded_too():
    kind = exports.format_named("csv")
    assert written(kind, [], ("=cmd",)).startswith(b"'=cmd")


def test_a_number_is_a_number_and_never_guarded():
    kind = exports.format_named("csv")
    assert written(kind, [{"a": -5}], ("a",)) == b"a\r\n-5\r\n"
