"""A decision's body and its answer (contract part 4). Unknown fields are refused."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from consent import clock
from consent.notices.schemas import MODELS, Strict
from consent.records.decision import Action, Decision, Layer, RegionSource, Shown
from consent.records.fields import Moment, Truth, YesOrNo, text
from consent.records.subject_keys import LONGEST_TOKEN
from consent.regulations import REGION

MOST_SIGNAL_CHARACTERS = 8000


class ShownSchema(Strict):
    """The notice that was on the screen."""

    version = fields.Integer(
        required=True, strict=True, validate=validate.Range(1, 2**31 - 1), metadata={"example": 1}
    )
    digest = text(r"sha256-[A-Za-z0-9+/]{43}=", "Use the digest of the notice.", required=True)
    language = text(
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
    region = text(REGION, "Use an ISO 3166 code.", load_default=None, allow_none=True)
    region_source = fields.Enum(RegionSource, by_value=True, load_default=RegionSource.UNKNOWN)
    model = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf((*MODELS, None))
    )
    gpc = Truth(load_default=False)
    layout = text(r"[a-z][a-z-]{0,31}", "Use a layout name.", load_default=None, allow_none=True)
    snippet = text(
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
    """Whose state: a subject's, a handover's, or a known person's (beside it the browser's own)."""

    subject = fields.String(validate=validate.Length(1, 512))
    handover = fields.String(validate=validate.Length(1, 2048))
    jwt = fields.String(
        validate=validate.Length(1, LONGEST_TOKEN),
        metadata={"description": "signed with the site's subject key (HS256); sub and exp"},
    )


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


_TRUTH = {"type": "string", "enum": ["yes", "no"]}
_STATE = validate.OneOf(("granted", "refused"))


class SearchSchema(Strict):
    """Which records are asked for; what is left out asks nothing."""

    record = fields.UUID(metadata={"description": "a record's id"})
    subject = text(r"s_[A-Za-z0-9_-]{1,100}", "Use a person's id, which begins with s_.")
    from_ = Moment(
        data_key="from",
        metadata={
            "type": "string",
            "description": "first moment, included",
            "example": "2026-11-01",
        },
    )
    to = Moment(
        metadata={
            "type": "string",
            "description": "a day is meant whole, a moment is not included",
            "example": "2026-11-30",
        }
    )
    action = fields.String(validate=validate.OneOf([each.value for each in Action]))
    category = text(r"[a-z][a-z0-9-]{0,39}", "Use a category's key.")
    category_is = fields.String(validate=_STATE)
    vendor = text(r"[a-z][a-z0-9-]{0,39}", "Use a vendor's key.")
    vendor_is = fields.String(validate=_STATE)
    version = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    region = text(f"{REGION}|unknown", "Use an ISO 3166 code such as DE or US-CA, or unknown.")
    language = text(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}", "Use a language tag such as en.")
    late = YesOrNo(metadata=_TRUTH)
    suspicious = YesOrNo(metadata=_TRUTH)
    gpc = YesOrNo(metadata=_TRUTH)


class RecordSearchSchema(SearchSchema):
    """Which records, how many at most, and from where."""

    cursor = fields.UUID(metadata={"description": "from the link of the page before"})
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))


class RecordSchema(Schema):
    """One decision as it was recorded."""

    id = fields.UUID()
    subject = fields.String(metadata={"example": "s_9JZb2tUuZL0mNqN7mO8q5A"})
    sequence = fields.Integer(metadata={"example": 0})
    recorded_at = fields.String(metadata={"example": "2026-11-30T09:00:00.000Z"})
    decided_at = fields.String(metadata={"description": "as the browser claims"})
    expires_at = fields.String()
    action = fields.String(metadata={"example": "save"})
    layer = fields.String(metadata={"example": "banner"})
    notice = fields.Dict(
        metadata={"example": {"version": 3, "digest": "sha256-", "language": "en"}}
    )
    categories = fields.Dict(metadata={"example": {"functional": True, "targeting": False}})
    vendors = fields.Dict(metadata={"example": {"acme": {"consent": []}}})
    page = fields.String(metadata={"example": "https://shop.example/"})
    region = fields.String(allow_none=True, metadata={"description": "as the service knew it"})
    region_source = fields.String()
    model = fields.String(metadata={"example": "opt_in"})
    claims = fields.Dict(metadata={"description": "what the browser said and nobody can check"})
    disagrees = fields.List(fields.String(), metadata={"description": "claims known to be wrong"})
    late = fields.Boolean()
    gpc = fields.Boolean()
    signals = fields.Dict()


class RecordListSchema(Schema):
    """A page of records, newest first.

    Where it is not full though there is a `next`, what is asked for is rare: each page looks at
    5,000 records at most.
    """

    items = fields.List(fields.Nested(RecordSchema))
    next = fields.String(allow_none=True)


class ProofSchema(Schema):
    """Where a record stands in the log, and what a check of it found."""

    check = fields.String(metadata={"example": "held"})
    log = fields.String(metadata={"example": "consent.example/log/demo"})
    leaf_hash = fields.String(metadata={"description": "base64"})
    index = fields.Integer(allow_none=True)
    size = fields.Integer(allow_none=True, metadata={"description": "of the covering checkpoint"})


class OneRecordSchema(RecordSchema):
    """One decision with its proof and where its receipt is."""

    in_force = fields.Boolean()
    proof = fields.Nested(ProofSchema)
    receipt_url = fields.String(metadata={"description": "opens the receipt; hand it on with care"})
