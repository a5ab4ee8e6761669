"""A workbook (OOXML) that spreadsheets open as it is: no cell of it is ever a formula.

Text is written as text, numbers as numbers, truths as truths, whatever a text begins with. A sheet
is full at 1,048,576 rows, then the next one begins; the last sheet says what the workbook holds.
"""

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson
from xlsxwriter import Workbook

from consent.exports.formats.base import Facts, Format, RowDict

MOST_ROWS = 1_048_576
# What fits into a cell, in UTF-16 units; what is longer is cut and says so.
MOST_UNITS = 32_767
CUT = " [cut here: JSON Lines carry the whole text]"
# What XML has no way to write, lone surrogates included.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OPTIONS = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


def write(
    columns: Sequence[str], rows: Iterator[RowDict], stream: BinaryIO, facts: Facts = ()
) -> None:
    """Write sheets of records and one of facts; rows wait in files beside the target."""
    with tempfile.TemporaryDirectory(dir=_beside(stream), prefix=".xlsx-") as folder:
        target = _Target(stream)
        book = Workbook(target, {**_OPTIONS, "tmpdir": folder})
        book.use_zip64()
        try:
            _fill(book, columns, rows)
            about = book.add_worksheet("About")
            about.set_column(0, 1, 40)
            for line, fact in enumerate(facts):
                _put(about, line, fact)
            # Only now the parts are put together and written to the target.
            book.close()
        except BaseException:
            target.drop()
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
            raise


def legible(text: str) -> str:
    """Return text as a cell can hold it: what XML cannot say is spelt as in JSON."""
    found = _ILLEGAL.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    # Half as many characters always fit, since none takes more than two units.
    if len(found) > MOST_UNITS // 2:
        units = found.encode("utf-16-le")
        if len(units) > 2 * MOST_UNITS:
            room = 2 * (MOST_UNITS - len(CUT))
            found = units[:room].decode("utf-16-le", "ignore") + CUT
    # The library would take this for its own markup and write it as it stands.
    return f"'{found}" if found.startswith("<r>") and found.endswith("</r>") else found


class _Target:
    """The stream until something fails; the library's zip then closes itself onto nothing."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream: BinaryIO = stream

    def drop(self) -> None:
        """Hear no more for the stream."""
        self._stream = io.BytesIO(bytes(1024))
        self._stream.seek(0, io.SEEK_END)

    def write(self, data: bytes) -> int:
        return self._stream.write(data)

    def tell(self) -> int:
        return self._stream.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def flush(self) -> None:
        self._stream.flush()


def _fill(book: Any, columns: Sequence[str], rows: Iterator[RowDict]) -> None:
    number, at = 1, 1
    sheet = _begun(book, number, columns)
    for row in rows:
        if at == MOST_ROWS:
            number, at = number + 1, 1
            sheet = _begun(book, number, columns)
        _put(sheet, at, [row[column] for column in columns])
        at += 1


def _begun(book: Any, number: int, columns: Sequence[str]) -> Any:
    sheet = book.add_worksheet("Records" if number == 1 else f"Records {number}")
    sheet.freeze_panes(1, 0)
    _put(sheet, 0, columns)
    return sheet


def _put(sheet: Any, at: int, values: Sequence[object]) -> None:
    for column, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_boolean(at, column, value)
        elif isinstance(value, int):
            sheet.write_number(at, column, value)
        elif isinstance(value, dict | list):
            text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
            sheet.write_string(at, column, legible(text))
        else:
            sheet.write_string(at, column, legible(str(value)))


def _beside(stream: BinaryIO) -> Path | None:
    """Return the folder of a real file, so that no record lies anywhere else on the way."""
    name = getattr(stream, "name", None)
    return Path(name).resolve().parent if isinstance(name, str) and Path(name).is_file() else None


FORMAT = Format(
    "xlsx",
    "Excel workbook",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    write,
)
