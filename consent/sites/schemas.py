"""Sites as the API takes and gives them."""

from marshmallow import RAISE, Schema, fields, validate


class _Strict(Schema):
    class Meta:
        """Unknown fields are an error, never dropped in silence."""

        unknown = RAISE


class SiteChangeSchema(_Strict):
    """What of a site may be changed; what is not named stays."""

    name = fields.String(metadata={"example": "The shop"})
    origins = fields.List(
        fields.String(),
        validate=validate.Length(1, 100),
        metadata={"example": ["https://shop.example"]},
    )
    default_language = fields.String(metadata={"example": "en"})
    public_log = fields.Boolean(truthy={True}, falsy={False}, metadata={"example": False})
    retention = fields.String(
        metadata={"example": "P5Y", "description": "ISO 8601: how long records are kept"}
    )


class NewSiteSchema(SiteChangeSchema):
    """A site to be made."""

    key = fields.String(
        required=True,
        metadata={"example": "shop", "description": "stands in addresses, never changes"},
    )
    name = fields.String(required=True, metadata={"example": "The shop"})
    origins = fields.List(
        fields.String(),
        required=True,
        validate=validate.Length(1, 100),
        metadata={"example": ["https://shop.example"]},
    )


class SiteSchema(Schema):
    """A site."""

    key = fields.String(metadata={"example": "shop"})
    name = fields.String(metadata={"example": "The shop"})
    origins = fields.List(fields.String(), metadata={"example": ["https://shop.example"]})
    default_language = fields.String(metadata={"example": "en"})
    public_log = fields.Boolean(metadata={"example": False})
    retention = fields.String(metadata={"example": "P5Y"})
    created_at = fields.String(metadata={"example": "2026-11-30T09:00:00.000Z"})
    version = fields.Integer(
        allow_none=True, metadata={"example": 3, "description": "of the notice that is live"}
    )


class SiteListSchema(Schema):
    """A page of sites, by key."""

    items = fields.List(fields.Nested(SiteSchema))
    next = fields.String(allow_none=True, metadata={"example": "shop"})


class EmbedSchema(Schema):
    """What a site puts into its pages."""

    tag = fields.String(metadata={"description": "follows each publication"})
    frozen_tag = fields.String(metadata={"description": "one release for ever, with its integrity"})
    integrity = fields.String(metadata={"example": "sha256-..."})
    stub = fields.String(metadata={"description": "inline, first; empty without consent modes"})
    stub_source = fields.String(metadata={"description": "what a Content-Security-Policy calls it"})
    loader_url = fields.String(
        metadata={"example": "https://consent.example/v1/sites/shop/loader.js"}
    )
    hosted_url = fields.String(metadata={"example": "https://consent.example/privacy/shop"})
    version = fields.Integer(metadata={"example": 3})
