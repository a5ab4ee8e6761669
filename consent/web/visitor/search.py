"""Searching and filtering the lists: case, accents and the order of words do not matter.

The same folding as `static/js/snippet/center/search.js`, so that both find the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from consent.notices.wording import folded

# Nobody searches for more; what is longer would only cost time.
LONGEST = 200


@dataclass(frozen=True)
class Narrowing:
    """What the visitor searches for, and the categories to show only; none means all."""

    query: str
    only: frozenset[str]
    names: Mapping[str, str]

    @property
    def is_active(self) -> bool:
        """Say whether anything may be hidden."""
        return bool(self._words or self.only)

    def shows(self, category: str, *texts: str) -> bool:
        """Say whether an entry is shown: every word must occur in its texts or its category."""
        if self.only and category not in self.only:
            return False
        if not self._words:
            return True
        text = folded(" ".join((*texts, self.names[category])))
        return all(word in text for word in self._words)

    @cached_property
    def _words(self) -> list[str]:
        return folded(self.query).split()
