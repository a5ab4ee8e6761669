"""Our own tag in a page: there, once, loading what was released, the same for everybody."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from consent import snippet
from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.page.reading import Document, Element, as_tag
from consent.doctor.page.sight import Loader, Sight
from consent.doctor.wire import Answer, UnreachableError, Wire

NAME = "snippet"
LOADER = re.compile(r"(?P<service>.*)/v1/sites/(?P<site>[a-z0-9-]+)/loader(\.[0-9a-f]{16})?\.js")
_FILE = re.compile(r".*/loader(\.[0-9a-f]{16})?\.js")
_CONFIG = '{"site":"'
_NEEDED = {"service", "files", "version", "digest", "snippet", "site", "parts", "languages"}
_HASHES = {"sha256", "sha384", "sha512"}
# How many scripts of the site are opened in search of a bundled loader under another name.
MOST_OPENED = 12


def found(document: Document, wire: Wire) -> tuple[tuple[Element, ...], Loader | None]:
    """Return the tags that load us, and what the first of them loads."""
    scripts = [each for each in document.elements if each.name == "script" and not each.in_template]
    with_source = [each for each in scripts if source_of(each)]
    named = [each for each in with_source if _FILE.fullmatch(_path(document, each))]
    tags = [each for each in named if LOADER.fullmatch(_path(document, each))]
    host = urlsplit(document.base).netloc
    own = [each for each in with_source if urlsplit(_address(document, each)).netloc == host]
    candidates = tags or [*named, *(each for each in own if each not in named)][:MOST_OPENED]
    for element in candidates:
        loader = _loaded(document, element, wire)
        if loader is not None:
            return tuple(tags) or (element,), loader
    return tuple(tags), None


def source_of(element: Element) -> str:
    """Return what a script loads, now or once it is released."""
    return element.get("src") or element.get("data-src")


def named(document: Document, element: Element) -> tuple[str, str]:
    """Return service and site key as the address of a tag says; nothing where it is a copy."""
    match = LOADER.fullmatch(_address(document, element).partition("?")[0])
    return (match["service"], match["site"]) if match else ("", "")


def config_of(text: str) -> dict[str, Any] | None:
    """Return the configuration inside a loader, or None where a script is none of ours."""
    at = text.rfind(_CONFIG)
    try:
        value, _ = json.JSONDecoder().raw_decode(text[at:]) if at >= 0 else (None, 0)
    except ValueError:
        return None
    return value if isinstance(value, dict) and value.keys() >= _NEEDED else None


def short_hash(body: bytes) -> str:
    """Return a file's hash as it stands in the name of a part."""
    value = snippet.integrity(body).partition("-")[2]
    return value.rstrip("=").replace("/", "_")


def presence(sight: Sight) -> Iterator[Finding]:
    """See that the tag is there, once, for the right site, and can run."""
    if not sight.tags:
        source = f"{sight.service or 'https://CONSENT-SERVICE'}/v1/sites/{sight.site_key or 'KEY'}"
        yield failed(
            NAME,
            "The snippet is not in the page.",
            "Put this first into <head>; where a tag manager brings it, that cannot be seen here:",
            paste=(as_tag("script", {"src": f"{source}/loader.js", "async": ""}),),
        )
        return
    first = sight.tags[0]
    if len(sight.tags) > 1:
        yield failed(
            NAME,
            "The snippet stands in the page more than once.",
            "Keep the first.",
            lines=tuple(each.line for each in sight.tags),
        )
    yield from _tag(sight, first)
    if sight.loader is None:
        return
    if sight.wanted and sight.loader.site_key != sight.wanted:
        yield failed(
            NAME,
            f"The tag is that of the site {sight.loader.site_key!r}, not {sight.wanted!r}.",
            "Correct the key in its address.",
            lines=(first.line,),
        )
    files = urlsplit(sight.document.address(str(sight.loader.config["files"]))).hostname or ""
    if sight.loader.is_bundled and not sight.companies.is_own(files):
        yield warning(
            NAME,
            f"The snippet's files lie at {files}, which is neither the site's host nor the "
            "service's.",
            "Where that is your CDN, say --own HOST; else take the tag out.",
            lines=(first.line,),
        )
    yield ok(NAME, _described(sight.loader))


