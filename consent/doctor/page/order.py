"""What stands before our tag, and how the tag itself is loaded."""

import re
from collections.abc import Iterator

from consent import snippet
from consent.doctor.findings import Finding, note, ok, warning
from consent.doctor.page.reading import Element
from consent.doctor.page.sight import Sight

NAME = "order"
# Calls into `window.consent`, and what makes them safe before it is there.
_CALLS = re.compile(r"\bconsent\.(q\.push|ready|get|has|set|open|subscribe|acceptAll|rejectAll)\b")
_STUB = re.compile(r"""hasOwn\(\s*window\s*,\s*['"]consent['"]\s*\)|window\.consent\s*(\|\||=)""")


def before(sight: Sight) -> Iterator[Finding]:
    """Name the tags that can send requests or set cookies before us."""
    if sight.loader is None:
        return
    at = sight.loader.element.order
    earlier = [each for each in sight.document.elements if each.order < at and acts(each)]
    if earlier:
        yield note(
            NAME,
            "What stands before the snippet can already send requests and set cookies.",
            "Put the snippet first into <head>, after the stub if there is one.",
            lines=tuple(dict.fromkeys(each.line for each in earlier)),
        )
    if sight.loader.is_late:
        yield note(
            NAME,
            "The snippet is loaded async: the page never waits for it, and tags below may run "
            "first.",
            "Marked tags wait in any case; a tag without a mark never does.",
            lines=(sight.loader.element.line,),
        )
    else:
        yield note(
            NAME,
            "The snippet is loaded without async: it runs before all that follows, and the page "
            "waits for it.",
            "Keep it so only where something below needs the choice at once, and serve it fast.",
            lines=(sight.loader.element.line,),
        )
    if not earlier:
        yield ok(NAME, "Nothing that acts stands before the snippet.")


def calls(sight: Sight) -> Iterator[Finding]:
    """Find scripts that call us before we are there."""
    if sight.loader is None:
        return
    ready = not sight.loader.is_late
    for element in sight.document.elements:
        if element is sight.loader.element and ready:
            return
        if not element.is_script or element.in_template or element.get("src"):
            continue
        if _STUB.search(element.text):
            return
        if (match := _CALLS.search(element.text)) and element.kind != "module":
            yield warning(
                NAME,
                f"consent.{match[1]} is called before the snippet is sure to be there.",
                "Put the stub before it, and call consent.q.push:",
                lines=(element.line,),
                paste=(f"<script>{snippet.stub(())}</script>",),
            )


def has_stub(sight: Sight) -> bool:
    """Say whether the page queues calls that come before the snippet."""
    return any(each.is_script and _STUB.search(each.text) for each in sight.document.elements)


def acts(element: Element) -> bool:
    """Say whether a tag can ask for something, or write a cookie, as it stands."""
    if element.in_template or element.is_marked or element.in_noscript:
        return False
    if element.is_script:
        return not _STUB.search(element.text)
    return bool(element.loading) and element.name in {"iframe", "img", "embed", "object"}
