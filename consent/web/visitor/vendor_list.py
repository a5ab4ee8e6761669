"""The companies of the hosted page: a row for each of their categories, a box for each basis."""

from collections.abc import Iterator
from dataclasses import dataclass

from consent.notices import Notice, Vendor
from consent.notices.schemas import BASES
from consent.notices.wording import folded
from consent.web.visitor.drafts import CONSENT, Draft, Pair
from consent.web.visitor.search import Narrowing


@dataclass(frozen=True)
class Box:
    """What stands under a basis: a `box` that is ticked or not, `always` on, or `none`."""

    basis: str
    kind: str
    ticked: bool


@dataclass(frozen=True)
class VendorRow:
    """A company in one of its categories."""

    key: str
    name: str
    policy_url: str
    hosts: tuple[str, ...]
    category: str
    locked: bool
    several: bool
    boxes: tuple[Box, ...]


def rows(notice: Notice, narrowing: Narrowing, draft: Draft) -> tuple[VendorRow, ...]:
    """Return the companies that are shown, by name, each in the order of the categories."""
    bases = shown_bases(notice)
    return tuple(
        VendorRow(
            key=vendor.key,
            name=vendor.name,
            policy_url=vendor.policy_url,
            hosts=vendor.hosts,
            category=category,
            locked=category in notice.locked,
            several=len(vendor.categories) > 1,
            boxes=tuple(_box(notice, vendor, category, basis, draft) for basis in bases),
        )
        for vendor, category in _listed(notice, narrowing)
    )


def pairs(notice: Notice, narrowing: Narrowing, basis: str) -> list[Pair]:
    """Return the boxes under a basis that are shown."""
    return [
        (vendor.key, category)
        for vendor, category in _listed(notice, narrowing)
        if _kind(notice, vendor, category, basis) == "box"
    ]


def carried(
    notice: Notice, draft: Draft, shown: tuple[VendorRow, ...]
) -> tuple[tuple[str, str], ...]:
    """Return basis and value of every tick whose box is not shown."""
    seen = {
        (box.basis, row.key, row.category)
        for row in shown
        for box in row.boxes
        if box.kind == "box"
    }
    return tuple(
        (basis, f"{vendor.key}:{category}")
        for vendor in notice.vendors
        for category in vendor.categories
        for basis in vendor.bases
        if draft.holds(basis, (vendor.key, category)) and (basis, vendor.key, category) not in seen
    )


def shown_bases(notice: Notice) -> tuple[str, ...]:
    """Return the columns: a basis that some company has.

    Where the site lets nobody choose company by company, objecting stays possible.
    """
    used = {basis for vendor in notice.vendors for basis in vendor.bases}
    if not notice.options.vendor_choices:
        used.discard(CONSENT)
    return tuple(basis for basis in BASES if basis in used)


def _listed(notice: Notice, narrowing: Narrowing) -> Iterator[tuple[Vendor, str]]:
    for vendor in sorted(notice.vendors, key=lambda each: folded(each.name)):
        for category in (each.key for each in notice.categories):
            if category in vendor.categories and narrowing.shows(
                category, vendor.name, *vendor.hosts
            ):
                yield vendor, category


def _box(notice: Notice, vendor: Vendor, category: str, basis: str, draft: Draft) -> Box:
    kind = _kind(notice, vendor, category, basis)
    return Box(basis, kind, draft.holds(basis, (vendor.key, category)))


def _kind(notice: Notice, vendor: Vendor, category: str, basis: str) -> str:
    if basis not in vendor.bases:
        return "none"
    return "always" if basis == CONSENT and category in notice.locked else "box"
