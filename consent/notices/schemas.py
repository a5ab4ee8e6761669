"""The notice file (`consent-notice@v1`): what may stand in it. Unknown fields are refused.

Staff write text and typed values, never HTML or CSS: links are http or https (or, where the site
itself is meant, a path of it), theme values are colours, lengths and font names.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import isodate
from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from consent.notices import texts as shipped_texts
from consent.notices import theme as themes
from consent.regulations import is_region

FORMAT = "consent-notice@v1"
LAYOUTS = ("center", "panel-left", "panel-right", "tab")
BASES = ("consent", "legitimate_interest")
STORAGES = ("cookie", "local", "session", "indexeddb", "cache", "service_worker", "pixel")
MODELS = ("opt_in", "opt_out", "notice_only")
CORNERS = ("start", "end")
CONSENT_MODES = ("google", "uet", "clarity")

_KEY = r"[a-z][a-z0-9-]{0,39}"
_THEME_VALUE = (
    r"#[0-9a-fA-F]{3,8}|\d{1,4}(\.\d{1,3})?(px|rem|em|%)?|[A-Za-z][A-Za-z0-9 ,'\"-]{0,199}"
)
_FORBIDDEN = frozenset({"constructor", "prototype"})


def _matches(pattern: str, advice: str) -> Any:
    compiled = re.compile(pattern)

    def check(value: str) -> None:
        # fullmatch: `$` would let a trailing newline pass.
        if not compiled.fullmatch(value) or value in _FORBIDDEN:
            raise ValidationError(advice)

    return check


def _link(value: str) -> None:
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValidationError("Use an http or https address.") from None
    if parts.scheme not in {"http", "https"} or not parts.netloc or not value.isprintable():
        raise ValidationError("Use an http or https address.")


def a_link_or_path(value: str) -> None:
    """Refuse what is neither an address on the web nor a path of the site."""
    # A browser reads `//` and `/\` as the start of another host.
    is_path = value.startswith("/") and not value.startswith("//") and "\\" not in value
    if not (is_path and value.isprintable()):
        try:
            _link(value)
        except ValidationError:
            raise ValidationError(
                "Use an http or https address, or a path of the site such as /cookies."
            ) from None


def _duration(value: str) -> None:
    try:
        parsed = isodate.parse_duration(value)
    except (isodate.ISO8601Error, ValueError, TypeError, OverflowError):
        raise ValidationError("Use an ISO 8601 duration such as P180D.") from None
    if value.startswith("-") or not parsed:
        raise ValidationError("Use a duration longer than nothing.")


def _kept_for(value: str) -> None:
    if value != "session":
        _duration(value)


def _place(value: str) -> None:
    if value not in {"EU", "*"} and not is_region(value):
        raise ValidationError("Use ISO 3166 codes such as DE or US-CA, EU, or *.")


key_field = {"required": True, "validate": _matches(_KEY, "Use a-z, 0-9 and hyphens.")}
a_language = _matches(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "Use a language tag such as en or pt-BR.")
_short = validate.Length(1, 200)
_long = validate.Length(1, 4000)


class Strict(Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        """Unknown fields are an error, never dropped in silence."""

        unknown = RAISE


class RegionSchema(Strict):
    """Where which model holds."""

    match = fields.List(
        fields.String(validate=_place), required=True, validate=validate.Length(1, 300)
    )
    model = fields.String(required=True, validate=validate.OneOf(MODELS))
    gpc = fields.String(load_default="apply", validate=validate.OneOf(("apply", "ignore")))
    models = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.OneOf(MODELS))
    )


class CategorySchema(Strict):
    """One category."""

    key = fields.String(**key_field)
    locked = fields.Boolean()


class VendorSchema(Strict):
    """One vendor."""

    key = fields.String(**key_field)
    name = fields.String(required=True, validate=_short)
    policy_url = fields.String(required=True, validate=_link)
    hosts = fields.List(fields.String(validate=_short), required=True)
    categories = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    bases = fields.List(
        fields.String(validate=validate.OneOf(BASES)), required=True, validate=validate.Length(1, 2)
    )


class CookieSchema(Strict):
    """One cookie, or what serves as one."""

    name = fields.String(required=True, validate=_short)
    match = fields.String(required=True, validate=validate.OneOf(("exact", "prefix")))
    storage = fields.String(required=True, validate=validate.OneOf(STORAGES))
    host = fields.String(required=True, validate=_short)
    party = fields.String(required=True, validate=validate.OneOf(("first", "third")))
    duration = fields.String(required=True, validate=_kept_for)
    category = fields.String(required=True)
    vendor = fields.String(required=True, allow_none=True)
    purpose = fields.Dict(
        keys=fields.String(validate=a_language), values=fields.String(validate=_long), required=True
    )


class ExpirySchema(Strict):
    """How long a grant and a refusal last."""

    granted = fields.String(required=True, validate=_duration)
    refused = fields.String(required=True, validate=_duration)


class OptionsSchema(Strict):
    """What a site may choose besides; what is left out has the default of `Options`."""

    vendor_choices = fields.Boolean()
    reopen_button = fields.String(allow_none=True, validate=validate.OneOf(CORNERS))
    powered_by = fields.String(allow_none=True, validate=_link)
    policy_urls = fields.Dict(
        keys=fields.String(validate=a_language), values=fields.String(validate=a_link_or_path)
    )
    policy_new_tab = fields.Boolean()
    logo_dark_url = fields.String(allow_none=True, validate=a_link_or_path)
    consent_modes = fields.List(fields.String(validate=validate.OneOf(CONSENT_MODES)))
    count_shown = fields.Integer(strict=True, allow_none=True, validate=validate.Range(1, 100))


class NoticeSchema(Strict):
    """A whole notice."""

    format = fields.String(required=True, validate=validate.Equal(FORMAT))
    default_language = fields.String(required=True, validate=a_language, metadata={"example": "en"})
    policy_url = fields.String(
        required=True, validate=a_link_or_path, metadata={"example": "/cookies"}
    )
    logo_url = fields.String(required=True, allow_none=True, validate=a_link_or_path)
    layout = fields.String(required=True, validate=validate.OneOf(LAYOUTS))
    theme = fields.Dict(
        keys=fields.String(validate=_matches(r"--consent-[a-z0-9-]{1,40}", "Use --consent-name.")),
        values=fields.String(
            validate=_matches(_THEME_VALUE, "Use a #colour, a length or font names.")
        ),
        required=True,
    )
    expiry = fields.Nested(ExpirySchema, required=True)
    regions = fields.List(
        fields.Nested(RegionSchema), required=True, validate=validate.Length(1, 300)
    )
    categories = fields.List(
        fields.Nested(CategorySchema), required=True, validate=validate.Length(1, 40)
    )
    vendors = fields.List(
        fields.Nested(VendorSchema), required=True, validate=validate.Length(max=2000)
    )
    cookies = fields.List(
        fields.Nested(CookieSchema), required=True, validate=validate.Length(max=10_000)
    )
    texts = fields.Dict(
        keys=fields.String(validate=a_language),
        values=fields.Dict(keys=fields.String(), values=fields.String(validate=_long)),
        required=True,
    )

    options = fields.Nested(OptionsSchema)

    @validates_schema
    def _fits_together(self, data: dict[str, Any], **_: object) -> None:
        categories = [item["key"] for item in data["categories"]]
        locked = {item["key"] for item in data["categories"] if item.get("locked")}
        problems: dict[str, list[str]] = {}
        _note(problems, "categories", _twice(categories))
        if "necessary" not in locked:
            _note(problems, "categories", ["one with the key necessary must be locked"])
        _note(problems, "vendors", _twice(item["key"] for item in data["vendors"]))
        _note(problems, "vendors", _strays(data["vendors"], "categories", set(categories)))
        for vendor in data["vendors"]:
            _note(problems, "vendors", _twice([*vendor["categories"], *vendor["bases"]]))
        _note(problems, "cookies", _strays(data["cookies"], "category", set(categories)))
        vendors = {item["key"] for item in data["vendors"]} | {None}
        _note(problems, "cookies", _strays(data["cookies"], "vendor", vendors))
        _note(problems, "regions", _strays(data["regions"], "models", set(categories)))
        _note(problems, "texts", _text_problems(data, categories))
        _note(problems, "theme", themes.problems(data["theme"]))
        _note(problems, "options", _option_problems(data))
        if problems:
            raise ValidationError(problems)


def _note(problems: dict[str, list[str]], field: str, found: Iterable[str]) -> None:
    for sentence in found:
        problems.setdefault(field, []).append(sentence)


def _twice(keys: Iterable[str]) -> list[str]:
    return [f"{key} stands twice" for key, count in Counter(keys).items() if count > 1]


def _strays(items: list[dict[str, Any]], field: str, known: set[str | None]) -> list[str]:
    found = []
    for index, item in enumerate(items):
        value = item.get(field, {})
        named = value if isinstance(value, list | dict) else [value]
        found += [f"{index}.{field}: there is no {name}" for name in named if name not in known]
    return found


def _option_problems(data: dict[str, Any]) -> list[str]:
    options = data.get("options", {})
    found = [
        f"policy_urls.{language}: there are no texts in {language}"
        for language in options.get("policy_urls", {})
        if language not in data["texts"]
    ]
    found += [f"consent_modes: {each}" for each in _twice(options.get("consent_modes", ()))]
    if options.get("logo_dark_url") and not data["logo_url"]:
        found.append("logo_dark_url: give logo_url too, for light surroundings")
    return found


def _text_problems(data: dict[str, Any], categories: list[str]) -> list[str]:
    default = data["default_language"]
    known = shipped_texts.keys() | {
        f"category_{key}_{part}" for key in categories for part in ("name", "text")
    }
    found = [
        f"{language}.{key} is no text we know"
        for language, texts in data["texts"].items()
        for key in texts
        if key not in known
    ]
    if default not in data["texts"]:
        return [*found, f"the default language {default} has no texts; give it at least {{}}"]
    named = shipped_texts.keys() | set(data["texts"][default])
    return found + [
        f"{default}.category_{key}_{part} is missing"
        for key in categories
        for part in ("name", "text")
        if f"category_{key}_{part}" not in named
    ]
