"""Editing a draft: pure functions of a document, one module a part of the editor.

Each takes a document and returns another one; the one it was given stays as it was. What a form
got wrong is refused by the field's name; whether the whole fits together says `notices.checked`.
"""

from consent.notices.editing import categories, cookies, look, options, regions, texts, vendors
from consent.notices.editing.parts import PARTS, Document, seen

__all__ = [
    "PARTS",
    "Document",
    "categories",
    "cookies",
    "look",
    "options",
    "regions",
    "seen",
    "texts",
    "vendors",
]
