"""Regions and consent models: which rule holds where, in the order in which they are asked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import ValidationError

from consent import regulations
from consent.errors import InvalidFieldsError
from consent.notices.editing.parts import Document
from consent.notices.schemas import RegionSchema

EVERYWHERE = "*"


def places(text: str) -> list[str]:
    """Return the places somebody wrote in a line, each once, as codes are written."""
    written = [each for each in re.split(r"[\s,;]+", text) if each]
    return list(dict.fromkeys(each.upper() for each in written))


def set_regions(document: Document, rules: Sequence[Mapping[str, Any]]) -> Document:
    """Set the rules; refuses a place that stands twice and a rule that none would ever reach."""
    known = {each["key"] for each in document["categories"] if not each.get("locked")}
    problems: dict[str, Any] = {}
    found = []
    for number, rule in enumerate(rules):
        try:
            found.append(RegionSchema().load(_plain(rule)))
        except ValidationError as error:
            problems[str(number)] = error.messages
            continue
        if set(rule.get("models", {})) - known:
            problems[str(number)] = {"models": ["Only categories that are not always on."]}
    problems |= _unreachable(rules)
    if not rules:
        problems["0"] = {"match": ["Keep at least one rule."]}
    if problems:
        raise InvalidFieldsError(problems)
    return {**document, "regions": found}


def rule_in(document: Document, region: str | None) -> regulations.Rule:
    """Return the rule of a document that holds in a region."""
    rules = [
        regulations.Rule(
            tuple(each["match"]),
            regulations.Model(each["model"]),
            each.get("gpc", "apply"),
            {key: regulations.Model(model) for key, model in each.get("models", {}).items()},
        )
        for each in document["regions"]
    ]
    return regulations.rule_for(rules, region)


def _plain(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what says nothing."""
    return {key: value for key, value in rule.items() if key != "models" or value}


def _unreachable(rules: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    named: set[str] = set()
    problems: dict[str, Any] = {}
    for number, rule in enumerate(rules):
        match = rule.get("match") or []
        again = [place for place in match if place in named]
        if EVERYWHERE in named:
            sentence = "A rule above holds everywhere, so this one is never asked: move it up."
            problems[str(number)] = {"match": [sentence]}
        elif again:
            problems[str(number)] = {"match": [f"Named above already: {', '.join(again)}."]}
        named.update(match)
    return problems
