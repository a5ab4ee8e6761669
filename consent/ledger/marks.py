"""The high-water mark: the last checkpoint this machine signed, in a file outside the database.

A database restored to before it must not sign again: two logs would bear the same name. Each node
has its own mark, and an older one is no trouble, since it only has to be a beginning of the log.
"""

from pathlib import Path
from urllib.parse import quote

from consent.files import put


class Marks:
    """The marks of all logs in one folder, beside the signing key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, origin: str) -> str | None:
        """Return the last note signed for a log, or None."""
        try:
            return self._path(origin).read_text("utf-8")
        except FileNotFoundError:
            return None

    def keep(self, origin: str, note: str) -> None:
        """Write a mark down, durable when this returns."""
        put(self._path(origin), note.encode(), 0o600)

    def _path(self, origin: str) -> Path:
        return self._folder / f"{quote(origin, safe='')}.latest"
