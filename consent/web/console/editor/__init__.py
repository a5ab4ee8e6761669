"""The notice editor: one page a part, saved part by part beside a live preview.

What a form says becomes an edit, a pure function of the document (`forms`); saving applies it to
the draft, previewing to a copy that nobody keeps. To add a page: a module here, a line in PAGES.
"""

from consent.web.console.editor import (
    categories,
    cookies,
    look,
    options,
    overview,
    regions,
    tables,
    texts,
    vendors,
)
from consent.web.console.editor.page import door

PAGES = (overview, categories, cookies, vendors, tables, texts, look, regions, options)

__all__ = ["PAGES", "door"]
