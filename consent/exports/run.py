"""Run an export: the records of a site and period, streamed into one format."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from consent import notices, records, sites
from consent.errors import InvalidFieldsError
from consent.exports import rows
from consent.exports.formats import TABLE, Format
from consent.notices import NoticeVersion

Progress = Callable[[int], object]


@dataclass(frozen=True)
class Total:
    """What an export holds: what the database counted, and what was written."""

    counted: int
    written: int


def format_named(key: str) -> Format:
    """Return the format with this key."""
    for item in TABLE:
        if item.key == key:
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

    kind.write(rows.columns(categories), rows.rows(counting(), site.key, categories), stream)
    progress(written % 1000)
    return Total(counted, written)


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
