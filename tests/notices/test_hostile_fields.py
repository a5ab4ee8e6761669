"""A field of a notice that is no plain text takes no hostile text, and says which field it is."""

import os
from typing import Any
from urllib.parse import urlsplit

import pytest

from consent import notices
from consent.errors import NoticeError
from tests.factories import a_notice
from tests.journeys.hostile_text import payloads

COUNT = int(os.environ.get("CONSENT_TEST_PAYLOADS", "50"))


def _set(document: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *way, last = path.split(".")
    inner: Any = document
    for step in way:
        inner = inner[int(step) if step.isdigit() else step]
    inner[int(last) if last.isdigit() else last] = value
    return document


TYPED = (
    "layout", "default_language", "expiry.granted", "expiry.refused", "categories.1.key",
    "regions.0.match.0", "regions.0.model", "regions.0.gpc", "theme.--consent-accent",
    "theme.--consent-font", "vendors.0.key", "vendors.0.bases.0", "vendors.0.categories.0",
    "cookies.0.match", "cookies.0.storage", "cookies.0.party", "cookies.0.duration",
    "cookies.0.category", "cookies.0.vendor", "options.reopen_button", "options.consent_modes.0",
)  # fmt: skip
LINKS = (
    "policy_url", "logo_url", "vendors.0.policy_url", "options.powered_by", "options.logo_dark_url",
    "options.policy_urls.en",
)  # fmt: skip


@pytest.mark.parametrize("path", [*TYPED, *LINKS])
def test_what_is_not_a_text_takes_no_payload_and_names_the_field(path: str) -> None:
    for payload in payloads(COUNT):
        document = a_notice(logo_url="/logo.png")
        document["options"] = {"consent_modes": ["google"], "policy_urls": {"en": "/cookies"}}
        _set(document, path, payload)
        try:
            notices.checked(document)
        except NoticeError as error:
            assert error.status == 422
            assert path.partition(".")[0] in error.problems, (payload, error.problems)
        else:
            # A link on the web is one, whatever it says; nothing else is.
            assert path in LINKS, payload
            assert urlsplit(payload).scheme in {"http", "https"}, payload


def test_half_a_character_is_no_text() -> None:
    for path in ("vendors.0.name", "cookies.1.purpose.en", "texts.en.banner_title"):
        with pytest.raises(NoticeError):
            notices.checked(_set(a_notice(), path, "half of one: \ud800"))
