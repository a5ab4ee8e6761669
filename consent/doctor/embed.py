"""IS OUR SNIPPET ON THE PAGE: a quick look for staff, at pages of the site's own origins alone.

The same rules as the doctor's, asked through the checked opener: whoever may write down a site's
origins must not reach what lies inside by them. The service's own address may lie anywhere.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from consent import outgoing
from consent.config import Settings
from consent.doctor.findings import Finding, Status, by_weight
from consent.doctor.page import Asked, _alone, _fetched, _sight, order, ours, policy, release
from consent.doctor.page.agents import DESK
from consent.doctor.page.sight import Lookup, Sight
from consent.doctor.wire import Answer, UnreachableError, Wire
from consent.outgoing import Limits, Opener, Request
from consent.sites import Site

LIMITS = Limits(seconds_each=5.0, seconds_in_all=8.0, most_bytes=2 * 1024 * 1024, may_cut=True)
MOST_REDIRECTS = 3
# Somebody waits for the page with the answer.
SECONDS_IN_ALL = 20.0
RULES: tuple[Callable[[Sight], Iterable[Finding]], ...] = (
    ours.presence,
    release.reachable,
    ours.integrity,
    policy.policy,
    order.before,
    order.calls,
)


class Kind(StrEnum):
    """Which loader a page has."""

    NEWEST = "newest"
    FROZEN = "frozen"
    COPY = "copy"


@dataclass(frozen=True)
class Found:
    """What was seen of a page; `problem` is why it could not be looked at, as a sentence."""

    address: str
    problem: str = ""
    # the tag of this site, by this installation, in a form that runs
    is_there: bool = False
    # nothing that acts stands before it
    is_first: bool = False
    has_stub: bool = False
    kind: Kind | None = None
    # None where the tag carries no integrity value
    is_integrity_right: bool | None = None
    is_blocked: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def held(self) -> bool:
        """Say whether the snippet is there and works."""
        return self.is_there and not any(each.status is Status.FAILED for each in self.findings)


def check_page(settings: Settings, site: Site, address: str, lookup: Lookup | None = None) -> Found:
    """Look whether a site's snippet is on one of its pages; it may take seconds.

    Nothing but pages of the site's own origins is asked, redirects included. `lookup` is what this
    installation has released, where the caller has a database at hand.
    """
    address = address.strip()
    if not site.has(address):
        return Found(address, "This page lies on none of the site's origins.")
    with _Guarded(settings) as wire:
        try:
            answer = wire.get(address, dict(DESK), follow=MOST_REDIRECTS)
        except UnreachableError as error:
            return Found(address, f"The page cannot be fetched: {error}.{_hint(error)}")
        if not site.has(answer.url):
            return Found(address, "The page sends on to another host, which was not looked at.")
        found = list(_fetched(answer))
        if any(each.status is Status.FAILED for each in found):
            return Found(address, found[0].text, findings=tuple(found))
        asked = Asked(answer.url, site.key, settings.public_url)
        sight = _sight(asked, wire, answer, lookup or (lambda *_: None))
        for rule in RULES:
            found += _alone(rule, sight)
    return _found(settings, site, address, sight, found)


def _found(
    settings: Settings, site: Site, address: str, sight: Sight, found: list[Finding]
) -> Found:
    loader = sight.loader
    if loader is None:
        return Found(address, has_stub=order.has_stub(sight), findings=tuple(by_weight(found)))
    element = loader.element
    said = element.get("integrity").split()
    kind = Kind.FROZEN if loader.is_frozen else Kind.NEWEST
    earlier = (each for each in sight.document.elements if each.order < element.order)
    is_ours = (loader.site_key, loader.service) == (site.key, settings.public_url)
    return Found(
        address,
        is_there=is_ours and element.is_script,
        is_first=not any(order.acts(each) for each in earlier),
        has_stub=order.has_stub(sight),
        kind=Kind.COPY if loader.is_bundled else kind,
        is_integrity_right=ours.matches(loader.answer.body, said) if said else None,
        is_blocked=any(each.name == policy.NAME and each.status is Status.FAILED for each in found),
        findings=tuple(by_weight(found)),
    )


def _hint(error: UnreachableError) -> str:
    cause = error.__cause__
    if isinstance(cause, outgoing.UnreachableError) and cause.reason is outgoing.Reason.FORBIDDEN:
        return " Your operator can allow it (CONSENT_OUTGOING_ALLOW)."
    return ""


class _Guarded(Wire):
    """Asks through the checked opener, with one end to the time of a whole look."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._own = urlsplit(settings.public_url)[:2]
        self._openers: dict[bool, Opener] = {
            True: outgoing.for_operator(),
            False: outgoing.opener(settings),
        }
        self._until = time.monotonic() + SECONDS_IN_ALL

    def get(self, url: str, headers: dict[str, str] | None = None, *, follow: int = 0) -> Answer:
        """Return the answer at an address; no answer at all is an `UnreachableError`."""
        if time.monotonic() > self._until:
            raise UnreachableError(f"it took longer than {SECONDS_IN_ALL:g} s")
        is_own = urlsplit(url)[:2] == self._own
        request = Request(url=url, headers=headers or {})
        try:
            # Our own service sends nobody on.
            answer = self._openers[is_own].send(request, LIMITS, follow=0 if is_own else follow)
        except outgoing.UnreachableError as error:
            raise UnreachableError(str(error)) from error
        return Answer(answer.url, answer.status, answer.headers, answer.body, answer.cut)
