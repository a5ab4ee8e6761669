"""A page's tags with their lines, read by the standard library's parser; nothing is run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

# What is marked as waiting, and for whom; `data-consent-open` and its like are controls.
MARK, VENDOR = "data-consent", "data-consent-vendor"
# Attributes by which an element loads something, in the order in which browsers look.
LOADING: Mapping[str, tuple[str, ...]] = {
    "script": ("src",),
    "iframe": ("src",),
    "frame": ("src",),
    "img": ("src", "srcset"),
    "link": ("href",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "source": ("src", "srcset"),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
}
_KEPT = {*LOADING, "meta", "style", "base", "template"}
_WITH_TEXT = {"script", "style"}
_SCRIPTS = {
    "", "module", "text/javascript", "application/javascript", "application/x-javascript",
    "text/ecmascript", "application/ecmascript", "text/jscript", "text/x-javascript",
}  # fmt: skip
# Relations whose address is fetched with the page; hints only open a connection.
_FETCHED = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest",
            "apple-touch-icon", "mask-icon", "prerender"}  # fmt: skip
HINTS = {"preconnect", "dns-prefetch"}


@dataclass(frozen=True)
class Element:
    """One tag. `order` counts all tags of the page; `text` is that of a script or style."""

    name: str
    attributes: Mapping[str, str]
    line: int
    order: int
    text: str = ""
    in_template: bool = False
    in_noscript: bool = False

    def get(self, name: str) -> str:
        """Return an attribute, or nothing."""
        return self.attributes.get(name, "")

    @property
    def kind(self) -> str:
        """Return a script's type without parameters."""
        return self.get("type").partition(";")[0].strip().lower()

    @property
    def is_script(self) -> bool:
        """Say whether a browser runs it as it stands."""
        return self.name == "script" and self.kind in _SCRIPTS

    @property
    def rels(self) -> set[str]:
        """Return a link's relations."""
        return set(self.get("rel").lower().split())

    @property
    def is_marked(self) -> bool:
        """Say whether it is to wait for a choice."""
        return MARK in self.attributes

    @property
    def loading(self) -> tuple[str, ...]:
        """Return the attributes by which it loads something as it stands."""
        if self.name == "script" and not self.is_script:
            return ()
        if self.name == "link" and not self.rels & _FETCHED:
            return ()
        return tuple(name for name in LOADING.get(self.name, ()) if self.get(name).strip())


@dataclass(frozen=True)
class Document:
    """All tags that matter, in their order, and the address that relative ones begin at."""

    elements: tuple[Element, ...]
    base: str

    def address(self, text: str) -> str:
        """Return an absolute address, or nothing where a text is none."""
        try:
            found = urljoin(self.base, text.strip())
            # A port that is no number shows only when it is asked for.
            return found if urlsplit(found).port != 0 else ""
        except ValueError:
            return ""

    def addresses(self, element: Element) -> Iterator[str]:
        """Return every http address that a tag loads as it stands."""
        for name in element.loading:
            value = element.get(name)
            each = _candidates(value) if name == "srcset" else [value]
            yield from filter(is_web, map(self.address, each))


def read(text: str, url: str) -> Document:
    """Read a page."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    found = tuple(reader.found)
    bases = [each.get("href") for each in found if each.name == "base" and each.get("href")]
    return Document(found, (Document((), url).address(bases[0]) if bases else "") or url)


def is_web(address: str) -> bool:
    """Say whether an address is http or https, with a host."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def as_tag(name: str, attributes: Mapping[str, str], text: str | None = None) -> str:
    """Write a tag; a script's with its end."""
    words = [name]
    for key, value in attributes.items():
        escaped = value.replace("&", "&amp;").replace('"', "&quot;")
        words.append(f'{key}="{escaped}"' if value or key in {"src", "alt"} else key)
    has_end = text is not None or name in {"script", "iframe", "object"}
    end = f"{text or ''}</{name}>" if has_end else ""
    return f"<{' '.join(words)}>{end}"


def _candidates(srcset: str) -> list[str]:
    return [part.split()[0] for part in srcset.split(",") if part.split()]


class _Reader(HTMLParser):
    """Collects tags; what stands in a template or beside scripts is told apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self._depth = {"template": 0, "noscript": 0}
        self._order = 0
        self._open: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._order += 1
        attributes: dict[str, str] = {}
        for name, value in attrs:
            # Of an attribute that stands twice the first counts, as in browsers.
            attributes.setdefault(name, value or "")
        if tag in _KEPT or any(name.startswith(MARK) for name in attributes):
            self.found.append(
                Element(
                    tag, attributes, self.getpos()[0], self._order,
                    in_template=bool(self._depth["template"]),
                    in_noscript=bool(self._depth["noscript"]),
                )
            )  # fmt: skip
            self._open = len(self.found) - 1 if tag in _WITH_TEXT else None
        if tag in self._depth:
            self._depth[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML a slash at the end of a tag means nothing.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _WITH_TEXT:
            self._open = None
        if self._depth.get(tag):
            self._depth[tag] -= 1

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002
        # `<![if IE]>` and its like are comments to today's browsers.
        return self.parse_bogus_comment(i)

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            at = self.found[self._open]
            self.found[self._open] = replace(at, text=at.text + data)
