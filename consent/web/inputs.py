"""What people type into forms and addresses, read in one way wherever it is asked for."""

from datetime import UTC, datetime

# Years that calendars of both databases and every conversion between zones can take.
FIRST_YEAR, LAST_YEAR = 1971, 2999


def whole(text: str, digits: int) -> int | None:
    """Return a whole number of at most so many plain digits, or None for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= digits
    return int(text) if is_number else None


def moment(text: str) -> datetime | None:
    """Return a day or moment in UTC, which holds where no zone is said; None for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
