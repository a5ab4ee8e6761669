"""How long work is told to whoever waits, and how its failures become sentences."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy.exc import DBAPIError

from consent.errors import BackupError

CHUNK = 1024 * 1024

# Opened with a name and the bytes in all (None: nobody knows); gives what is called with each step.
Work = Callable[[str, int | None], AbstractContextManager[Callable[[int], object]]]


@contextmanager
def in_sentences() -> Iterator[None]:
    """Turn what disk and database say into our own errors."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise BackupError(f"{where}{error.strerror or error}.") from error
    except DBAPIError as error:
        raise BackupError(f"The database says: {str(error.orig).strip()}") from error
