"""What the API says and takes of people, holds and rights requests. Unknown fields are refused."""

from datetime import UTC
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from consent.characters import is_plain
from consent.notices.schemas import Strict
from consent.records import LONGEST_ID, LONGEST_REASON
from consent.records.schemas import GrantsSchema
from consent.rights.kinds import Kind, State
from consent.rights.words import LONGEST_WORDS

SUBJECT = "s_9dGm3kFvQ1yT5uWz7AbCdE"
MOMENT = "2026-11-30T09:00:00.000Z"
NUMBER = "01936f8e-7c00-4000-8000-000000000001"


def _storable(text: str) -> None:
    if not is_plain(text):
        raise ValidationError("Leave out characters that cannot be shown.")


def _words(most: int, example: str, **more: Any) -> fields.String:
    return fields.String(
        required=True,
        validate=[validate.Length(1, most), _storable],
        metadata={"example": example},
        **more,
    )


class HoldSchema(Schema):
    """A legal hold; without a subject it covers everybody, without moments all times."""

    id = fields.String(metadata={"example": NUMBER})
    subject = fields.String(allow_none=True, metadata={"example": SUBJECT})
    start = fields.String(data_key="from", allow_none=True, metadata={"example": MOMENT})
    end = fields.String(data_key="to", allow_none=True, metadata={"example": None})
    reason = fields.String(metadata={"example": "case 17/26"})
    added_at = fields.String(metadata={"example": MOMENT})
    released_at = fields.String(allow_none=True, metadata={"example": None})


class HoldListSchema(Schema):
    """All holds of a site, those that were released too, oldest first."""

    items = fields.List(fields.Nested(HoldSchema))
    next = fields.String(allow_none=True, metadata={"example": None})


class NewHoldSchema(Strict):
    """A hold to be added."""

    subject = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(r"^s_[A-Za-z0-9_-]{22}$", error="Use the id s_... of records."),
        metadata={"example": SUBJECT},
    )
    start = fields.AwareDateTime(
        data_key="from", load_default=None, allow_none=True, default_timezone=UTC
    )
    end = fields.AwareDateTime(
        data_key="to", load_default=None, allow_none=True, default_timezone=UTC
    )
    reason = _words(LONGEST_REASON, "case 17/26")


class ReasonSchema(Strict):
    """Why. It stands beside the log; do not name the person."""

    reason = _words(LONGEST_REASON, "asked by letter")


class StateOfSubjectSchema(Schema):
    """What is in force for a person."""

    record_id = fields.String(metadata={"example": NUMBER})
    subject = fields.String(metadata={"example": SUBJECT})
    sequence = fields.Integer(metadata={"example": 3})
    action = fields.String(metadata={"example": "save"})
    categories = fields.Dict(keys=fields.String(), values=fields.Boolean())
    vendors = fields.Dict(keys=fields.String(), values=fields.Nested(GrantsSchema))
    notice_version = fields.Integer(metadata={"example": 12})
    recorded_at = fields.String(metadata={"example": MOMENT})
    expires_at = fields.String(metadata={"example": MOMENT})


class SubjectSchema(Schema):
    """What is kept of a person: under each subject known to be theirs."""

    subject = fields.String(metadata={"example": SUBJECT})
    records = fields.Integer(metadata={"example": 4})
    first_at = fields.String(allow_none=True, metadata={"example": MOMENT})
    last_at = fields.String(allow_none=True, metadata={"example": MOMENT})
    same_person = fields.List(
        fields.String(),
        metadata={"description": "Other subjects the site has named as this customer's."},
    )
    state = fields.Nested(StateOfSubjectSchema, allow_none=True)
    holds = fields.List(fields.Nested(HoldSchema))


class CustomerSchema(Strict):
    """A customer, by the id that the site signs as `sub`. It is not stored."""

    customer = fields.String(
        required=True,
        validate=[validate.Length(1, LONGEST_ID), _storable],
        metadata={"example": "customer-17"},
    )


class SubjectListSchema(Schema):
    """The subjects of a customer; none where the site never named them."""

    items = fields.List(fields.String(), metadata={"example": [SUBJECT]})
    next = fields.String(allow_none=True, metadata={"example": None})


class ErasedSchema(Schema):
    """What was erased: every subject of the person, in one transaction."""

    requests = fields.List(fields.String(), metadata={"example": [NUMBER]})
    leaves = fields.Integer(metadata={"example": 4})
    shown = fields.Boolean(
        metadata={"description": "Whether a public checkpoint covers the erasure already."}
    )


class RightsRequestSchema(Schema):
    """A rights request."""

    id = fields.String(metadata={"example": NUMBER})
    reference = fields.String(metadata={"example": "R-7K3M-9QXD"})
    kind = fields.String(validate=validate.OneOf(list(Kind)), metadata={"example": "erase"})
    state = fields.String(validate=validate.OneOf(list(State)), metadata={"example": "open"})
    subject = fields.String(allow_none=True, metadata={"example": SUBJECT})
    language = fields.String(metadata={"example": "en"})
    opened_at = fields.String(metadata={"example": MOMENT})
    due_at = fields.String(metadata={"example": MOMENT})
    closed_at = fields.String(allow_none=True, metadata={"example": None})
    words = fields.String(allow_none=True, metadata={"example": "please"})
    email = fields.String(allow_none=True, metadata={"example": None})
    extended_because = fields.String(allow_none=True, metadata={"example": None})
    answer = fields.String(allow_none=True, metadata={"example": None})


class RightsRequestListSchema(Schema):
    """A page of requests: those that wait by due date, or the closed ones, newest first."""

    items = fields.List(fields.Nested(RightsRequestSchema))
    next = fields.String(allow_none=True, metadata={"example": None})


class RightsAnswerSchema(Strict):
    """What becomes of a request, in words that the person reads."""

    outcome = fields.String(
        required=True, validate=validate.OneOf(["done", "refused"]), metadata={"example": "done"}
    )
    answer = _words(LONGEST_WORDS, "Here is a copy of your data.")
