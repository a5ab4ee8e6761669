"""What the API says of a site's log and of its checks."""

from marshmallow import fields

from consent.notices.schemas import Strict
from consent.verification.checks import Verdict

_AT = "2026-11-30T09:00:00.000Z"


class LogKeySchema(Strict):
    """A key that signs the log, from one size to another."""

    vkey = fields.String(metadata={"example": "consent.example/log/demo+1a2b3c4d+AbCd"})
    from_size = fields.Integer(metadata={"example": 0})
    until_size = fields.Integer(allow_none=True)


class LogEpochSchema(Strict):
    """One log among those of the site that continue each other."""

    epoch = fields.Integer(metadata={"example": 1})
    origin = fields.String(allow_none=True, metadata={"example": "consent.example/log/demo"})
    is_current = fields.Boolean(metadata={"example": True})


class AnchorSchema(Strict):
    """Where a checkpoint was laid down outside, the last for each place."""

    size = fields.Integer(metadata={"example": 4096})
    kind = fields.String(metadata={"example": "witness"})
    at = fields.String(metadata={"example": _AT})


class LogStateSchema(Strict):
    """How a site's log stands."""

    origin = fields.String(metadata={"example": "consent.example/log/demo"})
    epoch = fields.Integer(metadata={"example": 1})
    size = fields.Integer(metadata={"example": 4100})
    waiting = fields.Integer(metadata={"example": 0})
    public_size = fields.Integer(allow_none=True, metadata={"example": 4096})
    published_at = fields.String(allow_none=True, metadata={"example": _AT})
    checkpoint = fields.String(allow_none=True)
    keys = fields.List(fields.Nested(LogKeySchema))
    epochs = fields.List(fields.Nested(LogEpochSchema))
    anchors = fields.List(fields.Nested(AnchorSchema))


class LogCheckSchema(Strict):
    """A check of the log; `error` names the place where it does not hold."""

    id = fields.String(metadata={"example": "01936f8e-7c00-7000-8000-000000000001"})
    state = fields.String(metadata={"enum": list(Verdict), "example": "held"})
    rows = fields.Integer(allow_none=True, metadata={"example": 4100})
    checked = fields.Integer(metadata={"example": 4100})
    report = fields.Dict(allow_none=True, metadata={"example": {"counts": {"rows": 4100}}})
    error = fields.String(allow_none=True)
    asked_by = fields.String(metadata={"example": "m_mzYp0Pzq9LvX"})
    asked_at = fields.String(metadata={"example": _AT})
    ended_at = fields.String(allow_none=True, metadata={"example": _AT})


class LogCheckListSchema(Strict):
    """The last checks, the newest first."""

    items = fields.List(fields.Nested(LogCheckSchema))
    next = fields.String(allow_none=True)
