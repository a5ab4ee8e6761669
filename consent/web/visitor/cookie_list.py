"""The cookie list of the hosted page: grouped by provider, the site's own first."""

from dataclasses import dataclass

from consent.notices import Cookie, Notice, wording
from consent.notices.wording import folded
from consent.web.visitor.search import Narrowing


@dataclass(frozen=True)
class CookieView:
    """One entry."""

    name: str
    host: str
    storage: str
    purpose: str
    duration: str
    party: str
    category: str
    since: int


@dataclass(frozen=True)
class Group:
    """The entries of one provider."""

    provider: str
    policy_url: str
    cookies: tuple[CookieView, ...]


def groups(
    notice: Notice, site_name: str, language: str, since: tuple[int, ...], narrowing: Narrowing
) -> tuple[Group, ...]:
    """Return the entries that are shown; `since` says from which version on each is listed."""
    found: dict[str | None, list[tuple[Cookie, CookieView]]] = {}
    lasting: dict[str, str] = {}
    for cookie, version in zip(notice.cookies, since, strict=True):
        purpose = wording.purpose(cookie, notice, language)
        provider = wording.provider(cookie, notice, site_name)
        if not narrowing.shows(cookie.category, cookie.name, provider, cookie.host, purpose):
            continue
        if cookie.duration not in lasting:
            lasting[cookie.duration] = wording.lasting(cookie, notice, language)
        view = CookieView(
            name=wording.shown_name(cookie),
            host=cookie.host,
            storage=cookie.storage,
            purpose=purpose,
            duration=lasting[cookie.duration],
            party=cookie.party,
            category=narrowing.names[cookie.category],
            since=version,
        )
        found.setdefault(cookie.vendor, []).append((cookie, view))
    ordered = sorted(found.items(), key=lambda item: _place(notice, item[0]))
    return tuple(_group(notice, site_name, vendor, entries) for vendor, entries in ordered)


def _place(notice: Notice, vendor: str | None) -> tuple[bool, str]:
    return vendor is not None, folded(notice.vendor_by_key[vendor].name) if vendor else ""


def _group(
    notice: Notice, site_name: str, key: str | None, entries: list[tuple[Cookie, CookieView]]
) -> Group:
    entries.sort(key=lambda entry: (entry[0].party != "first", folded(entry[0].name)))
    vendor = notice.vendor_by_key.get(key or "")
    name, policy_url = (vendor.name, vendor.policy_url) if vendor else (site_name, "")
    return Group(name, policy_url, tuple(view for _, view in entries))
