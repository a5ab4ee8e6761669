"""What programs send about webhooks, and what they get. A secret comes once, when it is made."""

from datetime import datetime
from typing import Any

from marshmallow import RAISE, Schema, fields, post_dump, validate

from consent import clock
from consent.webhooks.announce import Event, State

EVENTS = tuple(each.value for each in Event if each is not Event.WEBHOOK_TEST)
_URL = "https://hooks.shop.example/consent"
_ID = "0d7f8a3e-5c1b-4f7e-9a59-0c8a6f1f2b11"
_MESSAGE = "msg_9sVb2yTQ3mXw7Qd0aLkRfU1c"
_AT = "2026-11-30T09:00:00.000Z"


class _Moment(fields.String):
    """A moment in UTC as all answers have it, or null."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        text = clock.to_text(value) if isinstance(value, datetime) else value
        return super()._serialize(text, attr, obj, **kwargs)


def _moment(**more: Any) -> _Moment:
    return _Moment(metadata={"example": _AT, "format": "date-time"}, **more)


class WebhookSchema(Schema):
    """An address that is told."""

    id = fields.String(metadata={"example": _ID})
    url = fields.String(metadata={"example": _URL})
    about = fields.String(metadata={"example": "Data warehouse"})
    events = fields.List(fields.String(), metadata={"example": ["consent.recorded"]})
    is_on = fields.Boolean(data_key="on", metadata={"example": True})
    off_reason = fields.String(
        metadata={
            "description": "`gone` where the address answered 410 and was switched off for it.",
            "example": "",
        }
    )
    created_at = _moment()
    updated_at = _moment()
    old_until = _moment(data_key="old_secret_until", allow_none=True)


class WebhookListSchema(Schema):
    """All webhooks of a site."""

    items = fields.List(fields.Nested(WebhookSchema))
    next = fields.String(allow_none=True, metadata={"example": None})


class MadeWebhookSchema(WebhookSchema):
    """An address with its secret, which is not shown again."""

    secret = fields.String(
        metadata={"example": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfvYbSSy0o="}
    )


class SecretSchema(Schema):
    """A new secret, which is not shown again; the one before signs for a day more."""

    secret = fields.String(
        metadata={"example": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfvYbSSy0o="}
    )


class _Given(Schema):
    class Meta:
        """What is not named is refused."""

        unknown = RAISE


def _events(**more: Any) -> fields.List[Any]:
    return fields.List(
        fields.String(validate=validate.OneOf(EVENTS)),
        validate=validate.Length(1, len(EVENTS)),
        metadata={"example": ["consent.recorded", "notice.published"]},
        **more,
    )


class NewWebhookSchema(_Given):
    """An address to be told."""

    url = fields.String(required=True, metadata={"example": _URL})
    events = _events(required=True)
    about = fields.String(load_default="", metadata={"example": "Data warehouse"})
    is_on = fields.Boolean(data_key="on", load_default=True, truthy={True}, falsy={False})


class ChangedWebhookSchema(_Given):
    """What is to change; what is left out stays."""

    url = fields.String(metadata={"example": _URL})
    events = _events()
    about = fields.String(metadata={"example": "Data warehouse"})
    is_on = fields.Boolean(data_key="on", truthy={True}, falsy={False})


class DeliverySchema(Schema):
    """A message, and what came of it."""

    message_id = fields.String(data_key="id", metadata={"example": _MESSAGE})
    event = fields.String(metadata={"example": "consent.recorded"})
    state = fields.String(validate=validate.OneOf([each.value for each in State]))
    attempts = fields.Integer(metadata={"example": 1})
    status = fields.Integer(allow_none=True, metadata={"example": 204})
    said = fields.String(metadata={"example": "it answered 204"})
    created_at = _moment()
    tried_at = _moment(allow_none=True)
    due_at = _moment(allow_none=True)
    body = fields.String(metadata={"description": "exactly as it is sent", "example": "{}"})

    @post_dump
    def _only_what_waits_is_due(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return data if data["state"] == State.WAITING.value else {**data, "due_at": None}


class DeliveryListSchema(Schema):
    """A page of messages, newest first."""

    items = fields.List(fields.Nested(DeliverySchema))
    next = fields.String(allow_none=True, metadata={"example": "41"})


class DeliverySearchSchema(_Given):
    """Which messages."""

    state = fields.String(validate=validate.OneOf([each.value for each in State]))
    cursor = fields.String(validate=validate.Regexp(r"[0-9]{1,15}\Z"))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class ReplayedSchema(Schema):
    """How many messages are sent again."""

    messages = fields.Integer(metadata={"example": 3})
