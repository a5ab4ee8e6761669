"""Vendors: added, changed, removed; cookies follow the vendor they name."""

from collections.abc import Collection, Mapping
from typing import Any

from consent.errors import InvalidFieldsError
from consent.notices import wording
from consent.notices.editing.parts import Document, loaded
from consent.notices.schemas import VendorSchema

Vendor = dict[str, Any]


def find(document: Document, query: str = "", category: str = "") -> list[Vendor]:
    """Return the vendors that fit a word and a category."""
    wanted = wording.folded(query.strip())
    return [
        vendor
        for vendor in document["vendors"]
        if (not category or category in vendor["categories"])
        and wanted in wording.folded("\n".join((vendor["key"], vendor["name"], *vendor["hosts"])))
    ]


def put(document: Document, key: str | None, values: Mapping[str, Any]) -> Document:
    """Add a vendor, or change the one with a key; a new key is carried into the cookies."""
    vendor = loaded(VendorSchema(), values)
    _fits(document, vendor)
    keys = [each["key"] for each in document["vendors"]]
    if vendor["key"] in keys and vendor["key"] != key:
        raise InvalidFieldsError({"key": ["There is a vendor with this key already."]})
    if key is None:
        return {**document, "vendors": [*document["vendors"], vendor]}
    if key not in keys:
        raise InvalidFieldsError({"key": ["There is no such vendor any more."]})
    return {
        **document,
        "vendors": [vendor if each["key"] == key else each for each in document["vendors"]],
        "cookies": _renamed(document["cookies"], {key: vendor["key"]}),
    }


def remove(document: Document, keys: Collection[str]) -> Document:
    """Take vendors away; their cookies stay and are the site's own until they name another."""
    if not keys:
        raise InvalidFieldsError({"keys": ["Choose at least one vendor."]})
    if set(keys) - {each["key"] for each in document["vendors"]}:
        raise InvalidFieldsError({"keys": ["Such a vendor is not in the list any more."]})
    return {
        **document,
        "vendors": [each for each in document["vendors"] if each["key"] not in keys],
        "cookies": _renamed(document["cookies"], dict.fromkeys(keys)),
    }


def _renamed(
    cookies: list[dict[str, Any]], names: Mapping[str, str | None]
) -> list[dict[str, Any]]:
    return [
        {**each, "vendor": names[each["vendor"]]} if each["vendor"] in names else each
        for each in cookies
    ]


def _fits(document: Document, vendor: Vendor) -> None:
    known = {each["key"] for each in document["categories"]}
    problems = {}
    if set(vendor["categories"]) - known or len(set(vendor["categories"])) < len(
        vendor["categories"]
    ):
        problems["categories"] = ["Choose categories of this notice, each once."]
    if len(set(vendor["bases"])) < len(vendor["bases"]):
        problems["bases"] = ["Choose each legal basis once."]
    if problems:
        raise InvalidFieldsError(problems)