def _tag(sight: Sight, element: Element) -> Iterator[Finding]:
    where = {"lines": (element.line,)}
    address = _address(sight.document, element)
    kept = {
        key: value
        for key, value in element.attributes.items()
        if key not in {"type", "data-consent", "data-consent-vendor", "data-src", "src"}
    }
    right = (as_tag("script", {"src": source_of(element), **kept}),)
    if not element.is_script:
        yield failed(
            NAME, f"The snippet has type={element.get('type')!r}, so it never runs.",
            "Put there instead:", **where, paste=right,
        )  # fmt: skip
    elif element.kind == "module":
        yield warning(
            NAME, "As a module the snippet does not see the attributes of its own tag.",
            "Put there instead:", **where, paste=right,
        )  # fmt: skip
    if sight.answer.url.startswith("https:") and address.startswith("http:"):
        yield failed(NAME, "Browsers do not load http on an https page.", "Write https.", **where)


def _described(loader: Loader) -> str:
    kind = "one frozen release" if loader.is_frozen else "the newest release, whatever it is"
    if loader.is_bundled:
        kind += f", in copies that the site serves itself (decisions go to {loader.service})"
    return f"{loader.url} is there: site {loader.site_key}, {kind}."


def integrity(sight: Sight) -> Iterator[Finding]:
    """Hold `integrity` against what the tag loads: right on a frozen file, a trap elsewhere."""
    loader = sight.loader
    if loader is None:
        return
    element, where = loader.element, {"lines": (loader.element.line,)}
    said = element.get("integrity").split()
    if not said:
        if loader.is_frozen:
            yield note(
                NAME, "The frozen address can carry an integrity value.",
                f'Add integrity="{snippet.integrity(loader.answer.body)}" crossorigin.', **where,
            )  # fmt: skip
        return
    if not loader.is_frozen:
        what = "the next bundle" if loader.is_bundled else "the next publication"
        yield failed(
            NAME,
            f"integrity stands on an address whose file changes: {what} breaks it.",
            "Take integrity out, or load the frozen address of this release.",
            **where,
        )
    if not matches(loader.answer.body, said):
        yield failed(
            NAME,
            "Browsers refuse the snippet: its bytes are not those that integrity names.",
            f"They have {snippet.integrity(loader.answer.body)}. Find out why before you write "
            "that there.",
            **where,
        )
    if "crossorigin" not in element.attributes and urlsplit(loader.url).netloc != (
        urlsplit(sight.answer.url).netloc
    ):
        yield failed(
            NAME, "integrity on another origin needs crossorigin, else browsers refuse the file.",
            "Add the attribute crossorigin.", **where,
        )  # fmt: skip


def matches(body: bytes, said: list[str]) -> bool:
    """Say whether bytes have one of the hashes; of several kinds browsers take the strongest."""
    known = [each.partition("?")[0].partition("-") for each in said]
    kinds = [kind for kind, _, _ in known if kind in _HASHES]
    if not kinds:
        return True
    strongest = max(kinds)
    found = base64.b64encode(hashlib.new(strongest, body).digest()).decode()
    return any(kind == strongest and value == found for kind, _, value in known)


def _loaded(document: Document, element: Element, wire: Wire) -> Loader | None:
    url = _address(document, element)
    answer = _fetched(wire, url)
    config = config_of(answer.text) if answer is not None and answer.status == 200 else None
    if answer is None or config is None:
        return None
    return Loader(element, url, answer, config)


def _fetched(wire: Wire, url: str) -> Answer | None:
    try:
        return wire.get(url, follow=1)
    except UnreachableError:
        return None


def _address(document: Document, element: Element) -> str:
    return document.address(source_of(element))


def _path(document: Document, element: Element) -> str:
    return urlsplit(_address(document, element)).path
