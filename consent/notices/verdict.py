"""What the linter says of a version that is published, for everybody to read."""

import json
from dataclasses import dataclass

from consent.notices.lint import RULES, Rule, lint
from consent.notices.models import NoticeVersion

MOST_REMEMBERED = 1024


@dataclass(frozen=True)
class Verdict:
    """How many rules were looked at, and those that a version breaks, by today's linter."""

    checked: int
    broken: tuple[Rule, ...]

    @property
    def held(self) -> int:
        """Return how many rules hold."""
        return self.checked - len(self.broken)


def verdict(version: NoticeVersion) -> Verdict:
    """Return what the linter of this release says of a published version."""
    if version.digest not in _given:
        if len(_given) >= MOST_REMEMBERED:
            _given.clear()
        found = {each.rule for each in lint(json.loads(version.document))}
        broken = tuple(rule for rule in RULES if rule.key in found)
        _given[version.digest] = Verdict(len(RULES), broken)
    return _given[version.digest]


_given: dict[str, Verdict] = {}
