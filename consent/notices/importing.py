"""Read a table somebody pastes or sends: CSV, TSV or JSON, with headers in English or German.

Pure. What comes out is rows of text by our own names of the columns; `bulk` makes sense of them.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from consent.errors import InvalidFieldsError
from consent.notices import wording

MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 10_000
MOST_IN_CELL = 20_000

# Our name of a column and what people call it, folded: without case, blanks and marks on letters.
COOKIE_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "cookie", "cookiename", "cookiekey", "schlussel"),
    "match": ("match", "vergleich", "wildcard", "platzhalter"),
    "storage": ("storage", "kind", "type", "art", "typ", "speicher", "speicherart", "technologie"),
    "host": ("host", "domain", "domane"),
    "party": ("party", "setby", "firstorthirdparty", "gesetztvon", "partei"),
    "duration": (
        *("duration", "keptfor", "expiry", "expiration", "lifetime", "retention", "maxage"),
        *("dauer", "laufzeit", "speicherdauer", "gultigkeit", "lebensdauer", "ablauf"),
        "retentionperiod",
    ),
    "category": ("category", "group", "kategorie", "gruppe", "cookiekategorie"),
    "vendor": (
        *("vendor", "provider", "company", "controller", "datacontroller"),
        *("anbieter", "unternehmen", "firma", "dienst", "service", "platform"),
    ),
    "purpose": ("purpose", "description", "zweck", "beschreibung", "verwendungszweck"),
}
VENDOR_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "key": ("key", "id", "schlussel", "kennung"),
    "name": ("name", "vendor", "provider", "company", "anbieter", "unternehmen", "firma"),
    "policy_url": (
        *("policyurl", "policy", "privacypolicy", "privacypolicyurl", "privacy"),
        *("datenschutz", "datenschutzerklarung", "richtlinie", "link", "url"),
    ),
    "hosts": ("hosts", "host", "domains", "domain", "domanen", "domane"),
    "categories": ("categories", "category", "purposes", "kategorien", "kategorie"),
    "bases": ("bases", "basis", "legalbasis", "legalbases", "rechtsgrundlage", "rechtsgrundlagen"),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in a table: the row as people count it, the column, and what to do."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Row:
    """One row: its number in what was given, and its cells by our names of the columns."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Read:
    """A table read: its rows, and the columns that nobody knows."""

    rows: tuple[Row, ...]
    unknown: tuple[str, ...]


def read(text: str, columns: Mapping[str, tuple[str, ...]]) -> Read:
    """Read a table; refuses what is no table, or has no column that we know."""
    text = text.removeprefix("\ufeff").strip("\r\n\t ")
    if not text:
        raise _refusal("There is nothing in it: paste rows, or choose a file.")
    if len(text) > MOST_BYTES:
        raise _refusal("It is too large: at most 4 MiB at once.")
    if "\x00" in text:
        raise _refusal("It holds NUL bytes, so it is no text: save it as CSV in UTF-8.")
    kind = "vendors" if "policy_url" in columns else "cookies"
    records = _of_json(text, kind) if text[0] in "[{" else _of_lines(text)
    if len(records) > MOST_ROWS:
        raise _refusal(f"It has {len(records)} rows: at most {MOST_ROWS} at once.")
    return _named(records, columns)


def decoded(data: bytes) -> str:
    """Return a file's text: UTF-8, UTF-16 with its mark, else as Windows wrote it for decades."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def folded(text: str) -> str:
    """Return a header or a word as it is compared."""
    return "".join(each for each in wording.folded(text.replace("ß", "ss")) if each.isalnum())


def _of_lines(text: str) -> list[tuple[int, dict[str, str]]]:
    head = text.splitlines()[0]
    delimiter = max("\t;,|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found: list[tuple[int, dict[str, str]]] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                continue
            if len(cells) > len(header):
                raise _refusal(
                    f"Row {reader.line_num} has {len(cells)} cells, the first row {len(header)}: "
                    "put cells that hold the separator into quotation marks."
                )
            found.append((reader.line_num, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise _refusal(f"Row {reader.line_num} cannot be read: {error}.") from error
    return found


def _of_json(text: str, kind: str) -> list[tuple[int, dict[str, str]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal(f"This begins like JSON and is none: {error}.") from error
    if isinstance(data, dict):
        # A whole notice, or whatever else wraps one list.
        lists = [value for value in data.values() if isinstance(value, list)]
        data = data.get(kind, lists[0] if len(lists) == 1 else data)
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise _refusal("Give a JSON list with an object for each row.")
    return [(number, _flat(each)) for number, each in enumerate(data, start=1)]


def _flat(item: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            found |= {f"{key} {name}": _cell(each) for name, each in value.items()}
        elif isinstance(value, list):
            found[key] = ", ".join(_cell(each) for each in value)
        else:
            found[key] = _cell(value)
    return found


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _named(
    records: Iterable[tuple[int, dict[str, str]]], columns: Mapping[str, tuple[str, ...]]
) -> Read:
    by_name = {name: column for column, names in columns.items() for name in names}
    rows, unknown, known = [], dict[str, None](), False
    for number, cells in records:
        found: dict[str, str] = {}
        for header, cell in cells.items():
            column = _column(header, by_name)
            if column is None:
                unknown[header] = None
                continue
            known = True
            if cell.strip():
                found.setdefault(column, cell.strip()[:MOST_IN_CELL])
        rows.append(Row(number, found))
    if not rows:
        raise _refusal("There is a first row with the names of the columns, and no row below it.")
    if not known:
        names = ", ".join(columns)
        raise _refusal(f"No column is known. The first row names the columns, such as: {names}.")
    return Read(tuple(rows), tuple(unknown))


def _column(header: str, by_name: Mapping[str, str]) -> str | None:
    name = folded(header)
    if name in by_name:
        return by_name[name]
    # A purpose in a language: "purpose_de", "Zweck (de)", "purpose pt-BR".
    words = [each for each in _split(header) if each]
    column = by_name.get(folded(words[0])) if len(words) > 1 else None
    return f"purpose.{'-'.join(words[1:])}" if column == "purpose" else None


def _split(header: str) -> list[str]:
    spaced = "".join(each if each.isalnum() else " " for each in header)
    return spaced.split()


def _refusal(sentence: str) -> InvalidFieldsError:
    return InvalidFieldsError({"table": [sentence]})
