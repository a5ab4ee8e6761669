"""Consent modes of others (Google, Microsoft UET, Clarity): denied first, then their tags.

The rules are Google's own: `default` stands before its tag and before any `config`, says `denied`
for all that waits, and `wait_for_update` gives a banner that loads later its time.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from consent import snippet
from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.page.reading import Document, Element
from consent.doctor.page.sight import Sight
from consent.doctor.page.waiting import inlined

_Q = r"""["'`]"""
_GRANTED = re.compile(rf"""{_Q}?(\w+){_Q}?\s*:\s*{_Q}granted{_Q}""")
_BRACES = re.compile(r"[^{]{0,80}(\{[^{}]*\})")
# Granted always, and harmless.
_HARMLESS = frozenset({"security_storage"})
_NEEDED = ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")


@dataclass(frozen=True)
class Mode:
    """How one company is told; `default` and `use` are looked for in inline scripts."""

    key: str
    label: str
    hosts: frozenset[str]
    default: re.Pattern[str]
    use: re.Pattern[str]

    @property
    def stub(self) -> str:
        """Return what says denied, to be put before everything of that company."""
        return f"<script>{snippet.stub([self.key])}</script>"


MODES = (
    Mode(
        "google",
        "Google Consent Mode",
        frozenset({"www.googletagmanager.com", "googletagmanager.com"}),
        re.compile(rf"\(\s*{_Q}consent{_Q}\s*,\s*{_Q}default{_Q}"),
        re.compile(rf"gtag\(\s*{_Q}(config|event){_Q}|gtm\.start"),
    ),
    Mode(
        "uet",
        "Microsoft UET",
        frozenset({"bat.bing.com"}),
        re.compile(rf"uetq[^;]{{0,40}}\.push\(\s*{_Q}consent{_Q}\s*,\s*{_Q}default{_Q}"),
        re.compile(rf"new UET\b|uetq\.push\(\s*{_Q}(event|pageLoad){_Q}"),
    ),
    Mode(
        "clarity",
        "Microsoft Clarity",
        frozenset({"www.clarity.ms"}),
        re.compile(rf"clarity\(\s*{_Q}consentv2{_Q}"),
        re.compile(r"(?!)"),
    ),
)


@dataclass(frozen=True, order=True)
class Event:
    """Something at a place of the page: element, then character in its text."""

    order: int
    at: int
    line: int
    said: str = ""


def modes(sight: Sight) -> Iterator[Finding]:
    """Look at each mode whose company stands in the page."""
    for mode in MODES:
        uses, waits = _uses(mode, sight.document)
        defaults = _defaults(mode, sight)
        if uses:
            yield from _order(mode, sight, min(uses), defaults)
            yield from _words(mode, sight, defaults)
        elif waits and mode.key not in sight.modes and not defaults:
            yield note(
                mode.key,
                f"{mode.label}: its tags wait, and once one is released it is told nothing of the "
                "other categories.",
                f'Put "consent_modes": ["{mode.key}"] among the notice\'s options.',
                lines=waits,
            )


def _order(mode: Mode, sight: Sight, first: Event, defaults: list[Event]) -> Iterator[Finding]:
    where = {"lines": (first.line,)}
    early = [each for each in defaults if each < first]
    by_loader = mode.key in sight.modes
    if not early and any(each < first for each in _by_loader(mode, sight)):
        yield ok(mode.key, f"{mode.label}: the snippet says denied before its tag.")
        return
    if early:
        yield ok(mode.key, f"{mode.label}: the default stands before its tag (line {first.line}).")
        return
    if defaults:
        yield failed(
            mode.key,
            f"{mode.label}: the default (line {defaults[0].line}) comes after its tag or its "
            "first command, which ran as if all were granted.",
            "Move it up, before everything of that company:", **where, paste=(mode.stub,),
        )  # fmt: skip
    else:
        late = " The snippet says it, but async, so too late." if by_loader else ""
        yield failed(
            mode.key,
            f"{mode.label}: its tag runs and nobody said denied before it.{late}",
            "Put this before it, or mark the tag:", **where, paste=(mode.stub,),
        )  # fmt: skip


def _words(mode: Mode, sight: Sight, defaults: list[Event]) -> Iterator[Finding]:
    """Look at what the defaults say."""
    regional = any("region" in each.said for each in defaults)
    for each in defaults:
        where = {"lines": (each.line,)}
        granted = [name for name in _GRANTED.findall(each.said) if name not in _HARMLESS]
        if granted:
            kind: Any = warning if regional else failed
            yield kind(
                mode.key,
                f"{mode.label}: the default grants {', '.join(granted)} before any choice"
                + (", outside the regions it names." if regional else "."),
                "Say denied; grant only for regions in which the notice does not ask first.",
                **where,
            )
    if mode.key != "google" or not defaults:
        return
    said = " ".join(each.said for each in defaults)
    lines = {"lines": tuple(each.line for each in defaults)}
    if missing := [name for name in _NEEDED if name not in said]:
        yield warning(
            mode.key, f"{mode.label}: the default does not name {', '.join(missing)}.",
            "What is not named counts as granted: name them all.", **lines,
        )  # fmt: skip
    if sight.loader and sight.loader.is_late and "wait_for_update" not in said:
        yield warning(
            mode.key,
            f"{mode.label}: the snippet is async, and the default has no wait_for_update.",
            "Add wait_for_update:500, so that a stored choice arrives in time.",
            **lines,
        )


def is_told_first(sight: Sight, host: str) -> bool:
    """Say whether a tag of this host runs unmarked on purpose: told denied before it loads."""
    for mode in MODES:
        if host in mode.hosts and mode.key != "clarity":
            uses, _ = _uses(mode, sight.document)
            said = [*_defaults(mode, sight), *_by_loader(mode, sight)]
            return bool(uses and said and min(said) < min(uses))
    return False


def _by_loader(mode: Mode, sight: Sight) -> Iterator[Event]:
    loader = sight.loader
    if loader is not None and mode.key in sight.modes and not loader.is_late:
        yield Event(loader.element.order, 0, loader.element.line)


def _uses(mode: Mode, document: Document) -> tuple[list[Event], tuple[int, ...]]:
    """Return where the company's tags run, and the lines of those that wait."""
    runs: list[Event] = []
    waits: list[int] = []
    for element in document.elements:
        if element.name != "script" or element.in_template:
            continue
        source = document.address(element.get("src") or element.get("data-src"))
        is_tag = (urlsplit(source).hostname or "") in mode.hosts
        places = [match.start() for match in mode.use.finditer(element.text)]
        if not places and (is_tag or inlined(element.text) & mode.hosts):
            places = [0]
        if places and not element.is_script:
            waits.append(element.line)
        else:
            runs += [_event(element, at) for at in places]
    return runs, tuple(waits)


def _defaults(mode: Mode, sight: Sight) -> list[Event]:
    found = []
    for element in sight.document.elements:
        if not element.is_script or element.in_template or element.get("src"):
            continue
        for match in mode.default.finditer(element.text):
            braces = _BRACES.match(element.text, match.end())
            found.append(_event(element, match.start(), braces[1] if braces else ""))
    return found


def _event(element: Element, at: int, said: str = "") -> Event:
    return Event(element.order, at, element.line + element.text.count("\n", 0, at), said)
