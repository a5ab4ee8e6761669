"""Rules about what can be read, told apart and found again."""

import re
from collections.abc import Iterator

from consent.notices import theme as themes
from consent.notices.lint.finding import Document, Place, Rule

_ONE_BUTTON = re.compile(r"--consent-.*(accept|reject|allow|refuse|primary|secondary)")


def _contrast(document: Document) -> Iterator[Place]:
    for sentence in themes.problems(document.get("theme", {})):
        yield ("theme",), sentence


def _one_button(document: Document) -> Iterator[Place]:
    for name in document.get("theme", {}):
        if _ONE_BUTTON.match(name):
            yield ("theme", name), name


def _way_back(document: Document) -> Iterator[Place]:
    if not document.get("options", {}).get("reopen_button"):
        yield ("options", "reopen_button"), None


RULES = (
    Rule(
        "contrast",
        "refuse",
        "WCAG 2.2, 1.4.3 and 1.4.11; EDPB Cookie Banner Taskforce 2023, 17-18",
        "These colours cannot be read or told apart. Use 4.5:1 for text and 3:1 for switches, "
        "buttons and the focus ring.",
        _contrast,
    ),
    Rule(
        "unequal-buttons",
        "refuse",
        "EDPB Cookie Banner Taskforce 2023, 17-18; CNIL 2020-092, 34",
        "This would colour one button of the first layer and not the others. All share the accent: "
        "take it out.",
        _one_button,
    ),
    Rule(
        "way-back",
        "warn",
        "GDPR Art. 7(3); EDPB Cookie Banner Taskforce 2023, 32-35",
        "Changing one's mind must be as easy as agreeing. Show the button that reopens the center, "
        "or put a link with data-consent-open on every page.",
        _way_back,
    ),
)
