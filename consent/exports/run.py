"""Run an export: the records of a site and period, streamed into one format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consent import clock, notices, records, sites
from consent.errors import InvalidFieldsError
from consent.exports import rows
from consent.exports.formats import TABLE, Facts, Format
from consent.notices import NoticeVersion

Progress = Callable[[int], object]


@dataclass(frozen=True)
class Total:
    """What an export holds: what the database counted, and what was written."""

    counted: int
    written: int


def format_named(key: str) -> Format:
    """Return the format with this key; one whose package is missing is refused."""
    for item in TABLE:
        if item.key == key:
            if item.missing:
                raise InvalidFieldsError({"format": [item.missing]})
            return item
    known = ", ".join(item.key for item in TABLE)
    raise InvalidFieldsError({"format": [f"Use one of: {known}."]})


def run(  # noqa: PLR0913 - an export is that many facts
    session: Session,
    site: sites.Site,
    search: records.Search,
    kind: Format,
    stream: BinaryIO,
    *,
    counted: int,
    progress: Progress = lambda _done: None,
    seen: Callable[[Row[Any]], object] = lambda _row: None,
) -> Total:
    """Write the export; call it within one `reading()` so that it shows one moment.

    `counted` comes from `records.count` in that same reading; it must equal what is written.
    `seen` gets each record as it passes.
    """
    categories = _categories(session, site)
    written = 0

    def counting() -> Iterator[Row[Any]]:
        nonlocal written
        for item in records.stream(session, search):
            written += 1
            seen(item)
            if written % 1000 == 0:
                progress(1000)
            yield item

    flat = rows.rows(counting(), site.key, categories)
    kind.write(rows.columns(categories), flat, stream, _facts(site, search, counted))
    progress(written % 1000)
    return Total(counted, written)


def _facts(site: sites.Site, search: records.Search, counted: int) -> Facts:
    """Return what an export says of itself, for formats that have a place for it."""
    found = [
        ("Site", f"{site.name} ({site.key})"),
        ("From, included", clock.to_text(search.start) if search.start else "the beginning"),
        ("To, not included", clock.to_text(search.end) if search.end else "the time of export"),
        ("Exported at", clock.to_text(clock.now())),
        ("Times", "UTC"),
        ("Records", str(counted)),
    ]
    if search.subject is not None:
        found.append(("Only this person", search.subject))
    if search.record is not None:
        found.append(("Only this record", str(search.record)))
    return found


def _categories(session: Session, site: sites.Site) -> tuple[str, ...]:
    """Return every optional category any version has had, in the order of first use."""
    found: dict[str, None] = {}
    query = (
        select(NoticeVersion)
        .where(NoticeVersion.site_id == site.id)
        .order_by(NoticeVersion.version)
        .prefix_with("/* exports.categories */")
    )
    for version in session.scalars(query):
        found |= dict.fromkeys(notices.read(version).optional)
    return tuple(found)
