"""What the API says of staff: their acts. Names come by the request of who may read them."""

from marshmallow import RAISE, Schema, fields, validate


class EventSchema(Schema):
    """One act."""

    id = fields.Integer(metadata={"example": 41})
    at = fields.String(metadata={"example": "2026-11-30T09:00:00.000Z"})
    actor = fields.String(metadata={"example": "m_mzYp0Pzq9LvX"})
    name = fields.String(metadata={"example": "Ada Lovelace"})
    verb = fields.String(metadata={"example": "notice.publish"})
    site = fields.String(allow_none=True, metadata={"example": "demo"})
    facts = fields.Dict(metadata={"example": {"site": "demo", "version": 3}})
    details = fields.Dict(allow_none=True, metadata={"example": {"reason": "new partner"}})


class EventListSchema(Schema):
    """A page of acts, newest first."""

    items = fields.List(fields.Nested(EventSchema))
    next = fields.String(allow_none=True, metadata={"example": "41"})


class EventSearchSchema(Schema):
    """Which acts."""

    class Meta:
        """What is not named is refused."""

        unknown = RAISE

    actor = fields.String(validate=validate.Length(1, 60))
    verb = fields.String(validate=validate.Length(1, 60), metadata={"example": "notice.publish"})
    start = fields.AwareDateTime(data_key="from")
    end = fields.AwareDateTime(data_key="to")
    cursor = fields.String(validate=validate.Regexp(r"^[0-9]{1,15}$"))
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
