"""Whom a publication asks again: nobody, everybody, or only those whose choice no longer covers it.

What is asked is one small value beside the version, and in its leaf. It names for each question the
version that brought it: whose choice was made on an earlier one is asked. Questions of earlier
publications stay until their subject goes or everybody was asked after them.

    everybody   all are asked anew, whatever they chose
    categories  a category that is new, or that now covers more than before
    vendors     a company in a category where it is new, or now does more than before
    withheld    those of them where it is new: no earlier choice grants them until it is answered
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from consent.notices.diff import Change, diff

Document = Mapping[str, Any]
# Company, category, version.
Pairs = dict[str, dict[str, int]]


class AskAgain(StrEnum):
    """The choice of whoever publishes."""

    NOBODY = "nobody"
    EVERYBODY = "everybody"
    CHANGED = "changed"


def following(
    before: Document | None, asked: Mapping[str, Any], after: Document, number: int, who: AskAgain
) -> dict[str, Any]:
    """Return what version `number` asks, where the version before asked `asked`.

    A category that is new is asked in any case: nobody has decided about it yet.
    """
    if before is None:
        return {}
    categories = {key: number for key in _optional(after) if key not in _optional(before)}
    vendors: Pairs = {}
    withheld: Pairs = {}
    if who is AskAgain.CHANGED:
        for change in diff(before, after):
            if change.matters and change.vendor:
                for category in _where(change, after):
                    vendors.setdefault(change.vendor, {})[category] = number
            elif change.matters and change.category:
                categories[change.category] = number
    if who is not AskAgain.NOBODY:
        for vendor, category in sorted(_pairs(after) - _pairs(before)):
            withheld.setdefault(vendor, {})[category] = number
    kept = _still(asked, after)
    found = {
        "everybody": asked.get("everybody"),
        "categories": kept["categories"] | categories,
        "vendors": _joined(kept["vendors"], vendors),
        "withheld": _joined(kept["withheld"], withheld),
    }
    if who is AskAgain.EVERYBODY:
        # Whoever answers that has answered all that was asked before.
        found = {"everybody": number, "withheld": found["withheld"]}
    return {name: value for name, value in found.items() if value}


def newest(asks: Mapping[str, Any]) -> int:
    """Return the version of the newest question, or 0: a choice made before it is incomplete."""
    numbers = [*asks.get("categories", {}).values(), asks.get("everybody", 0)]
    for found in asks.get("vendors", {}).values():
        numbers += found.values()
    return max(numbers, default=0)


def _where(change: Change, after: Document) -> list[str]:
    """Return the optional categories in which a company is asked about."""
    stands = next(item["categories"] for item in after["vendors"] if item["key"] == change.vendor)
    wanted = [change.category] if change.category else stands
    return [key for key in wanted if key in _optional(after) and key in stands]


def _still(asked: Mapping[str, Any], after: Document) -> dict[str, Any]:
    """Return the earlier questions whose subject is still there."""
    stands = {item["key"]: item["categories"] for item in after["vendors"]}
    optional = _optional(after)
    found: dict[str, Any] = {
        "categories": {
            key: number for key, number in asked.get("categories", {}).items() if key in optional
        }
    }
    for name in ("vendors", "withheld"):
        pairs = {
            vendor: {
                key: number
                for key, number in categories.items()
                if key in optional and key in stands.get(vendor, ())
            }
            for vendor, categories in asked.get(name, {}).items()
        }
        found[name] = {vendor: categories for vendor, categories in pairs.items() if categories}
    return found


def _joined(one: Pairs, other: Pairs) -> Pairs:
    return {key: {**one.get(key, {}), **other.get(key, {})} for key in sorted({*one, *other})}


def _optional(document: Document) -> list[str]:
    return [item["key"] for item in document["categories"] if not item.get("locked")]


def _pairs(document: Document) -> set[tuple[str, str]]:
    """Return which company asks for consent in which category."""
    optional = _optional(document)
    return {
        (item["key"], category)
        for item in document["vendors"]
        if "consent" in item["bases"]
        for category in item["categories"]
        if category in optional
    }
