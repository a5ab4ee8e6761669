"""What the API takes and says of exports and their schedules."""

from typing import Any

from marshmallow import fields, validate

from consent.exports.asked import KINDS
from consent.exports.queue import State
from consent.exports.schedules import Every
from consent.notices.schemas import Strict

_KEYS = [each.key for each in KINDS]
_ID = "01936f8e-7c00-7000-8000-000000000001"
_AT = "2026-11-30T09:00:00.000Z"


class ExportOrderSchema(Strict):
    """An export to be made; `conditions` are those of the record search."""

    format = fields.String(
        required=True, validate=validate.OneOf(_KEYS), metadata={"example": "csv"}
    )
    conditions = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)),
        values=fields.String(validate=validate.Length(1, 200)),
        load_default=dict,
        metadata={"example": {"from": "2026-11-01", "to": "2026-11-30"}},
    )
    epoch = fields.Integer(
        validate=validate.Range(1, 10_000),
        metadata={"description": "an earlier epoch of the log, for ledger and pack", "example": 1},
    )


class ExportSchema(Strict):
    """One export: how far it is, and where its file is once it is done."""

    id = fields.String(metadata={"example": _ID})
    format = fields.String(metadata={"example": "csv"})
    conditions = fields.Dict(metadata={"example": {"from": "2026-11-01T00:00:00.000Z"}})
    epoch = fields.Integer(allow_none=True)
    schedule = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": list(State), "example": "done"})
    rows = fields.Integer(allow_none=True, metadata={"description": "counted", "example": 41})
    written = fields.Integer(metadata={"example": 41})
    error = fields.String(allow_none=True)
    file_name = fields.String(allow_none=True, metadata={"example": "demo-csv-all-7c000001.csv"})
    bytes = fields.Integer(allow_none=True, metadata={"example": 9000})
    sha256 = fields.String(allow_none=True)
    file_url = fields.String(allow_none=True)
    manifest_url = fields.String(allow_none=True)
    asked_by = fields.String(metadata={"example": "m_mzYp0Pzq9LvX"})
    asked_at = fields.String(metadata={"example": _AT})
    ended_at = fields.String(allow_none=True, metadata={"example": _AT})
    expires_at = fields.String(allow_none=True, metadata={"example": _AT})


class ExportListSchema(Strict):
    """A page of exports, newest first."""

    items = fields.List(fields.Nested(ExportSchema))
    next = fields.String(allow_none=True)


class ExportPlanSchema(Strict):
    """A schedule to be begun."""

    format = fields.String(
        required=True, validate=validate.OneOf(_KEYS), metadata={"example": "jsonl"}
    )
    every = fields.String(
        required=True, validate=validate.OneOf(list(Every)), metadata={"example": "month"}
    )
    hour = fields.Integer(
        load_default=3,
        validate=validate.Range(0, 23),
        metadata={"description": "of the day after the period, in UTC", "example": 3},
    )
    folder = fields.String(
        required=True,
        validate=validate.Length(1, 1000),
        metadata={"description": "one of CONSENT_EXPORT_FOLDER", "example": "/srv/exports"},
    )


class ExportPausedSchema(Strict):
    """Whether a schedule asks for anything."""

    paused = fields.Boolean(required=True, truthy={True}, falsy={False}, metadata={"example": True})


class ExportScheduleSchema(Strict):
    """One schedule, and the period it exports next."""

    id = fields.String(metadata={"example": _ID})
    format = fields.String(metadata={"example": "jsonl"})
    every = fields.String(metadata={"example": "month"})
    hour = fields.Integer(metadata={"example": 3})
    folder = fields.String(metadata={"example": "/srv/exports"})
    paused = fields.Boolean(metadata={"example": False})
    starts_at = fields.String(metadata={"example": _AT})
    due_at = fields.String(allow_none=True, metadata={"example": _AT})


class ExportScheduleListSchema(Strict):
    """All schedules of a site."""

    items: Any = fields.List(fields.Nested(ExportScheduleSchema))
    next = fields.String(allow_none=True)
