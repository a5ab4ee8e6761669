"""The one clock: aware UTC, cut to milliseconds because evidence carries milliseconds."""

from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Return the present moment in UTC; tests freeze this."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """Return milliseconds since 1970 without passing through a float."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def from_ms(ms: int) -> datetime:
    """Return the moment of milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def to_text(moment: datetime) -> str:
    """Return RFC 3339 in UTC with milliseconds and a `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
