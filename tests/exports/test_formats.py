"""Every format of the table says the same: all rows, once, whatever text is in them."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq

from consent import exports
from consent.errors import InvalidFieldsError
from consent.exports.formats import base, xlsx
from consent.exports.formats import csv as csv_format
from tests.exports import workbook
from tests.exports.readers import READERS, from_csv

COLUMNS = ("record_id", "sequence", "recorded_at", "language", "category_a", "vendors", "disagrees")
KINDS = pytest.mark.parametrize("kind", exports.TABLE, ids=lambda kind: kind.key)
NASTY = (
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "\uff1d1", '=HYPERLINK("x")',
    "{=1}", "http://a.example", "mailto:a@b.example", "0012", "1e3", "TRUE", "#REF!", "'=1",
    "<r><t>x</t></r>", "<script>", "a&b", "]]>", "_x0041_", "\x01\x0b\ufffe\uffff", "  x  ",
    'a,"b"\r\nc', "\U0001f36a", "é", "",
)  # fmt: skip


def a_row(text: str = "en", number: int = 1) -> dict[str, object]:
    return {
        "record_id": f"r{number}",
        "sequence": number,
        "recorded_at": "2026-11-24T10:00:00.123Z",
        "language": text,
        "category_a": None if number % 3 == 0 else number % 3 == 1,
        "vendors": {"acme": {"consent": ["targeting"]}},
        "disagrees": ["model"],
    }


def written(kind: exports.Format, rows: Iterator[dict], facts: base.Facts = ()) -> bytes:
    stream = io.BytesIO()
    kind.write(COLUMNS, rows, stream, facts)
    return stream.getvalue()


def test_each_format_is_read_back_here():
    assert {kind.key for kind in exports.TABLE} == READERS.keys()


@KINDS
def test_all_rows_are_there_once_and_in_order(kind):
    body = written(kind, (a_row(number=number) for number in range(1, 10_502)))
    assert [row[0] for row in READERS[kind.key](body)] == [f"r{each}" for each in range(1, 10_502)]


@KINDS
def test_an_empty_set_is_a_whole_file(kind):
    assert READERS[kind.key](written(kind, iter(()))) == []


@KINDS
def test_text_comes_through_whatever_it_begins_with(kind):
    body = written(kind, (a_row(text, number) for number, text in enumerate(NASTY, start=1)))
    shown = {"csv": csv_format.guarded, "xlsx": xlsx.legible}.get(kind.key, str)
    found = [row[3] for row in READERS[kind.key](body)]
    # An empty cell of a sheet and an empty text are told apart by exact formats alone.
    assert [each or "" for each in found] == [shown(text) for text in NASTY]


def test_a_workbook_has_no_formula_and_no_link_and_types_of_its_own():
    body = written(
        exports.format_named("xlsx"),
        (a_row(text, number) for number, text in enumerate(NASTY, start=1)),
        [("Site", "=1+1")],
    )
    book = workbook.read(body)
    assert book.formulas == 0
    assert b"hyperlink" not in body
    assert book.sheets["About"] == [["Site", "=1+1"]]
    first = book.sheets["Records"][1]
    assert first[:2] == ["r1", 1.0]
    assert first[4:] == [True, '{"acme":{"consent":["targeting"]}}', '["model"]']


def test_what_xml_cannot_say_is_spelt_out():
    assert xlsx.legible("a\x01b\ufffe\ud800") == "a\\u0001b\\ufffe\\ud800"
    assert xlsx.legible("a\tb\nc") == "a\tb\nc"


@pytest.mark.parametrize("char", ["x", "\U0001f36a"])
def test_a_cell_that_is_too_long_says_that_it_was_cut(char):
    found = xlsx.legible(char * 40_000)
    assert len(found.encode("utf-16-le")) // 2 <= xlsx.MOST_UNITS
    assert found.endswith(xlsx.CUT)
    assert xlsx.legible("x" * xlsx.MOST_UNITS) == "x" * xlsx.MOST_UNITS


def test_a_full_sheet_is_followed_by_another_with_the_same_header(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 11)
    book = workbook.read(
        written(exports.format_named("xlsx"), (a_row(number=each) for each in range(1, 26)))
    )
    sheets = book.sheets
    assert list(sheets) == ["Records", "Records 2", "Records 3", "About"]
    assert [len(sheets[name]) for name in list(sheets)[:3]] == [11, 11, 6]
    assert sheets["Records"][0] == sheets["Records 3"][0] == list(COLUMNS)


def test_a_workbook_leaves_nothing_beside_its_target_even_when_it_breaks(tmp_path):
    def rows() -> Iterator[dict]:
        yield a_row()
        raise ConnectionError

    target = tmp_path / "out.xlsx"
    with target.open("wb") as stream, pytest.raises(ConnectionError):
        exports.format_named("xlsx").write(COLUMNS, rows(), stream, ())
    assert list(tmp_path.iterdir()) == [target]


def test_parquet_has_types_and_tells_what_it_holds():
    body = written(exports.format_named("parquet"), iter([a_row(number=3)]), [("Site", "demo")])
    table = pq.read_table(io.BytesIO(body))
    assert [str(field.type) for field in table.schema] == [
        "string", "int64", "timestamp[ms, tz=UTC]", "string", "bool", "string",
        "list<element: string>",
    ]  # fmt: skip
    assert table.schema.metadata[b"consent:Site"] == b"demo"
    (row,) = table.to_pylist()
    assert row["recorded_at"].isoformat() == "2026-11-24T10:00:00.123000+00:00"
    assert row["category_a"] is None


@KINDS
def test_a_format_whose_package_is_missing_says_what_to_install(kind, monkeypatch):
    if not kind.needs:
        assert kind.missing == ""
        return
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(InvalidFieldsError) as refused:
        exports.format_named(kind.key)
    assert refused.value.fields["format"] == [
        f"This format needs a package: install consent-service[{kind.extra}]."
    ]


class Nowhere(io.RawIOBase):
    """A file that keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        return len(data)


@KINDS
def test_memory_does_not_grow_with_the_number_of_rows(kind):
    def peak(count: int) -> int:
        tracemalloc.start()
        kind.write(COLUMNS, (a_row(number=each) for each in range(count)), Nowhere(), ())
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # A column format holds a group of rows, so it is asked for more than one.
    count, most = (12_000, 1_000_000) if kind.key == "parquet" else (1_500, 300_000)
    peak(10)
    assert peak(2 * count) < peak(count) + most


TEXTS = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.builds("{}{}".format, st.sampled_from("=+-@\t\r\n\0\uff1d'<&_"), st.text(max_size=8)),
    ),
    min_size=200,
    max_size=200,
)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=TEXTS)
def test_ten_thousand_texts_make_no_formula(texts):
    rows = [a_row(text, number) for number, text in enumerate(texts, start=1)]
    cells = [row[3] for row in from_csv(written(exports.format_named("csv"), iter(rows)))]
    assert cells == [csv_format.guarded(text) for text in texts]
    assert not [cell for cell in cells if cell[:1] in csv_format.FORMULA_STARTS and cell]
    book = workbook.read(written(exports.format_named("xlsx"), iter(rows)))
    assert book.formulas == 0
    found = [row[3] or "" for row in book.sheets["Records"][1:]]
    assert found == [xlsx.legible(text) for text in texts]
