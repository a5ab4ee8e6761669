"""Read a JSON body: size and type first, then strict JSON, then the schema."""

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from consent import ledger
from consent.errors import InvalidFieldsError, MalformedError, UnsupportedTypeError

# text/plain carries the same JSON and needs no preflight.
TYPES = ("application/json", "text/plain")


def json_body(schema: Schema) -> tuple[Any, bytes]:
    """Return the loaded body and its canonical bytes, by which two bodies count as the same."""
    if request.mimetype not in TYPES:
        raise UnsupportedTypeError("Send application/json or text/plain.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedTypeError("Send the body uncompressed.")
    try:
        parsed = ledger.parse(request.get_data(cache=False))
        canonical = ledger.dump(parsed)
    except ledger.NotCanonicalError as error:
        raise MalformedError(f"The body cannot be read: {error}") from error
    if not isinstance(parsed, dict):
        raise MalformedError("The body must be one JSON object.")
    try:
        return schema.load(parsed), canonical
    except ValidationError as error:
        raise InvalidFieldsError(error.messages_dict) from error
