"""A decision's body and its answer (contract part 4). Unknown fields are refused."""

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from consent import clock
from consent.notices.schemas import MODELS, Strict
from consent.records.decision import Action, Decision, Layer, RegionSource, Shown
from consent.regulations import REGION

MOST_SIGNAL_CHARACTERS = 8000


class Pattern:
    """A regular expression over the whole text, published in ECMA form in the API description."""

    def __init__(self, expression: str, advice: str) -> None:
        self.compiled = re.compile(expression)
        self.advice = advice

    def __call__(self, value: str) -> None:
        """Refuse a text that does not match from its first to its last character."""
        if not self.compiled.fullmatch(value):
            raise ValidationError(self.advice)

    def published(self) -> str:
        """Return the pattern as it stands in the API description."""
        return f"^(?:{self.compiled.pattern})$"


def _text(expression: str, advice: str, **more: Any) -> fields.String:
    check = Pattern(expression, advice)
    return fields.String(validate=check, metadata={"pattern": check.published()}, **more)


class Truth(fields.Boolean):
    """JSON's true or false, and nothing that merely counts as one."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class ShownSchema(Strict):
    """The notice that was on the screen."""

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 2**31 - 1), metadata={"example": 1}
    )
    digest = _text(r"sha256-[A-Za-z0-9+/]{43}=", "Use the digest of the notice.", required=True)
    language = _text(
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", "Use a language tag such as en.", required=True
    )

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Shown:
        return Shown(**data)


class GrantsSchema(Strict):
    """The categories in which a vendor is granted, by legal basis."""

    consent = fields.List(fields.String(), validate=validate.Length(max=40))
    legitimate_interest = fields.List(fields.String(), validate=validate.Length(max=40))


class SignalsSchema(Strict):
    """Strings by which others are told."""

    tcf = fields.String(allow_none=True, validate=validate.Length(max=MOST_SIGNAL_CHARACTERS))
    gpp = fields.String(allow_none=True, validate=validate.Length(max=MOST_SIGNAL_CHARACTERS))
    ac = fields.String(allow_none=True, validate=validate.Length(max=MOST_SIGNAL_CHARACTERS))


class DecisionSchema(Strict):
    """A decision."""

    event_id = fields.UUID(required=True, metadata={"description": "UUIDv7 made by the client"})
    action = fields.Enum(Action, by_value=True, required=True)
    layer = fields.Enum(Layer, by_value=True, required=True)
    notice = fields.Nested(ShownSchema, required=True)
    categories = fields.Dict(
        keys=fields.String(),
        values=Truth(),
        required=True,
        metadata={"maxProperties": 40, "description": "every optional category of the version"},
    )
    vendors = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(GrantsSchema),
        load_default=dict,
        metadata={"description": "only those that differ from their categories"},
    )
    subject = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=512),
        metadata={"description": "the signed value of an earlier answer, or null"},
    )
    page = fields.String(
        required=True,
        validate=validate.Length(1, 2048),
        metadata={"description": "address of the page; origin and path are kept"},
    )
    decided_at = fields.AwareDateTime(
        required=True, format="iso", default_timezone=UTC, metadata={"format": "date-time"}
    )
    region = _text(REGION, "Use an ISO 3166 code.", load_default=None, allow_none=True)
    region_source = fields.Enum(RegionSource, by_value=True, load_default=RegionSource.UNKNOWN)
    model = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf((*MODELS, None))
    )
    gpc = Truth(load_default=False)
    layout = _text(r"[a-z][a-z-]{0,31}", "Use a layout name.", load_default=None, allow_none=True)
    snippet = _text(
        r"sha256-[A-Za-z0-9+/]{43}=",
        "Use the snippet's digest.",
        load_default=None,
        allow_none=True,
    )
    signals = fields.Nested(SignalsSchema, load_default=dict, allow_none=True)

    @post_load
    def _plausible(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        _check_time(data["decided_at"])
        data["decided_at"] = clock.from_ms(clock.to_ms(data["decided_at"]))
        given = data["signals"] or {}
        data["signals"] = {name: given.get(name) for name in ("tcf", "gpp", "ac")}
        return data


class AnswerSchema(Schema):
    """What a recorded decision is answered with."""

    record_id = fields.UUID(required=True)
    subject = fields.String(required=True, metadata={"description": "send this with the next one"})
    sequence = fields.Integer(required=True, metadata={"minimum": 0})
    recorded_at = fields.String(required=True, metadata={"format": "date-time"})
    expires_at = fields.String(required=True, metadata={"format": "date-time"})
    receipt_url = fields.String(required=True, metadata={"format": "uri"})
    history_url = fields.String(required=True, metadata={"format": "uri"})
    late = fields.Boolean(required=True)


class AskedStateSchema(Strict):
    """Whose state: exactly one of the two."""

    subject = fields.String(validate=validate.Length(1, 512))
    handover = fields.String(validate=validate.Length(1, 2048))


class StateSchema(AnswerSchema):
    """The state in force for a subject: the answer of its newest decision, and what it was."""

    action = fields.String(required=True)
    categories = fields.Dict(keys=fields.String(), values=fields.Boolean(), required=True)
    vendors = fields.Dict(keys=fields.String(), values=fields.Nested(GrantsSchema), required=True)
    notice_version = fields.Integer(required=True)
    decided_at = fields.String(required=True, metadata={"format": "date-time"})


def decision_of(data: dict[str, Any], body_digest: bytes) -> Decision:
    """Return the value of a loaded body."""
    return Decision(**data, body_digest=body_digest)


def _check_time(moment: datetime) -> None:
    # Any clock may be wrong; beyond the calendar's edges it cannot be stored or compared.
    if not _EARLIEST <= moment <= _LATEST:
        raise ValidationError("Use a time between 1971 and 2999.", "decided_at")


_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC)
_LATEST = datetime(2999, 1, 1, tzinfo=UTC)
