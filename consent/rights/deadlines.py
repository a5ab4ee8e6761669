"""By when a request is answered (GDPR Art. 12(3)): one month, and two more with a reason. Pure.

A month is one of the calendar, counted as Regulation 1182/71 does: it ends with the day of the same
number, or with the last one of a shorter month. Days are those of UTC.
"""

from datetime import datetime

import isodate

ANSWERED_WITHIN = isodate.Duration(months=1)
EXTENDED_TO = isodate.Duration(months=3)


def due_after(opened_at: datetime) -> datetime:
    """Return the end of the day by which a request is answered."""
    return _end_of_day(opened_at + ANSWERED_WITHIN)


def extended_until(opened_at: datetime) -> datetime:
    """Return the end of the day by which an extended request is answered."""
    return _end_of_day(opened_at + EXTENDED_TO)


def _end_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=23, minute=59, second=59, microsecond=0)
