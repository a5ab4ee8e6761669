"""As which visitor a notice is looked at: from where, in which language, with which device."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent import regulations
from consent.notices import wording
from consent.web.console import words
from consent.web.console.words import _

UNKNOWN = ""
# Places whose law is often asked for; those a notice names come first.
USUAL = ("DE", "FR", "GB", "CH", "US-CA", "US", "CA", "BR", "IN", "JP")
DEVICES = ("phone", "tablet", "desktop")
SCHEMES = ("light", "dark")
MOST_PLACES = 60

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choice:
    """What one may choose, as pairs of value and name."""

    regions: Pairs
    languages: Pairs
    devices: Pairs
    schemes: Pairs
    language: str


@dataclass(frozen=True)
class Visitor:
    """One visitor."""

    region: str | None
    language: str
    scheme: str
    gpc: bool


def choice(document: Mapping[str, Any]) -> Choice:
    """Return what one may choose for a document."""
    default = document["default_language"]
    spoken = [default, *(each for each in document["texts"] if each != default)]
    return Choice(
        regions=(
            (UNKNOWN, _("unknown")),
            *((code, place_name(code)) for code in _places(document)),
        ),
        languages=tuple((each, language_name(each)) for each in spoken),
        devices=(("phone", _("Phone")), ("tablet", _("Tablet")), ("desktop", _("Desktop"))),
        schemes=(("light", _("Light")), ("dark", _("Dark"))),
        language=default,
    )


def visitor(document: Mapping[str, Any], given: Mapping[str, str]) -> Visitor:
    """Return the visitor that a form names; what makes no sense is the default."""
    region = given.get("view_region", UNKNOWN)
    language = given.get("view_language", "")
    scheme = given.get("view_scheme", "")
    return Visitor(
        region=region if regulations.is_region(region) else None,
        language=language if language in document["texts"] else document["default_language"],
        scheme=scheme if scheme in SCHEMES else "light",
        gpc=given.get("view_gpc") == "1",
    )


def language_name(language: str) -> str:
    """Return what a language is called in the language of the page, with its code."""
    name = wording.locale(language).get_display_name(words.language())
    known = wording.locale(language).language == language.partition("-")[0].lower()
    return f"{name} ({language})" if name and known else language


def place_name(code: str) -> str:
    """Return what a place is called in the language of the page, with its code."""
    country = code.partition("-")[0]
    name = wording.locale(words.language()).territories.get(country)
    return f"{name} ({code})" if name else code


def _places(document: Mapping[str, Any]) -> list[str]:
    named = [
        code
        for rule in document["regions"]
        for each in rule["match"]
        for code in (("DE",) if each == "EU" else (each,))
        if regulations.is_region(code)
    ]
    return list(dict.fromkeys([*named[:MOST_PLACES], *USUAL]))
