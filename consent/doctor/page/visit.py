"""What the page gives a visitor besides: cookies by HTTP, and the way back to the choice."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.page.sight import Sight
from consent.notices import Cookie

LINK = "data-consent-open"


def cookies(sight: Sight) -> Iterator[Finding]:
    """Hold the cookies that the page sets by HTTP, before any choice, against the notice."""
    names = [each.partition("=")[0].strip() for each in sight.answer.cookies]
    for name in dict.fromkeys(names):
        entry = _entry(sight, name)
        if entry is None:
            yield warning(
                "cookie",
                f"The page sets the cookie {name} by HTTP before any choice; the notice does not "
                "list it.",
                "List it as necessary if the site cannot do without it; else set it after the "
                "choice.",
            )
        elif sight.notice and entry.category in sight.notice.locked:
            yield ok("cookie", f"The cookie {name}, set by HTTP, is listed as {entry.category}.")
        else:
            yield failed(
                "cookie",
                f"The page sets the cookie {name} by HTTP before any choice; the notice lists it "
                f"as {entry.category}.",
                "Set it once that category is granted: the site's back end can read the choice "
                "(consent.integrations).",
            )
    if not names:
        yield ok("cookie", "The page sets no cookie by HTTP.")


def way_back(sight: Sight) -> Iterator[Finding]:
    """See that visitors can change their mind from this page."""
    if sight.loader is None and not sight.tags:
        return
    found = [each for each in sight.document.elements if LINK in each.attributes]
    hosted = f"{sight.service}/privacy/{sight.site_key}"
    if not found:
        button = bool(sight.notice and sight.notice.options.reopen_button)
        yield (note if button else failed)(
            "link",
            "The page has no link to the preference center"
            + (", only the floating button." if button else ": nobody can change their mind."),
            "Put this into the footer of every page:",
            paste=(f'<a href="{hosted}" {LINK}>Cookie Preferences</a>',),
        )
        return
    for element in found:
        if element.name == "a" and not urlsplit(element.get("href")).path:
            yield warning(
                "link",
                "Where scripts are off, the link to the preference center leads nowhere.",
                f'Write href="{hosted}".',
                lines=(element.line,),
            )
            return
    yield ok("link", f"A link opens the preference center (line {found[0].line}).")


def _entry(sight: Sight, name: str) -> Cookie | None:
    for each in sight.notice.cookies if sight.notice else ():
        fits = name.startswith(each.name) if each.match == "prefix" else name == each.name
        if each.storage == "cookie" and fits:
            return each
    return None
