"""Every text of the console has German words, and what is put into a text stands in both."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from flask import g
from jinja2.ext import babel_extract

from consent.web.console import words
from tests.house.sources import PACKAGE, ROOT

# Rooms that refuse what staff want, and what of them only visitors and programs hear.
ROOMS = (
    "errors.py", "exporter", "exports", "insights", "notices", "records", "rights", "sites",
    "staff", "verification/checks.py", "webhooks", "web/downloads.py", "web/guards.py",
)  # fmt: skip
NOT_TOLD = (
    "exports/pack", "exports/period.py", "insights/shown.py", "notices/default.py",
    "notices/lint", "records/capture.py", "records/handover.py", "records/rules.py",
)  # fmt: skip
BACKUPS = "The backup is damaged"
SENTENCE = re.compile(r"[A-Z{].* .*\.", re.DOTALL)
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


class Sentences(ast.NodeVisitor):
    """What a module may say to people; {0}, {1} stand where something is put in."""

    def __init__(self, path: Path) -> None:
        self.found: list[str] = []
        self.visit(ast.parse(path.read_text("utf-8")))

    def visit_Expr(self, node: ast.Expr) -> None:
        """Pass docstrings by."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        """Pass by what describes fields to programs."""
        if node.arg not in {"metadata", "description", "summary"}:
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Take a sentence into which something is put."""
        places = iter(range(9))
        parts = (
            str(each.value) if isinstance(each, ast.Constant) else f"{{{next(places)}}}"
            for each in node.values
        )
        self._take("".join(parts))

    def visit_Constant(self, node: ast.Constant) -> None:
        """Take a sentence that always says the same."""
        self._take(node.value)

    def _take(self, said: object) -> None:
        if isinstance(said, str) and SENTENCE.fullmatch(said) and not said.startswith(BACKUPS):
            self.found.append(said)


def test_every_refusal_of_a_room_has_german_words():
    german = words.of_language("de")
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(ROOMS) and not name.startswith(NOT_TOLD):
            found.update(dict.fromkeys(Sentences(path).found, name))
    assert len(found) > 180
    missing = {said: name for said, name in found.items() if german.ugettext(said) == said}
    assert missing == {}


def test_what_is_put_into_a_refusal_is_the_same_in_german():
    for catalog in catalogs():
        for message in catalog:
            if isinstance(message.id, str):
                places = (words.PLACE.findall(each) for each in (message.id, message.string))
                english, german = (sorted(set(each)) for each in places)
                assert english == german, message.id


def test_a_refusal_is_told_with_what_was_put_in(app):
    said = {
        "Choose at most 3660 days.": "Wählen Sie höchstens 3660 Tage.",
        "Company Acme: legal bases": "Unternehmen Acme: Rechtsgrundlagen",
        "Cookie _ga on .shop.example: purpose in German":
            "Cookie _ga auf .shop.example: Zweck auf Deutsch",
        "Row 3 has 4 cells, the first row 5: put cells that hold the separator into quotation "
        "marks.": "Zeile 3 hat 4 Zellen, die erste Zeile 5: Setzen Sie Zellen, in denen das "
        "Trennzeichen steht, in Anführungszeichen.",
        "Nobody ever wrote this.": "Nobody ever wrote this.",
    }  # fmt: skip
    with app.test_request_context():
        assert [words.told(each) for each in said] == list(said)
        g.console_language = "de"
        assert [words.told(each) for each in said] == list(said.values())
