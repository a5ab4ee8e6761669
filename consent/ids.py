"""Public ids.

A record id is a UUIDv7 (RFC 9562) whose time is the record's own `recorded_at`: the id alone leads
to the month that holds the row, so partitions are never searched one by one. It carries 74 random
bits and opens nothing without a signed token. A subject is 128 random bits and says nothing.
"""

import secrets
import uuid
from datetime import datetime

from uuid_utils import compat

from consent import clock


def new_record_id(recorded_at: datetime) -> uuid.UUID:
    """Make a record id that carries the given moment, to the millisecond."""
    return compat.uuid7(nanoseconds=clock.to_ms(recorded_at) * 1_000_000)


def moment_of(record_id: uuid.UUID) -> datetime:
    """Read the moment back out of a record id; any other UUID gives some date, hence no row."""
    return clock.from_ms(min(record_id.int >> 80, _YEAR_9999))


def new_subject_id() -> str:
    """Make the pseudonymous id of a visitor: `s_` and 128 random bits."""
    return "s_" + secrets.token_urlsafe(16)


def new_event_id() -> str:
    """Make an event id for a form that the server renders: a UUIDv7 of now."""
    return str(compat.uuid7())


_YEAR_9999 = 253_370_764_800_000
