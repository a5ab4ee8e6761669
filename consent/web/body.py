"""Read a JSON body: size and type first, then strict JSON, then the schema."""

from typing import Any

from flask import request
from marshmallow import Schema, ValidationError

from consent import ledger
from consent.errors import InvalidFieldsError, MalformedError, TooLargeError, UnsupportedTypeError

# text/plain carries the same JSON and needs no preflight.
MOST_BYTES = 16 * 1024
TYPES = ("application/json", "text/plain")


def json_body(schema: Schema) -> tuple[Any, bytes]:
    """Return the loaded body and its canonical bytes, by which two bodies count as the same."""
    if request.mimetype not in TYPES:
        raise UnsupportedTypeError("Send application/json or text/plain.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedTypeError("Send the body uncompressed.")
    # A body without a length is cut one byte beyond the limit, not refused, by what reads it.
    raw = request.get_data(cache=False)
    if len(raw) > MOST_BYTES:
        raise TooLargeError(f"The body is too large: send at most {MOST_BYTES // 1024} KiB.")
    try:
        parsed, canonical = ledger.read(raw)
    except ledger.NotCanonicalError as error:
        raise MalformedError(f"The body cannot be read: {error}") from error
    if not isinstance(parsed, dict):
        raise MalformedError("The body must be one JSON object.")
    try:
        return schema.load(parsed), canonical
    except ValidationError as error:
        raise InvalidFieldsError(error.messages_dict) from error
