"""What the snippet is told of whom to ask again; `consent/notices/ask_again.py` says what it means.

The loader knows the newest question's version, and which companies no earlier choice grants. The
questions themselves stand with the texts, which only those load who are asked.
"""

from collections.abc import Mapping
from typing import Any

from consent.notices import Notice

Asks = Mapping[str, Any]


def vendors(notice: Notice, asks: Asks) -> list[list[Any]]:
    """Return vendors by what they have in common: categories, bases (consent first), keys.

    At last, where there are such: the categories in which an earlier choice does not grant them.
    """
    found: dict[Any, list[str]] = {}
    for vendor in notice.vendors:
        withheld = tuple(sorted(asks.get("withheld", {}).get(vendor.key, {}).items()))
        common = (vendor.categories, tuple(sorted(vendor.bases)), withheld)
        found.setdefault(common, []).append(vendor.key)
    return [
        [categories, bases, keys, *([dict(withheld)] if withheld else [])]
        for (categories, bases, withheld), keys in found.items()
    ]


def questions(notice: Notice, asks: Asks, language: str) -> dict[str, Any]:
    """Return what is asked of whoever decided earlier: since when, about what, where."""
    texts, withheld = notice.texts(language), asks.get("withheld", {})
    found: list[list[Any]] = [
        [since, texts[f"category_{key}_name"], key]
        for key, since in asks.get("categories", {}).items()
    ]
    for vendor in notice.vendors:
        for key, since in asks.get("vendors", {}).get(vendor.key, {}).items():
            is_new = withheld.get(vendor.key, {}).get(key) == since
            found.append([since, vendor.name, key, vendor.key, *([True] if is_new else [])])
    told = {"everybody": asks.get("everybody"), "asks": found}
    return {name: value for name, value in told.items() if value}
