"""The problem document (RFC 9457) in the API description."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask_smorest import Blueprint
from marshmallow import Schema, fields

View = TypeVar("View", bound=Callable[..., Any])


class ProblemSchema(Schema):
    """What every refusal looks like."""

    type = fields.String(required=True, metadata={"example": "about:blank"})
    title = fields.String(required=True, metadata={"description": "says what to do"})
    status = fields.Integer(required=True, metadata={"example": 422})
    code = fields.String(
        required=True, metadata={"description": "stable, for programs", "example": "invalid_fields"}
    )
    fields_ = fields.Dict(
        data_key="fields", metadata={"description": "problems by field name (422)"}
    )


def problems(door: Blueprint, *statuses: int) -> Callable[[View], View]:
    """Document these refusals of an operation."""

    def decorate(view: View) -> View:
        for status in statuses:
            view = door.alt_response(
                status, schema=ProblemSchema, content_type="application/problem+json"
            )(view)
        return view

    return decorate
