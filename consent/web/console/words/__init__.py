"""The console's words: English in the code, other languages as gettext catalogs beside this.

A language is a folder of .po files, read together at the first use. What has no translation stays
English; a house test finds it.
"""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import g, has_request_context

FOLDER = Path(__file__).parent


@cache
def of_language(language: str) -> NullTranslations:
    """Return the words of a language; English for one we have no catalog of."""
    files = sorted((FOLDER / language).glob("*.po")) if language.isalpha() else []
    if not files:
        return NullTranslations()
    whole = Catalog(locale=language)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    whole.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled)


def language() -> str:
    """Return the language of this request's page."""
    return str(getattr(g, "console_language", "en")) if has_request_context() else "en"


def _(message: str) -> str:
    """Return a text in the language of this request."""
    return str(of_language(language()).ugettext(message))


def ngettext(one: str, many: str, number: int) -> str:
    """Return a text for a number of things in the language of this request."""
    return str(of_language(language()).ungettext(one, many, number))


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "translate it later"
    """Mark a text that is looked up later."""
    return message
