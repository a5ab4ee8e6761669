"""What every export format is: a key, a label, a media type and one function over a stream."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

# A row is flat: column name to text, number, truth or None; nested facts are dicts.
RowDict = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """One format. `write(columns, rows, stream)` never holds more than one row."""

    key: str
    label: str
    media_type: str
    write: Callable[[Sequence[str], Iterator[RowDict], BinaryIO], None]
