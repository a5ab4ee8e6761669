"""The figures of a period: what was shown, decided and withdrawn, over time and by group.

Late and suspicious decisions are counted apart: they stand in `apart` and in no other figure.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from consent.insights.count import logs_of, waiting
from consent.insights.facets import (
    ANSWERS,
    FACETS,
    GROUPED,
    MONTH,
    SHOWN,
    SHOWN_THOUSANDTHS,
    Facet,
    day_of,
    month_of,
)
from consent.insights.models import InsightCount, InsightMark
from consent.insights.shown import THOUSANDTHS
from consent.records import Action

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tally:
    """How many of each action, and how many banners: `reported`, which stand for `thousandths`."""

    actions: Mapping[str, int] = field(default_factory=dict)
    reported: int = 0
    thousandths: int = 0

    @property
    def decisions(self) -> int:
        """Return how many decisions of all kinds."""
        return sum(self.actions.values())

    @property
    def shown(self) -> int:
        """Return about how many banners were shown."""
        return round(self.thousandths / THOUSANDTHS)

    @property
    def answers(self) -> int:
        """Return how many accepted, rejected or chose."""
        return sum(self.actions.get(action, 0) for action in ANSWERS)

    def number(self, action: str) -> int:
        """Return how many of one action."""
        return self.actions.get(action, 0)


@dataclass(frozen=True)
class Span:
    """Some days, from the first included to the last not included, and what they add up to.

    `ignored` is None where no banner was counted: then nobody knows.
    """

    start: datetime
    end: datetime
    tally: Tally
    ignored: int | None


@dataclass(frozen=True)
class Group:
    """One value of a facet."""

    value: str
    tally: Tally


@dataclass(frozen=True)
class Consented:
    """One category: in how many decisions it was granted, and in how many refused."""

    key: str
    granted: int
    refused: int


@dataclass(frozen=True)
class Apart:
    """Decisions that stand in no other figure; `both` are late and suspicious at once."""

    late: int
    suspicious: int
    both: int

    @property
    def total(self) -> int:
        """Return how many there are."""
        return self.late + self.suspicious + self.both


@dataclass(frozen=True)
class Figures:
    """What a site's decisions of a period add up to.

    `waiting` leaves are not counted yet. `missed` decisions, of any time, were erased before they
    could be counted.
    """

    whole: Span
    spans: tuple[Span, ...]
    groups: Mapping[Facet, tuple[Group, ...]]
    categories: tuple[Consented, ...]
    apart: Apart
    missed: int
    waiting: int
    counted_at: datetime | None


def figures(
    session: Session, site_id: int, start: datetime, end: datetime, *, days_each: int = 1
) -> Figures:
    """Return the figures of whole days in UTC, by steps of so many days."""
    start, end = day_of(start), day_of(end)
    by_day = _by_day(session, site_id, start, end)
    found = _by_group(session, site_id, start, end)
    spans = []
    at = start
    while at < end:
        after = min(at + days_each * DAY, end)
        spans.append(_span(by_day, at, after))
        at = after
    counted = [mark for mark in _marks(session, site_id) if mark.size]
    return Figures(
        _span(by_day, start, end),
        tuple(spans),
        {facet: _groups(found[facet]) for facet in FACETS},
        _categories(found),
        _apart(session, site_id, start, end),
        sum(mark.missed for mark in counted),
        waiting(session, site_id),
        max((mark.counted_at for mark in counted), default=None),
    )


@dataclass
class _Day:
    """What one day has: numbers by action, and how many first answers there were."""

    numbers: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    answered: int = 0


def _by_day(session: Session, site_id: int, start: datetime, end: datetime) -> dict[datetime, _Day]:
    # These facets have one value: each row is a sum already.
    query = select(
        InsightCount.day,
        InsightCount.facet,
        InsightCount.action,
        InsightCount.late,
        InsightCount.suspicious,
        InsightCount.number,
    ).where(*_within(site_id, start, end), InsightCount.facet.in_((Facet.ALL, Facet.ANSWER)))
    found: defaultdict[datetime, _Day] = defaultdict(_Day)
    for row in session.execute(query.prefix_with("/* insights.by_day */")):
        if row.facet == Facet.ANSWER:
            # Whoever answers late, or with a strange claim, has answered all the same.
            found[row.day].answered += int(row.number)
        elif not (row.late or row.suspicious):
            found[row.day].numbers[row.action] += int(row.number)
    return found


def _by_group(
    session: Session, site_id: int, start: datetime, end: datetime
) -> dict[str, dict[str, dict[str, int]]]:
    columns = (InsightCount.facet, InsightCount.value, InsightCount.action)
    found: defaultdict[str, dict[str, dict[str, int]]] = defaultdict(dict)
    # One after the other: each has a range of the index, and together they have none.
    for part in _days_and_months(start, end):
        query = (
            select(*columns, func.sum(InsightCount.number).label("number"))
            .where(
                InsightCount.site_id == site_id,
                part,
                InsightCount.late.is_(False),
                InsightCount.suspicious.is_(False),
            )
            .group_by(*columns)
        )
        for row in session.execute(query.prefix_with("/* insights.by_group */")):
            counts = found[row.facet.removesuffix(MONTH)].setdefault(row.value, defaultdict(int))
            counts[row.action] += int(row.number)
    return found


def _days_and_months(start: datetime, end: datetime) -> Iterator[ColumnElement[bool]]:
    """Yield what a period is made of: its whole months, and the days before and after them."""
    first = month_of(start + 31 * DAY) if start != month_of(start) else start
    last = max(month_of(end), first)
    if first >= last:
        first = last = end
    monthly = [facet + MONTH for facet in GROUPED]
    for facets, begin, after in (
        (GROUPED, start, first),
        (monthly, first, last),
        (GROUPED, last, end),
    ):
        if begin < after:
            day = InsightCount.day
            yield and_(InsightCount.facet.in_(facets), day >= begin, day < after)


def _apart(session: Session, site_id: int, start: datetime, end: datetime) -> Apart:
    columns = (InsightCount.late, InsightCount.suspicious)
    query = (
        select(*columns, func.sum(InsightCount.number))
        .where(*_within(site_id, start, end), InsightCount.facet == Facet.ALL)
        .group_by(*columns)
    )
    rows = session.execute(query.prefix_with("/* insights.apart */"))
    found = {(late, suspicious): int(number) for late, suspicious, number in rows}
    return Apart(
        late=found.get((True, False), 0),
        suspicious=found.get((False, True), 0),
        both=found.get((True, True), 0),
    )


def _marks(session: Session, site_id: int) -> list[InsightMark]:
    logs = [log_id for log_id, owner in logs_of(session).items() if owner == site_id]
    query = select(InsightMark).where(InsightMark.log_id.in_(logs))
    return list(session.scalars(query.prefix_with("/* insights.marks */")))


def _within(site_id: int, start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    return [InsightCount.site_id == site_id, InsightCount.day >= start, InsightCount.day < end]


def _span(by_day: Mapping[datetime, _Day], start: datetime, end: datetime) -> Span:
    total: defaultdict[str, int] = defaultdict(int)
    ignored: int | None = None
    for day, found in by_day.items():
        if not start <= day < end:
            continue
        for action, number in found.numbers.items():
            total[action] += number
        if SHOWN in found.numbers:
            shown = _tally(found.numbers).shown
            ignored = (ignored or 0) + max(0, shown - found.answered)
    return Span(start, end, _tally(total), ignored)


def _tally(numbers: Mapping[str, int]) -> Tally:
    actions = {action.value: numbers[action] for action in Action if numbers.get(action)}
    return Tally(actions, numbers.get(SHOWN, 0), numbers.get(SHOWN_THOUSANDTHS, 0))


def _groups(found: Mapping[str, Mapping[str, int]]) -> tuple[Group, ...]:
    groups = [Group(value, _tally(numbers)) for value, numbers in found.items()]
    return tuple(
        sorted(groups, key=lambda each: (-each.tally.decisions, -each.tally.shown, each.value))
    )


def _categories(found: Mapping[str, Mapping[str, Mapping[str, int]]]) -> tuple[Consented, ...]:
    granted, refused = found[Facet.GRANTED], found[Facet.REFUSED]
    return tuple(
        Consented(key, sum(granted.get(key, {}).values()), sum(refused.get(key, {}).values()))
        for key in sorted({*granted, *refused})
    )
