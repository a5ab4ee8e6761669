"""A banner as it is reported, and the figures of a period as programs get them."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from consent.insights.shown import Banner
from consent.notices.schemas import Strict, a_language
from consent.records import Moment
from consent.regulations import is_region

MOST_DAYS = 3660


def _region(value: str) -> None:
    if not is_region(value):
        raise ValidationError("Use an ISO 3166 code.")


class BannerSchema(Strict):
    """A banner that was shown; nothing in it says to whom."""

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 2**31 - 1), metadata={"example": 12}
    )
    language = fields.String(required=True, validate=a_language, metadata={"example": "en"})
    region = fields.String(
        load_default=None, allow_none=True, validate=_region, metadata={"example": "DE"}
    )

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Banner:
        return Banner(data["version"], data["language"], claimed_region=data["region"])


class PeriodSchema(Strict):
    """Which days."""

    from_ = Moment(data_key="from", metadata={"type": "string", "example": "2026-11-01"})
    to = Moment(metadata={"type": "string", "description": "the last day", "example": "2026-11-30"})
    days_each = fields.Integer(
        load_default=1,
        validate=validate.Range(1, 366),
        metadata={"description": "how many days a step has", "example": 7},
    )


class TallySchema(Schema):
    """What is counted of a step or a group. `shown` is about how many, from what was reported."""

    actions = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"example": {"accept_all": 41, "reject_all": 35, "save": 12}},
    )
    decisions = fields.Integer(metadata={"example": 88})
    shown = fields.Integer(metadata={"example": 240})
    reported = fields.Integer(metadata={"example": 24})


class SpanSchema(Schema):
    """A step: its first moment, and the first after it."""

    start = fields.AwareDateTime(data_key="from", metadata={"format": "date-time"})
    end = fields.AwareDateTime(data_key="to", metadata={"format": "date-time"})
    tally = fields.Nested(TallySchema)
    ignored = fields.Integer(
        allow_none=True,
        metadata={"description": "about how many banners stayed without an answer; null: unknown"},
    )


class GroupSchema(Schema):
    """One value of a facet."""

    value = fields.String(metadata={"example": "DE"})
    tally = fields.Nested(TallySchema)


class CategoryFiguresSchema(Schema):
    """One category."""

    key = fields.String(metadata={"example": "targeting"})
    granted = fields.Integer(metadata={"example": 50})
    refused = fields.Integer(metadata={"example": 38})


class ApartSchema(Schema):
    """Decisions that stand in no other figure."""

    late = fields.Integer(metadata={"example": 2})
    suspicious = fields.Integer(metadata={"example": 1})
    both = fields.Integer(metadata={"example": 0})


class FiguresSchema(Schema):
    """The figures of a period."""

    whole = fields.Nested(SpanSchema)
    spans = fields.List(fields.Nested(SpanSchema))
    groups = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Nested(GroupSchema)),
        metadata={"description": "by region, device, version, language, layout and privacy signal"},
    )
    categories = fields.List(fields.Nested(CategoryFiguresSchema))
    apart = fields.Nested(ApartSchema)
    missed = fields.Integer(
        metadata={"description": "of any time: erased before they could be counted"}
    )
    waiting = fields.Integer(metadata={"description": "leaves that are not counted yet"})
    counted_at = fields.AwareDateTime(allow_none=True, metadata={"format": "date-time"})
