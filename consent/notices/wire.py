"""What programs send and get about notices, as the API describes it."""

from marshmallow import RAISE, Schema, fields, validate

from consent.notices.ask_again import AskAgain
from consent.notices.lint import REFUSING

WHO = tuple(each.value for each in AskAgain)
DIGEST = "sha256-k2in0h4Bj2SuMyfS8lzU12k7LYUyjku2gLz8vUwmuQ4="


class _Strict(Schema):
    class Meta:
        """What is not named is refused."""

        unknown = RAISE


class NoticeDraftSchema(Schema):
    """A draft, and under which digest it would be published."""

    digest = fields.String(metadata={"example": DIGEST})
    is_pending = fields.Boolean(metadata={"description": "Publishing would make another version."})
    updated_at = fields.String(allow_none=True)
    document = fields.Dict(metadata={"description": "A whole notice, `consent-notice@v1`."})


class NoticeLintSchema(_Strict):
    """Which languages a notice must have besides its own."""

    language = fields.List(fields.String(validate=validate.Length(2, 35)), load_default=list)


class NoticeFindingSchema(Schema):
    """One place where a rule is broken."""

    rule = fields.String(metadata={"example": "pre-ticked"})
    level = fields.String(validate=validate.OneOf(("refuse", "warn")))
    path = fields.List(fields.Raw(), metadata={"example": ["regions", 0]})
    message = fields.String(metadata={"description": "What to do."})
    source = fields.String(metadata={"description": "Whose rule it is."})
    measured = fields.String(allow_none=True)


class NoticeFindingListSchema(Schema):
    """What is wrong with a notice, what refuses first."""

    items = fields.List(fields.Nested(NoticeFindingSchema))


class NoticeChangeSchema(Schema):
    """One difference in words."""

    kind = fields.String(validate=validate.OneOf(("added", "removed", "changed")))
    what = fields.String(metadata={"example": "Cookie _ga_ on shop.example"})
    before = fields.String(allow_none=True)
    after = fields.String(allow_none=True)
    matters = fields.Boolean(metadata={"description": "An earlier choice does not cover it."})


class NoticeChangeListSchema(Schema):
    """What changes."""

    items = fields.List(fields.Nested(NoticeChangeSchema))


class PublicationTermsSchema(_Strict):
    """Why a draft is published, whom it asks again, which rules it overrides."""

    reason = fields.String(
        required=True, validate=validate.Length(1, 2000), metadata={"example": "New analytics."}
    )
    ask_again = fields.String(
        load_default="nobody", validate=validate.OneOf(WHO), metadata={"example": "changed"}
    )
    overrides = fields.Dict(
        keys=fields.String(validate=validate.OneOf(sorted(REFUSING))),
        values=fields.String(validate=validate.Length(10, 2000)),
        load_default=dict,
        metadata={"description": "A written reason for each rule that refuses.", "example": {}},
    )
    digest = fields.String(
        validate=validate.Length(1, 60),
        metadata={"description": "Publish only if the draft is still this one."},
    )


class PublicationPlanSchema(PublicationTermsSchema):
    """The same, at a moment."""

    publish_at = fields.AwareDateTime(required=True, metadata={"example": "2026-12-24T08:00:00Z"})


class PublicationPlannedSchema(Schema):
    """What is to be published by itself, or why it was not."""

    publish_at = fields.String(metadata={"example": "2026-12-24T08:00:00.000Z"})
    reason = fields.String(allow_none=True)
    ask_again = fields.String(validate=validate.OneOf(WHO))
    failed = fields.String(allow_none=True)


class NoticeVersionSchema(Schema):
    """One publication."""

    version = fields.Integer()
    digest = fields.String(metadata={"example": DIGEST})
    published_at = fields.String()
    reason = fields.String(allow_none=True)
    actor = fields.String(allow_none=True)
    ask_again = fields.String(validate=validate.OneOf(WHO))
    overridden = fields.Dict(keys=fields.String(), values=fields.String())
    pictures = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "SHA-256 of each picture; read one version to have them."},
    )


class NoticeVersionListSchema(Schema):
    """Versions, the newest first."""

    items = fields.List(fields.Nested(NoticeVersionSchema))
    next = fields.String(allow_none=True)


class NoticeVersionWholeSchema(NoticeVersionSchema):
    """One publication with its document."""

    document = fields.Dict()


class NoticeDifferenceSchema(_Strict):
    """Which version to compare with; none is the one before."""

    since = fields.Integer(data_key="from", strict=False, validate=validate.Range(1, 999_999_999))
