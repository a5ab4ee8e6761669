"""Search records of one site: what is asked for, how many there are, and all of them as a stream.

Pages for people are in `find`; both take one `Search`, so an export holds what a screen counted.
Categories and vendors lie in JSON without an index, since each index costs every decision.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Text, and_, cast, func, literal_column, or_, select
from sqlalchemy.orm import Session

from consent import ids
from consent.ledger.models import LogEntry
from consent.records.models import ConsentRecord

ROWS_AT_ONCE = 2000
# The region of those whose region neither the service nor the browser knew.
UNKNOWN = "unknown"
BASES = ("consent", "legitimate_interest")


@dataclass(frozen=True)
class Covered:
    """The leaves of a log up to a size: what a checkpoint of that size covers."""

    log_id: int
    size: int


@dataclass(frozen=True)
class Granted:
    """A category or vendor, and whether it was granted; a vendor is when any basis grants it."""

    key: str
    granted: bool = True


@dataclass(frozen=True)
class Search:
    """Which records: of one site, from a moment (included) to another (excluded).

    `subject` and `record` narrow it to one person's or to a single one, `covered` to those that a
    checkpoint covers. `region` is the one the service knew, or else the browser's claim; a country
    stands for its parts. `suspicious` are those with a claim that the service knew better.
    """

    site_id: int
    start: datetime | None = None
    end: datetime | None = None
    subject: str | None = None
    record: UUID | None = None
    covered: Covered | None = None
    action: str | None = None
    category: Granted | None = None
    vendor: Granted | None = None
    version: int | None = None
    region: str | None = None
    language: str | None = None
    late: bool | None = None
    suspicious: bool | None = None
    gpc: bool | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions, site first."""
        found: list[ColumnElement[bool]] = [ConsentRecord.site_id == self.site_id]
        if self.start is not None:
            found.append(ConsentRecord.recorded_at >= self.start)
        if self.end is not None:
            found.append(ConsentRecord.recorded_at < self.end)
        if self.subject is not None:
            found.append(ConsentRecord.subject_id == self.subject)
        if self.record is not None:
            # An id carries its moment, which leads to the month that holds the row.
            found.append(ConsentRecord.recorded_at == ids.moment_of(self.record))
            found.append(ConsentRecord.id == self.record)
        if self.covered is not None:
            # Sums, so that no database looks for the leaves first: each is found by its record,
            # and the other way round a log is searched once a record.
            found.append(LogEntry.log_id + 0 == self.covered.log_id)
            found.append(LogEntry.leaf_index + 0 < self.covered.size)
        return [*found, *self.marks(), *self.facts()]

    def marks(self) -> list[ColumnElement[bool]]:
        """Return the conditions that have an index of their own, since what they mark is rare."""
        found: list[ColumnElement[bool]] = []
        if self.late is not None:
            found.append(is_late if self.late else ~is_late)
        if self.suspicious is not None:
            found.append(is_suspicious if self.suspicious else ~is_suspicious)
        return found

    def facts(self) -> list[ColumnElement[bool]]:
        """Return the conditions that each row has to be looked at for."""
        named = {
            ConsentRecord.action: self.action,
            ConsentRecord.notice_version: self.version,
            ConsentRecord.language: self.language,
            ConsentRecord.gpc: self.gpc,
        }
        found = [column == value for column, value in named.items() if value is not None]
        if self.region is not None:
            found.append(_in_region(self.region))
        if self.category is not None:
            granted = ConsentRecord.categories[self.category.key].as_boolean()
            found.append(granted.is_(self.category.granted))
        if self.vendor is not None:
            found.append(_of_vendor(self.vendor))
        return found


def count(session: Session, search: Search) -> int:
    """Return how many records match."""
    query = select(func.count()).select_from(ConsentRecord).where(*search.conditions())
    if search.covered is not None:
        query = query.join(LogEntry, LogEntry.id == ConsentRecord.entry_id)
    return session.scalar(query.prefix_with("/* records.count */")) or 0


def stream(session: Session, search: Search) -> Iterator[Row[Any]]:
    """Yield matching records, oldest first, with their leaf; memory does not grow with the number.

    Read it in one `reading()`: the rows are those of one moment, and equal `count`.
    """
    query = (
        select(*ConsentRecord.__table__.columns, LogEntry.leaf_hash)
        .join(LogEntry, LogEntry.id == ConsentRecord.entry_id)
        .where(*search.conditions())
        .order_by(ConsentRecord.recorded_at, ConsentRecord.id)
        .prefix_with("/* records.stream */")
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    found: Iterator[Row[Any]] = iter(session.execute(query))
    yield from found


def _in_region(region: str) -> ColumnElement[bool]:
    claim = ConsentRecord.claims["region"].as_string()
    place = func.coalesce(ConsentRecord.region, claim)
    if region == UNKNOWN:
        return place.is_(None)
    return or_(place == region, place.like(f"{region}-%"))


def _of_vendor(vendor: Granted) -> ColumnElement[bool]:
    given = [
        func.coalesce(func.json_array_length(ConsentRecord.vendors[(vendor.key, basis)]), 0)
        for basis in BASES
    ]
    if vendor.granted:
        return or_(*(length > 0 for length in given))
    is_named = ConsentRecord.vendors[vendor.key].as_string().is_not(None)
    return and_(is_named, *(length == 0 for length in given))


# In the very words of the partial indexes, or no database would use them.
is_late: ColumnElement[bool] = ConsentRecord.late.expression == literal_column("true")
is_suspicious: ColumnElement[bool] = cast(ConsentRecord.disagrees, Text) != literal_column("'[]'")
