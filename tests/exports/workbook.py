"""Read a workbook as XML says it: cells by sheet, and how many of them are formulas."""

import io
import re
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree as ET

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Workbook:
    """Sheets by name, each a list of rows, each a list of values; and the formulas there are."""

    sheets: dict[str, list[list[object]]]
    formulas: int


def read(body: bytes) -> Workbook:
    """Read all sheets."""
    formulas, sheets = 0, {}
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        names = ET.fromstring(book.read("xl/workbook.xml")).iter(f"{MAIN}sheet")
        for number, each in enumerate(names, start=1):
            sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            formulas += sum(1 for _ in sheet.iter(f"{MAIN}f"))
            sheets[each.attrib["name"]] = [_row(row) for row in sheet.iter(f"{MAIN}row")]
    return Workbook(sheets, formulas)


def _row(row: ET.Element) -> list[object]:
    found: list[object] = []
    for cell in row:
        column = _number(re.match("[A-Z]+", cell.attrib["r"])[0])
        found += [None] * (column - len(found))
        found.append(_value(cell))
    return found


def _value(cell: ET.Element) -> object:
    kind = cell.attrib.get("t", "n")
    if kind == "inlineStr":
        text = "".join(each.text or "" for each in cell.iter(f"{MAIN}t"))
        # As spreadsheets read it (ECMA-376, 22.9.2.19, ST_Xstring).
        return re.sub("_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)
    text = cell.find(f"{MAIN}v").text
    return text == "1" if kind == "b" else float(text)


def _number(letters: str) -> int:
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - 64
    return found - 1
