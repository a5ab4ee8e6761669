"""The parts of a notice that are edited apart, so that two people in two parts never meet."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from consent import ledger
from consent.errors import InvalidFieldsError

Document = dict[str, Any]

# What of a document each page of the editor may change.
PARTS: Mapping[str, tuple[str, ...]] = {
    "categories": ("categories", "texts"),
    "cookies": ("cookies",),
    "vendors": ("vendors",),
    "texts": ("texts",),
    "look": ("theme", "layout", "logo_url", "options"),
    "regions": ("regions",),
    "options": ("options", "expiry", "policy_url", "default_language"),
}


def seen(document: Mapping[str, Any], part: str | None = None) -> str:
    """Return what a form carries to tell whether its part has been changed meanwhile."""
    fields = PARTS[part] if part else sorted(document)
    held = {field: document[field] for field in fields if field in document}
    return ledger.digest(written(held))


def written(document: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of what was checked when it was kept: that is not done again."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "replace")


def loaded(schema: Schema, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that a schema accepts, or refuse them by the fields' names."""
    try:
        found: dict[str, Any] = schema.load(dict(values))
    except ValidationError as error:
        raise InvalidFieldsError(error.messages_dict) from error
    return found


def with_options(document: Document, options: Mapping[str, Any]) -> Document:
    """Return a document with these options, without the field where nothing is chosen."""
    rest = {key: value for key, value in document.items() if key != "options"}
    return {**rest, "options": dict(options)} if options else rest
