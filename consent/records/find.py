"""Find records for people: newest first, a page at a time, in both directions.

A page looks at `MOST_LOOKED_AT` rows at most and says where it stopped, so that what is rare costs
no more than what is frequent. A place in the list is a record's id, which carries its moment.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, func, literal, select, tuple_
from sqlalchemy.orm import Session

from consent import ids
from consent.db import UtcTime
from consent.records.models import ConsentRecord
from consent.records.search import Search

MOST_LOOKED_AT = 5_000
# For who asks to go on: as many as take about a second.
FAR = 250_000
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Found:
    """One page, the newest record first.

    `older` and `newer` are where the next page in that direction begins, None at the end. Where a
    page is not full and there is more to look at, `looked_until` is the moment it stopped at.
    """

    rows: tuple[ConsentRecord, ...]
    older: UUID | None
    newer: UUID | None
    looked_until: datetime | None = None


@dataclass(frozen=True)
class Total:
    """How many there are: exactly, or at least that many."""

    number: int
    is_exact: bool


@dataclass(frozen=True)
class _Way:
    """A direction through the list, from a place on."""

    place: UUID | None
    older: bool
    of_person: bool = False

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        moment: Any = ConsentRecord.recorded_at
        key = ConsentRecord.id
        if self.of_person:
            # No order of an index: rows of one person are found by theirs and sorted afterwards.
            moment = func.coalesce(moment, moment)
        return (moment.desc(), key.desc()) if self.older else (moment.asc(), key.asc())

    def beyond(self, place: UUID | None, *, included: bool = False) -> list[ColumnElement[bool]]:
        """Return what lies behind a place, in this direction."""
        return _beside(place, older=self.older, included=included)

    def until(self, place: UUID | None) -> list[ColumnElement[bool]]:
        """Return what lies before a place, and the place itself."""
        return _beside(place, older=not self.older, included=True)


def find(  # noqa: PLR0913 - a page is that many facts
    session: Session,
    search: Search,
    *,
    before: UUID | None = None,
    after: UUID | None = None,
    limit: int = 50,
    far: bool = False,
) -> Found:
    """Return a page: the newest, or what is older than `before`, or newer than `after`.

    It looks `far` for who would rather wait than go on bit by bit.
    """
    way = _Way(before or after, after is None, search.subject is not None)
    edge = (
        None if _is_narrow(search) else _edge(session, search, way, FAR if far else MOST_LOOKED_AT)
    )
    query = (
        select(ConsentRecord)
        .where(*search.conditions(), *way.beyond(way.place), *way.until(edge))
        .order_by(*way.order)
        .limit(limit + 1)
        .prefix_with("/* records.find */")
    )
    rows = list(session.scalars(query))
    onward = edge
    if len(rows) > limit:
        del rows[limit:]
        onward = rows[-1].id
    stopped = edge is not None and onward == edge
    behind = rows[0].id if rows and way.place else way.place
    if behind and not rows:
        # Nothing here: the way back begins at the place itself, which would be passed over.
        behind = _neighbour(behind, older=way.older)
    if not way.older:
        rows.reverse()
    older, newer = (onward, behind) if way.older else (behind, onward)
    return Found(tuple(rows), older, newer, ids.moment_of(edge) if stopped and edge else None)


def total(session: Session, search: Search) -> Total:
    """Return how many match, exactly up to ten thousand; beyond, or where it is dear, at least.

    `count` says it exactly at any price.
    """
    looked = (
        None
        if _is_narrow(search)
        else _edge(session, search, _Way(None, older=True), MOST_LOOKED_AT)
    )
    way = _Way(None, older=True, of_person=search.subject is not None)
    found = (
        select(ConsentRecord.id)
        .where(*search.conditions(), *way.until(looked))
        .order_by(*way.order)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    query = select(func.count()).select_from(found).prefix_with("/* records.total */")
    number = session.scalar(query) or 0
    if number > MOST_COUNTED:
        return Total(MOST_COUNTED, is_exact=False)
    return Total(number, is_exact=looked is None)


def _is_narrow(search: Search) -> bool:
    """Say whether an index leads to what matches: no row is looked at for nothing."""
    if search.subject is not None or search.record is not None:
        return True
    return not (search.facts() or (search.late and search.suspicious))


def _edge(session: Session, search: Search, way: _Way, most: int) -> UUID | None:
    """Return the last row that a page may look at, None where it may look at all that is left."""
    # Of two marks the rarer leads.
    late = None if search.suspicious else search.late
    indexed = Search(
        search.site_id, search.start, search.end, late=late, suspicious=search.suspicious
    )
    query = (
        select(ConsentRecord.id)
        .where(*indexed.conditions(), *way.beyond(way.place))
        .order_by(*way.order)
        .offset(most - 1)
        .limit(2)
    )
    edge, *further = (*session.scalars(query.prefix_with("/* records.find_edge */")), None)
    return edge if len(further) > 1 else None


def _beside(place: UUID | None, *, older: bool, included: bool) -> list[ColumnElement[bool]]:
    if place is None:
        return []
    moment = ids.moment_of(place)
    # Said twice: by the row value an index is entered, by the moment months are passed over.
    key = tuple_(ConsentRecord.recorded_at, ConsentRecord.id)
    here = tuple_(literal(moment, UtcTime()), literal(place, Uuid()))
    month = ConsentRecord.recorded_at
    if older:
        return [month <= moment, key <= here if included else key < here]
    return [month >= moment, key >= here if included else key > here]


def _neighbour(place: UUID, *, older: bool) -> UUID:
    """Return the id just beyond a place, so that a page back from it has the place itself."""
    return UUID(int=min(max(place.int + (-1 if older else 1), 0), (1 << 128) - 1))
