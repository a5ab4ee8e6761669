"""What a rule finds: a place in the document, what was found there, and what to do about it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["refuse", "warn"]
Path = tuple[str | int, ...]
Document = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """One place where a notice breaks a rule; `measured` is what was found there.

    The message says what to do and is the same for every place, so that it can be translated.
    """

    rule: str
    level: Level
    path: Path
    message: str
    source: str
    measured: str | None = None


Place = tuple[Path, str | None]
Check = Callable[[Document], Iterator[Place]]


@dataclass(frozen=True)
class Rule:
    """One rule: its key for ever, whether it refuses or warns, who says so, what to do."""

    key: str
    level: Level
    source: str
    message: str
    check: Check

    def findings(self, document: Document) -> Iterator[Finding]:
        """Yield every place that breaks it."""
        for path, measured in self.check(document):
            yield Finding(self.key, self.level, path, self.message, self.source, measured)
