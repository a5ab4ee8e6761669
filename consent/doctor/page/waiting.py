"""The marked form of a tag, word for word; and the hosts that an inline script names."""

import re

from consent.doctor.page.reading import MARK, VENDOR, Element, as_tag

# A page puts a fresh nonce there each time.
NONCE = "NONCE"
_HOST = re.compile(
    r"""["'`(](?:https?:)?(?:\\?/){2}([a-z0-9.-]+\.[a-z]{2,})(?=["'`/:?\\)])""", re.IGNORECASE
)
_MAKES = re.compile(r"createElement\(|new Image\b|document\.write\(")
_ASKS = re.compile(
    r"\.src\s*=|sendBeacon\(|\bfetch\(|XMLHttpRequest|\bimport\(" + "|" + _MAKES.pattern
)
_FETCHES = re.compile(r"@import\b|url\(", re.IGNORECASE)
# Of a longer script or style only the beginning is shown.
LONG, SHOWN = 2000, 200
# What an element loads by, as it is called while it waits.
_MOVED = {"src", "srcset", "href", "data", "poster"}


def waiting(element: Element, category: str, vendor: str = "") -> str:
    """Return a tag as it should stand in the page."""
    mark = {MARK: category, **({VENDOR: vendor} if vendor else {})}
    kept = {
        name: NONCE if name == "nonce" else value
        for name, value in element.attributes.items()
        if name not in mark and not (name == "type" and element.name == "script")
    }
    if element.name == "script":
        module = {"data-type": "module"} if element.kind == "module" else {}
        return as_tag("script", {"type": "text/plain", **mark, **module, **kept}, _short(element))
    if element.name == "style":
        # A style sheet cannot wait; a template with one in it can.
        return as_tag("template", mark, as_tag("style", kept, _short(element)))
    moved = {(f"data-{name}" if name in _MOVED else name): value for name, value in kept.items()}
    if element.name in {"source", "track"}:
        # The element around them carries the mark.
        mark = {}
    return as_tag(element.name, {**mark, **moved})


def inlined(text: str) -> set[str]:
    """Return the hosts whose addresses an inline script names, if it can ask for anything."""
    return _hosts(text) if _ASKS.search(text) else set()


def inserted(text: str) -> set[str]:
    """Return those hosts if the script puts new elements into the page, as vendors' snippets do."""
    return _hosts(text) if _MAKES.search(text) else set()


def styled(text: str) -> set[str]:
    """Return the hosts that a style sheet fetches from."""
    return _hosts(text) if _FETCHES.search(text) else set()


def _short(element: Element) -> str:
    text = element.text
    return text if len(text) <= LONG else f"{text[:SHOWN]}\n... and so on, as it stands there ...\n"


def _hosts(text: str) -> set[str]:
    return {match.lower() for match in _HOST.findall(text)}
