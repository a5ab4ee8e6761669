"""Every text of the console has German words, and what is put into a text stands in both."""

import re

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from consent.web.console import words
from tests.house.sources import PACKAGE, ROOT

NAMED = re.compile(r"%\((\w+)\)s")


def used() -> dict[str, str]:
    """Return each text of the console with a file that has it."""
    found = {}
    for path in sorted((ROOT / "templates" / "console").rglob("*.html")):
        with path.open("rb") as file:
            for _, function, message, _ in babel_extract(file, ("_", "ngettext"), [], {}):
                first = message if isinstance(message, str) else message[0]
                assert first, f"{path}: {function} of no plain text"
                found.setdefault(first, path.name)
    for path in sorted((PACKAGE / "web" / "console").rglob("*.py")):
        keywords = {"_": None, "N_": None, "ngettext": (1, 2)}
        for _, message, _, _ in extract_from_file("python", path, keywords=keywords):
            found.setdefault(message if isinstance(message, str) else message[0], path.name)
    return found


def catalogs() -> list:
    found = []
    for path in (words.FOLDER / "de").glob("*.po"):
        with path.open("rb") as file:
            found.append(read_po(file, locale="de"))
    return found


def test_every_text_has_german_words():
    german = words.of_language("de")
    known = {
        message.id if isinstance(message.id, str) else message.id[0]
        for catalog in catalogs()
        for message in catalog
        if message.id and message.string
    }
    assert german.ugettext("Log in") == "Anmelden"
    missing = {text: where for text, where in used().items() if text not in known}
    assert missing == {}


def test_what_is_put_into_a_text_is_the_same_in_german():
    for catalog in catalogs():
        for message in catalog:
            pairs = (
                zip(message.id, message.string, strict=True)
                if isinstance(message.id, tuple)
                else [(message.id, message.string)]
            )
            for english, german in pairs:
                assert set(NAMED.findall(english)) == set(NAMED.findall(german)), english


@pytest.mark.parametrize("language", ["en", "xx", "../de", ""])
def test_a_language_without_words_is_english(language):
    assert words.of_language(language).gettext("Log in") == "Log in"
