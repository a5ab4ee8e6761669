"""Regions and consent models.

A region is an ISO 3166-1 country (`DE`) or an ISO 3166-2 subdivision (`US-CA`). In a notice `EU`
stands for the European Economic Area and `*` for everywhere else, the unknown included.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

EEA = (
    *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"),
    *("IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"),
)
REGION = r"[A-Z]{2}(-[A-Z0-9]{1,3})?"


class Model(StrEnum):
    """Consent models, strictest first."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    NOTICE_ONLY = "notice_only"


@dataclass(frozen=True)
class Rule:
    """What holds in some regions: the model, exceptions by category, what a GPC signal does."""

    match: tuple[str, ...] = ("*",)
    model: Model = Model.OPT_IN
    gpc: str = "apply"
    models: Mapping[str, Model] = field(default_factory=dict)

    def model_of(self, category: str) -> Model:
        """Return the model for one category."""
        return self.models.get(category, self.model)


def is_region(text: str) -> bool:
    """Say whether a text has the shape of an ISO 3166 code."""
    return bool(re.fullmatch(REGION, text))


def expand(match: Iterable[str]) -> tuple[str, ...]:
    """Write `EU` out as the countries it stands for."""
    return tuple(code for name in match for code in (EEA if name == "EU" else (name,)))


def differ(rules: Sequence[Rule]) -> bool:
    """Say whether it matters where a visitor is. Where no rule matches, the strictest one holds."""
    held = [*rules, rule_for(rules, None)]
    return any(_terms(rule) != _terms(held[0]) for rule in held)


def _terms(rule: Rule) -> tuple[Model, str, Mapping[str, Model]]:
    return rule.model, rule.gpc, rule.models


def rule_for(rules: Sequence[Rule], region: str | None) -> Rule:
    """Return the first rule that matches; `*` alone matches an unknown region; none is opt-in."""
    for rule in rules:
        codes = expand(rule.match)
        if "*" in codes:
            return rule
        if region and (region in codes or region.partition("-")[0] in codes):
            return rule
    return Rule()
