"""Whose host it is: the site's own, a company of the notice, or somebody nobody listed."""

from collections.abc import Iterable
from dataclasses import dataclass

from consent.integrations import hosts
from consent.integrations.hosts import Host
from consent.notices import Notice, Vendor

# Second-level names under which registries sell, so that `shop.co.uk` is one name and not three.
_SHARED = frozenset({"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"})


@dataclass(frozen=True)
class Found:
    """A company of the notice; `listed` says that this very host stands there."""

    vendor: Vendor
    listed: bool
    locked: bool


@dataclass(frozen=True)
class Companies:
    """The notice's companies and the site's own hosts."""

    notice: Notice | None
    own: tuple[str, ...]

    def is_own(self, host: str) -> bool:
        """Say whether a host is the site's: the same name, or one below the same domain."""
        return any(host == each or site_of(host) == site_of(each) for each in self.own)

    def company(self, host: str) -> Found | None:
        """Return the company that a host belongs to, if the notice has it."""
        notice, target = self.notice, Host(host)
        for vendor in notice.vendors if notice else ():
            named = list(_named(vendor.hosts))
            exactly = any(each.holds(target) for each in named)
            if exactly or any(host.endswith(f".{each.name}") for each in named):
                locked = bool(notice and notice.locked & set(vendor.categories))
                return Found(vendor, exactly, locked)
        return None


def site_of(host: str) -> str:
    """Return the domain somebody registered, as far as the name itself shows it."""
    labels = host.split(".")
    if len(labels) < 3 or labels[-1].isdigit() or ":" in host:
        return host
    is_shared = len(labels[-1]) == 2 and labels[-2] in _SHARED
    return ".".join(labels[-3 if is_shared else -2 :])


def _named(texts: Iterable[str]) -> Iterable[Host]:
    for text in texts:
        try:
            yield from hosts.of_notice(text)
        except ValueError:
            continue
