"""What a page marks as waiting, read from its HTML; and what of it must run after a decision."""

import json
import re
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser

from consent.demo.vendors import FOLDER

# The names under which the shop's own panel and the stand-ins report that something ran.
TAGS = {path: tag["tag"] for path, tag in json.loads((FOLDER / "tags.json").read_text()).items()}
OWN = {"recent.js": "shop-recent", "counter.js": "cookieless-counter"}
KINDS = {
    "img": "image",
    "iframe": "frame",
    "link": "style",
    "audio": "sound",
    "object": "object",
}


@dataclass
class Mark:
    """One element that waits."""

    names: list[str]
    vendor: str | None
    tag: str

    def runs(self, granted: set[str], without: set[str]) -> bool:
        """Say whether it runs once a decision grants these categories."""
        if self.vendor in without:
            return False
        return all(
            name[1:] not in granted if name[0] == "!" else name in granted | {"necessary"}
            for name in self.names
        )


def expected(address: str, *granted: str, without: str = "") -> list[str]:
    """Return what a page must report after a decision, sorted: its own markup is the measure."""
    marks = read(address)
    assert marks, f"{address} marks nothing"
    return sorted({mark.tag for mark in marks if mark.runs(set(granted), {without})})


def read(address: str) -> list[Mark]:
    """Return the marks of a page in the order of the document."""
    with urllib.request.urlopen(address) as page:
        reader = _Reader()
        reader.feed(page.read().decode())
    return [mark for mark in reader.marks if mark.tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.marks: list[Mark] = []
        self._inline: Mark | None = None
        self._template: Mark | None = None
        self._source = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        # What a view of the single page holds is not in the document yet.
        self._source = self._source or "data-view-source" in found
        if self._source:
            return
        if self._template is not None and tag in KINDS:
            self._template.tag = _tag_of(tag, found)
        if "data-consent" not in found:
            return
        names = (found["data-consent"] or "").split()
        mark = Mark(names, found.get("data-consent-vendor"), _tag_of(tag, found))
        self.marks.append(mark)
        if tag == "template":
            self._template = mark
        if tag == "script" and not mark.tag:
            self._inline = mark

    def handle_data(self, data: str) -> None:
        if self._inline is not None and (said := re.search(r"push\('([\w-]+)'\)", data)):
            self._inline.tag = said[1]

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._inline = None
        if tag == "template":
            self._template, self._source = None, False


def _tag_of(tag: str, attributes: dict[str, str | None]) -> str:
    """Return the name that a mark reports under; a script without a source says its own."""
    sources = [attributes.get(name) for name in ("data-src", "src", "data-href", "data-data")]
    path = (next(filter(None, sources), "") or "").partition("?")[0]
    vendor, _, file = path.partition("/vendors/")[2].partition("/")
    if tag == "script":
        return TAGS.get(f"{vendor}/{file}") or OWN.get(path.rpartition("/")[2], "")
    return f"{vendor}-{KINDS[tag]}" if tag in KINDS else ""
