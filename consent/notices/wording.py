"""Facts of a notice in a visitor's words: whose a cookie is, how long it stays, what it is for."""

import unicodedata
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_timedelta

from consent.notices.document import Cookie, Notice, as_timedelta


def locale(language: str) -> Locale:
    """Return the locale of a language tag, or English for one that Babel does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def direction(language: str) -> str:
    """Return `rtl` or `ltr`."""
    return str(locale(language).text_direction)


def provider(cookie: Cookie, notice: Notice, site_name: str) -> str:
    """Return the company behind a cookie; the site itself where it is the site's own."""
    vendor = notice.vendor_by_key.get(cookie.vendor or "")
    return vendor.name if vendor else site_name


def lasting(cookie: Cookie, notice: Notice, language: str) -> str:
    """Return how long a cookie stays, such as "13 months" or "until you close the browser"."""
    if cookie.duration == "session":
        return notice.texts(language)["duration_session"]
    return _lasting(cookie.duration, language)


@lru_cache(4096)
def _lasting(duration: str, language: str) -> str:
    # A unit gives way to the next larger one at one and a half: 13 months, not 1 year.
    return str(format_timedelta(as_timedelta(duration), threshold=1.5, locale=locale(language)))


def purpose(cookie: Cookie, notice: Notice, language: str) -> str:
    """Return what a cookie is for: in the language, else the default one, else any."""
    given = cookie.purpose
    fallback = given.get(notice.default_language) or next(iter(given.values()), "")
    return given.get(language) or fallback


def shown_name(cookie: Cookie) -> str:
    """Return a cookie's name, with an ellipsis where it is only a beginning."""
    return cookie.name + ("…" if cookie.match == "prefix" else "")


def folded(text: str) -> str:
    """Return a text as it is sorted and compared: without case and without marks on letters."""
    if text.isascii():
        return text.casefold()
    letters = unicodedata.normalize("NFD", text)
    return "".join(each for each in letters if unicodedata.category(each)[0] != "M").casefold()


def absolute(address: str, origin: str) -> str:
    """Return an address of a notice for use on another host: a path is one of the site's."""
    return origin + address if address.startswith("/") else address
