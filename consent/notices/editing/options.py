"""Options, expiry, the policy's address and the default language."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from consent.errors import InvalidFieldsError
from consent.notices.document import Options
from consent.notices.editing.parts import Document, with_options
from consent.notices.schemas import ExpirySchema, OptionsSchema, a_link_or_path

# What the editor's page of options sets; the logo in the dark belongs to the look.
OWN = (
    "vendor_choices",
    "reopen_button",
    "powered_by",
    "policy_urls",
    "policy_new_tab",
    "consent_modes",
    "count_shown",
)


def set_options(
    document: Document,
    *,
    options: Mapping[str, Any],
    expiry: Mapping[str, str],
    policy_url: str,
    default_language: str,
) -> Document:
    """Set what a site chooses besides; what has its default is left out of the file."""
    problems: dict[str, Any] = {}
    for schema, values in ((OptionsSchema(), options), (ExpirySchema(), expiry)):
        problems |= schema.validate(dict(values))
    if default_language not in document["texts"]:
        problems["default_language"] = ["Choose a language that the notice speaks."]
    try:
        a_link_or_path(policy_url)
    except ValidationError as error:
        problems["policy_url"] = error.messages
    strays = set(options.get("policy_urls", {})) - set(document["texts"])
    if strays and "policy_urls" not in problems:
        problems["policy_urls"] = [f"There are no texts in {', '.join(sorted(strays))}."]
    if problems:
        raise InvalidFieldsError(problems)
    kept = {key: each for key, each in document.get("options", {}).items() if key not in OWN}
    made = {
        **document,
        "expiry": dict(expiry),
        "policy_url": policy_url,
        "default_language": default_language,
    }
    return with_options(made, kept | {key: options[key] for key in OWN if _is_said(options, key)})


def _is_said(options: Mapping[str, Any], key: str) -> bool:
    default = getattr(Options(), key)
    plain = list(default) if isinstance(default, tuple) else default
    return key in options and bool(options[key] != plain)
