"""Lists of the API: a cursor that means nothing to others, and a link to what comes next."""

from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import RAISE, Schema, fields, validate

MOST = 1000
USUAL = 100


class PageSchema(Schema):
    """How much of a list, and from where."""

    class Meta:
        """What is not named is refused."""

        unknown = RAISE

    cursor = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "From the link of the page before; none is the first page."},
    )
    limit = fields.Integer(
        load_default=USUAL,
        strict=False,
        validate=validate.Range(1, MOST),
        metadata={"description": "How many at most.", "example": USUAL},
    )


def linked(items: list[Any], next_cursor: str | None) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Return a page of a list with the link to the next one (RFC 8288), as a door answers it."""
    body = {"items": items, "next": next_cursor}
    if next_cursor is None:
        return body, 200, {}
    kept = {key: value for key, value in request.args.items() if key != "cursor"}
    # Not as arguments of `url_for`: what somebody else wrote into the address is text alone.
    url = f"{request.script_root}{request.path}?{urlencode({**kept, 'cursor': next_cursor})}"
    return body, 200, {"Link": f'<{url}>; rel="next"'}
