"""Tags of others: those that run before any choice, and marks that do not do what was meant."""

import difflib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from consent.doctor.findings import Finding, failed, warning
from consent.doctor.page import modes
from consent.doctor.page.companies import Found
from consent.doctor.page.reading import HINTS, MARK, VENDOR, Element
from consent.doctor.page.sight import Sight
from consent.doctor.page.waiting import inlined, inserted, styled, waiting

CATEGORIES = ("necessary", "functional", "targeting", "performance")
# What other tools call the same.
ALIKE = {
    "marketing": "targeting", "advertising": "targeting", "ads": "targeting",
    "analytics": "performance", "statistics": "performance", "measurement": "performance",
    "preferences": "functional", "functionality": "functional", "essential": "necessary",
}  # fmt: skip
MOST_PASTES = 3


def unmarked(sight: Sight) -> Iterator[Finding]:
    """Find what loads from others without waiting, and give each its marked form."""
    loose = [
        (host, element)
        for element in sight.document.elements
        if not element.is_marked and not element.in_template and element not in sight.tags
        for host in sorted(_others(sight, element))
    ]
    # Many of one kind are one finding.
    for key, group in groupby(sorted(loose, key=_kind), key=_kind):
        yield _loose(sight, key[0], [element for _, element in group])


def hints(sight: Sight) -> Iterator[Finding]:
    """Find hints that open a connection to others before any choice."""
    for element in sight.document.elements:
        host = urlsplit(sight.document.address(element.get("href"))).hostname or ""
        if element.name == "link" and element.rels & HINTS and host and not _is_free(sight, host):
            yield warning(
                "hint",
                f"{' '.join(sorted(element.rels & HINTS))} tells {host} of the visitor before any "
                "choice.",
                "Take it out; where speed matters, let a marked template bring it.",
                lines=(element.line,),
            )


def mistaken(sight: Sight) -> Iterator[Finding]:
    """Find marks by which a tag runs anyway, or never."""
    for element in sight.document.elements:
        if element.in_template or element in sight.tags:
            continue
        if element.is_marked:
            yield from _anyway(element)
            yield from _never(sight, element)
        elif VENDOR in element.attributes:
            yield warning(
                "mark",
                f"{VENDOR} without {MARK} holds nothing back.",
                f"Add {MARK} with a category.",
                lines=(element.line,),
            )


def _kind(pair: tuple[str, Element]) -> tuple[str, str, bool]:
    host, element = pair
    return host, element.name, element.in_noscript


def _others(sight: Sight, element: Element) -> set[str]:
    """Return the hosts of others that a tag reaches as it stands."""
    hosts = {urlsplit(address).hostname or "" for address in sight.document.addresses(element)}
    if element.is_script and not element.get("src"):
        # An inline script is a tag of a company when it names a host of the notice.
        hosts |= {host for host in inlined(element.text) if sight.companies.company(host)}
        hosts |= inserted(element.text)
    if element.name == "style":
        hosts |= styled(element.text)
    return {host for host in hosts if host and not _is_free(sight, host)}


def _is_free(sight: Sight, host: str) -> bool:
    """Say whether a host needs no choice: the site's own, the service, a company always needed."""
    if sight.companies.is_own(host) or host == urlsplit(sight.service).hostname:
        return True
    found = sight.companies.company(host)
    return found is not None and found.locked


def _loose(sight: Sight, host: str, elements: list[Element]) -> Finding:
    found, first = sight.companies.company(host), elements[0]
    where: dict[str, Any] = {"lines": tuple(dict.fromkeys(each.line for each in elements))}
    what = f"<{first.name}> of {_name(sight, found, host)}"
    if first.in_noscript:
        return failed(
            "tag",
            f"Browsers without scripts load a {what} before any choice.",
            "Take it out: nobody can be asked there.",
            **where,
        )
    where["paste"] = tuple(
        waiting(each, *_category(found, each)) for each in elements[:MOST_PASTES]
    )
    if (more := len(elements) - MOST_PASTES) > 0:
        where["paste"] += (f"... and {more} more alike",)
    advice = _advice(found, host)
    if modes.is_told_first(sight, host):
        return warning(
            "tag",
            f"A {what} loads before any choice. It was told denied first, and sends signals "
            "without cookies all the same.",
            f"Keep that only where your lawyers know it. {advice}",
            **where,
        )
    kind = failed if found or first.name in {"script", "iframe"} else warning
    return kind("tag", f"A {what} loads before any choice.", advice, **where)


def _name(sight: Sight, found: Found | None, host: str) -> str:
    if found:
        return f"{found.vendor.name} ({host})"
    return f"{host}, which the notice does not list," if sight.notice else host


def _advice(found: Found | None, host: str) -> str:
    if found is None:
        return (
            f"If it must be, list its company with the host {host} in the notice and put there "
            "instead (the category is a guess):"
        )
    if not found.listed:
        return f"Add the host {host} to that company in the notice, and put there instead:"
    return "Put there instead:"


def _category(found: Found | None, element: Element) -> tuple[str, str]:
    """Return category and vendor key to wait for; what is not listed gets a careful guess."""
    if found:
        return found.vendor.categories[0], found.vendor.key
    shown = element.name not in {"script", "img"}
    return ("functional" if shown else "targeting"), ""


def _anyway(element: Element) -> Iterator[Finding]:
    """Find a mark that holds nothing back."""
    where = {"lines": (element.line,)}
    vendor = element.get(VENDOR)
    right = (waiting(element, element.get(MARK), vendor),)
    if element.is_script:
        yield failed(
            "mark",
            'A marked script without type="text/plain" runs at once.',
            "Put there instead:", **where, paste=right,
        )  # fmt: skip
    elif element.loading and element.name != "script":
        names = " and ".join(element.loading)
        yield failed(
            "mark",
            f"A marked <{element.name}> with {names} loads at once.",
            "Put there instead:", **where, paste=right,
        )  # fmt: skip


def _never(sight: Sight, element: Element) -> Iterator[Finding]:
    """Find a mark that nobody's choice fulfils."""
    where = {"lines": (element.line,)}
    names = element.get(MARK).split()
    known = [each.key for each in sight.notice.categories] if sight.notice else list(CATEGORIES)
    if not names:
        yield failed("mark", f"An empty {MARK} is never released.", "Name a category.", **where)
    for name in names:
        if name.removeprefix("!") not in known:
            meant = _meant(name.removeprefix("!"), known)
            yield failed(
                "mark",
                f"There is no category {name!r}, so this never runs.",
                f"Write {meant!r}." if meant else f"Use one of {', '.join(known)}.",
                **where,
            )
    key = element.get(VENDOR)
    if not key or sight.notice is None:
        return
    vendor = sight.notice.vendor_by_key.get(key)
    if vendor is None:
        near = _near(key, sight.notice.vendor_by_key)
        yield failed(
            "mark",
            f"The notice has no company {key!r}, so this never runs.",
            f"Write {near!r}, or add the company." if near else "Add it, or correct the key.",
            **where,
        )
    elif missing := [each for each in names if each in known and each not in vendor.categories]:
        yield failed(
            "mark",
            f"{vendor.name} does not stand in {', '.join(missing)}, so this never runs.",
            f"Mark it {' '.join(vendor.categories)!r}, or add the category in the notice.",
            **where,
        )


def _meant(name: str, known: Iterable[str]) -> str:
    alike = ALIKE.get(name.lower(), "")
    return alike if alike in known else _near(name, known)


def _near(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name.lower(), list(known), 1)), "")
