"""What every export format is: a key, a label, a media type and one function over a stream."""

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

# A row is flat: column name to text, number, truth or None; nested facts are dicts.
RowDict = dict[str, Any]
# What an export says of itself, a name and a text each, for formats that have a place for it.
Facts = Sequence[tuple[str, str]]

# What columns hold that are no text; each category is a truth too.
TIMES = frozenset({"recorded_at", "decided_at", "expires_at"})
NUMBERS = frozenset({"sequence", "notice_version"})
TRUTHS = frozenset({"late", "gpc"})
LISTS = frozenset({"disagrees"})
CATEGORY = "category_"


@dataclass(frozen=True)
class Format:
    """One format. `write(columns, rows, stream, facts)` holds few rows at a time, never all.

    `needs` is a package that is not always installed, `extra` what brings it.
    """

    key: str
    label: str
    media_type: str
    write: Callable[[Sequence[str], Iterator[RowDict], BinaryIO, Facts], None]
    needs: str = ""
    extra: str = ""

    @property
    def missing(self) -> str:
        """Return what has to be installed first, in a sentence; empty where nothing has."""
        if not self.needs or importlib.util.find_spec(self.needs) is not None:
            return ""
        return f"This format needs a package: install consent-service[{self.extra}]."
