"""What one visitor allows, as a frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from consent.integrations import csp
from consent.integrations.csp import Opening
from consent.integrations.hosts import Host


@dataclass(frozen=True)
class Vendor:
    """A company of the notice: consent stands first among its bases, as in the snippet."""

    key: str
    categories: tuple[str, ...]
    bases: tuple[str, ...]
    hosts: tuple[Host, ...]


@dataclass(frozen=True)
class Surroundings:
    """What a policy of the site needs beside the choice."""

    vendors: Mapping[str, Vendor]
    # hosts that wait for a choice, with the vendor each belongs to
    waiting: Mapping[Host, str]
    service: str | None
    pictures: bool


@dataclass(frozen=True)
class VendorGrants:
    """The categories in which a vendor is granted, and those in which nobody objected."""

    consent: tuple[str, ...]
    legitimate_interest: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What holds for one visitor: `consent.get()` and `consent.has()` of the page."""

    decided: bool
    categories: Mapping[str, bool]
    vendors: Mapping[str, VendorGrants]
    region: str | None
    model: str
    surroundings: Surroundings = field(repr=False, compare=False)

    def has(self, category: str, vendor: str | None = None) -> bool:
        """Say whether a category is granted, or a vendor in it; what is unknown never is."""
        granted = self.categories.get(category, False)
        if vendor is None:
            return granted
        known = self.surroundings.vendors.get(vendor)
        if known is None or not granted:
            return False
        # Consent stands first, where it is asked for.
        return category in getattr(self.vendors[vendor], known.bases[0])

    def csp(self, base: csp.Base, nonce: str | None = None) -> str:
        """Return the site's own policy, opened for the hosts of the vendors that are granted.

        A ValueError names what in the base allows too much already.
        """
        around = self.surroundings
        granted = {
            host
            for vendor in around.vendors.values()
            if any(self.has(category, vendor.key) for category in vendor.categories)
            for host in vendor.hosts
        }
        opening = Opening(tuple(granted), around.waiting, around.service, around.pictures)
        return csp.written(base, opening, nonce)
