"""Which days figures are of: whole days in UTC, the last ones where none are named."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from marshmallow import ValidationError

from consent import clock
from consent.errors import InvalidFieldsError
from consent.insights.facets import day_of
from consent.insights.schemas import MOST_DAYS, PeriodSchema

USUAL_DAYS = 30
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From the first moment of a day to the first after the last day."""

    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return (self.end - self.start) // DAY

    @property
    def days_each(self) -> int:
        """Return how many days a step has, so that there are neither few nor many of them."""
        if self.days <= 45:
            return 1
        return 7 if self.days <= 200 else 30


def period(query: Mapping[str, str]) -> Period:
    """Return the period of a query: `from` and `to` are its first and last day."""
    filled = {name: value for name, value in query.items() if value != ""}
    try:
        return period_of(PeriodSchema(only=("from_", "to")).load(filled))
    except ValidationError as error:
        raise InvalidFieldsError(error.messages_dict) from error


def period_of(facts: Mapping[str, date]) -> Period:
    """Return the period of what the schema has read."""
    end = _day(facts["to"]) + DAY if "to" in facts else day_of(clock.now()) + DAY
    start = _day(facts["from_"]) if "from_" in facts else end - USUAL_DAYS * DAY
    if start >= end:
        raise InvalidFieldsError({"to": ["It must not be before the first day."]})
    if end - start > MOST_DAYS * DAY:
        raise InvalidFieldsError({"from": [f"Choose at most {MOST_DAYS} days."]})
    return Period(start, end)


def _day(value: date) -> datetime:
    return day_of(value) if isinstance(value, datetime) else datetime.combine(value, time(), UTC)
