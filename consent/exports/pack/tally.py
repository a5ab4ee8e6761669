"""What a pack adds up to, counted while its rows are written: memory grows with kinds, not rows."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from consent.ledger import CLEAR, Kind, Leaf


@dataclass
class Decisions:
    """The records of a pack: how many, by action, month, category and version."""

    records: int = 0
    actions: Counter[str] = field(default_factory=Counter)
    months: Counter[tuple[str, str]] = field(default_factory=Counter)
    granted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    versions: Counter[int] = field(default_factory=Counter)

    def add(self, row: Row[Any]) -> None:
        """Count one record."""
        self.records += 1
        self.actions[row.action] += 1
        self.months[f"{row.recorded_at:%Y-%m}", row.action] += 1
        self.versions[row.notice_version] += 1
        for key, is_granted in row.categories.items():
            (self.granted if is_granted else self.refused)[key] += 1


@dataclass
class Leaves:
    """The leaves of a pack: how many of each kind, how many are erased, and on what ground."""

    kinds: Counter[str] = field(default_factory=Counter)
    erased: Counter[str] = field(default_factory=Counter)
    erasures: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)

    def add(self, leaf: Leaf) -> None:
        """Count one leaf."""
        self.kinds[leaf.kind] += 1
        if leaf.payload is None and leaf.kind not in CLEAR:
            self.erased[leaf.kind] += 1
        elif leaf.kind == Kind.ERASE and leaf.payload is not None:
            found = json.loads(leaf.payload)
            self.erasures[found["ground"]] += 1
            self.named[found["ground"]] += len(found["erased"])

    def open(self, kind: str) -> int:
        """Return how many leaves of a kind can still be read."""
        return self.kinds[kind] - self.erased[kind]
