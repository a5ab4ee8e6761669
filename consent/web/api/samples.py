"""Examples out of a JSON schema: each field's own where it has one, else one of its kind."""

from collections.abc import Mapping
from typing import Any

DEEPEST = 8
_BY_FORMAT = {
    "date-time": "2026-11-30T09:00:00Z",
    "date": "2026-11-30",
    "uuid": "01936f8e-7c00-7000-8000-000000000001",
    "uri": "https://shop.example/",
    "email": "ada@shop.example",
}
_BY_TYPE = {"string": "text", "integer": 1, "number": 1, "boolean": True, "null": None}


def sample(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value that shows the shape a schema describes."""
    if depth > DEEPEST:
        return None
    schema = resolved(document, schema)
    for name in ("example", "default", "const"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if schema.get(name):
            return sample(document, schema[name][0], depth + 1)
    return _by_kind(document, schema, depth)


def resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a value stands for: itself, or the place of the document that it refers to."""
    while "$ref" in value:
        place: Any = document
        for step in value["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        value = place
    return value


def _by_kind(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind == "object":
        return {
            name: sample(document, each, depth + 1)
            for name, each in schema.get("properties", {}).items()
        }
    if kind == "array":
        return [sample(document, schema.get("items", {}), depth + 1)]
    return _BY_FORMAT.get(str(schema.get("format")), _BY_TYPE.get(str(kind)))
