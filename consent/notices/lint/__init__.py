"""Rules of regulators over a notice, before it is published. Pure: a document in, findings out.

To add a rule: a check and a row in the RULES of its subject's module. What a refusing rule finds
is not published unless whoever publishes writes down why. What cannot be broken in this format has
no rule: the snippet alone decides that three equal buttons stand on the first layer, that every
switch is off where consent is asked, that closing decides nothing and that nothing bars the page.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from consent.notices import texts
from consent.notices.lint import look, models, stored, words
from consent.notices.lint.finding import Finding, Level, Rule

__all__ = ["REFUSING", "RULES", "Finding", "Level", "Rule", "lint"]

RULES: tuple[Rule, ...] = (*models.RULES, *words.RULES, *stored.RULES, *look.RULES)
REFUSING = frozenset(rule.key for rule in RULES if rule.level == "refuse")


def lint(document: Mapping[str, Any], *, languages: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return what is wrong with a notice that the schema accepts, what refuses first.

    `languages` are those the site promises besides the ones that the notice has.
    """
    written = document["texts"]
    looked_at = {
        **document,
        # As it is shown, and as its authors wrote it.
        "texts": texts.completed(written, document["default_language"]),
        "written": written,
        "promised": tuple(languages),
    }
    found = [each for rule in RULES for each in rule.findings(looked_at)]
    return tuple(sorted(found, key=lambda each: each.level == "warn"))
