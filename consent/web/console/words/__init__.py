"""The console's words: English in the code, other languages as gettext catalogs beside this.

A language is a folder of .po files, read together at the first use. What has no translation stays
English; a house test finds it.
"""

import io
import re
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, has_request_context

FOLDER = Path(__file__).parent
# Where something is put into the sentence of a room.
PLACE = re.compile(r"\{\d\}")


@cache
def of_language(language: str) -> NullTranslations:
    """Return the words of a language; English for one we have no catalog of."""
    whole = _catalog(language)
    if not len(whole):
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


@cache
def _catalog(language: str) -> Catalog:
    """Read the files of a language once; of one that has none there is nothing."""
    files = sorted((FOLDER / language).glob("*.po")) if language.isalpha() else []
    whole = Catalog(locale=language if files else None)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    whole.add(message.id, message.string, context=message.context)
    return whole


def language() -> str:
    """Return the language of this request's page."""
    return str(getattr(g, "console_language", "en")) if has_request_context() else "en"


def _(message: str) -> str:
    """Return a text in the language of this request."""
    return str(of_language(language()).ugettext(message))


def told(sentence: str) -> str:
    """Return what a room says, in the language of this request.

    Rooms speak English, for logs, terminals and programs. A catalog has their sentences with {0},
    {1} where something is put in; that stays as it is where the catalog does not know it.
    """
    known = _(sentence)
    if known != sentence:
        return known
    for pattern, words in _patterns(language()):
        if found := pattern.fullmatch(sentence):
            return words.format(*(_(each) for each in found.groups()))
    return sentence


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences into which something is put, the wordiest first, as patterns."""
    found = []
    for message in _catalog(language):
        if isinstance(message.id, str) and "{0}" in message.id:
            parts = PLACE.split(message.id)
            pattern = re.compile("(.+?)".join(map(re.escape, parts)), re.DOTALL)
            found.append((len("".join(parts)), pattern, str(message.string)))
    return tuple(each[1:] for each in sorted(found, key=lambda each: -each[0]))


def ngettext(one: str, many: str, number: int) -> str:
    """Return a text for a number of things in the language of this request."""
    return str(of_language(language()).ungettext(one, many, number))


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "translate it later"
    """Mark a text that is looked up later."""
    return message
