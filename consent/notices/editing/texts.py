"""Texts per language: a site's own over ours, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marshmallow import ValidationError

from consent.errors import InvalidFieldsError
from consent.notices import texts as shipped_texts
from consent.notices.editing.parts import Document
from consent.notices.schemas import a_language

LONGEST = 4000


class Source(StrEnum):
    """Where the words come from that a visitor reads."""

    OWN = "own"
    SHIPPED = "shipped"
    # Nobody has written it in this language: what stands in for it is in another one.
    MISSING = "missing"


@dataclass(frozen=True)
class Line:
    """One text in one language: the site's own words, those shown, and where they come from."""

    key: str
    own: str
    shown: str
    source: Source


def lines(document: Document, language: str) -> tuple[Line, ...]:
    """Return every text of a notice in a language, in the order in which we ship them."""
    texts = document["texts"]
    shown = shipped_texts.completed(texts, document["default_language"])[language]
    own = texts[language]
    ours = set(shipped_texts.written(language))
    keys = [*shipped_texts.shipped()[shipped_texts.FALLBACK], *_of_own_categories(document)]
    return tuple(
        Line(key, own.get(key, ""), shown.get(key, ""), _source(key, own, ours)) for key in keys
    )


def missing(document: Document, language: str) -> tuple[str, ...]:
    """Return the keys that nobody has written in a language."""
    return tuple(line.key for line in lines(document, language) if line.source is Source.MISSING)


def set_texts(document: Document, language: str, given: Mapping[str, str]) -> Document:
    """Set a site's own texts of a language; an empty one gives way to ours."""
    _spoken(document, language)
    long = {
        key: [f"Use at most {LONGEST} characters."]
        for key, text in given.items()
        if len(text) > LONGEST
    }
    if long:
        raise InvalidFieldsError(long)
    before = document["texts"][language]
    kept = {key: text for key, text in before.items() if key not in given}
    own = kept | {key: text.strip() for key, text in given.items() if text.strip()}
    return {**document, "texts": {**document["texts"], language: own}}


def add_language(document: Document, language: str) -> Document:
    """Let a notice speak another language, with the texts we ship for it."""
    try:
        a_language(language)
    except ValidationError as error:
        raise InvalidFieldsError({"language": error.messages}) from error
    if language in document["texts"]:
        raise InvalidFieldsError({"language": ["The notice speaks this language already."]})
    return {**document, "texts": {**document["texts"], language: {}}}


def remove_language(document: Document, language: str) -> Document:
    """Take a language away, with its texts and its policy's address; never the default one."""
    _spoken(document, language)
    if language == document["default_language"]:
        sentence = "This is the default language: choose another default first."
        raise InvalidFieldsError({"language": [sentence]})
    kept = {each: own for each, own in document["texts"].items() if each != language}
    made = {**document, "texts": kept}
    options = dict(document.get("options", {}))
    if language in options.get("policy_urls", {}):
        urls = {each: url for each, url in options["policy_urls"].items() if each != language}
        made["options"] = {**options, "policy_urls": urls}
    return made


def _of_own_categories(document: Document) -> list[str]:
    known = shipped_texts.keys()
    return [
        key
        for category in document["categories"]
        for part in ("name", "text")
        if (key := f"category_{category['key']}_{part}") not in known
    ]


def _source(key: str, own: Mapping[str, str], ours: set[str]) -> Source:
    if key in own:
        return Source.OWN
    return Source.SHIPPED if key in ours else Source.MISSING


def _spoken(document: Document, language: str) -> None:
    if language not in document["texts"]:
        raise InvalidFieldsError({"language": ["The notice does not speak this language."]})
