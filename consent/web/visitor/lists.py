"""Both lists of the hosted page, narrowed by search and filter.

What they hide is only not shown: its ticks are carried along in the form.
"""

from collections import Counter
from dataclasses import dataclass

from consent.notices import Notice
from consent.web.visitor import cookie_list, vendor_list
from consent.web.visitor.drafts import Draft
from consent.web.visitor.search import Narrowing

# So few hits are shown at once, without a press for each provider.
FEW = 20


@dataclass(frozen=True)
class Option:
    """A box of the filter."""

    key: str
    count: int
    ticked: bool


@dataclass(frozen=True)
class Lists:
    """What the lists show, of how many."""

    query: str
    narrowed: bool
    opened: bool
    filters: tuple[Option, ...]
    cookies: int
    found: int
    groups: tuple[cookie_list.Group, ...]
    vendors: int
    vendors_found: int
    rows: tuple[vendor_list.VendorRow, ...]
    columns: dict[str, int]
    carried: tuple[tuple[str, str], ...]


def lists(
    notice: Notice, groups: tuple[cookie_list.Group, ...], narrowing: Narrowing, draft: Draft
) -> Lists:
    """Return the lists of a notice, its entries grouped already."""
    rows = vendor_list.rows(notice, narrowing, draft)
    found = sum(len(group.cookies) for group in groups)
    return Lists(
        query=narrowing.query,
        narrowed=narrowing.is_active,
        opened=narrowing.is_active and found <= FEW,
        filters=_filters(notice, narrowing),
        cookies=len(notice.cookies),
        found=found,
        groups=groups,
        vendors=len(notice.vendors),
        vendors_found=len({row.key for row in rows}),
        rows=rows,
        columns={
            basis: len(vendor_list.pairs(notice, narrowing, basis))
            for basis in vendor_list.shown_bases(notice)
        },
        carried=vendor_list.carried(notice, draft, rows),
    )


def counts(notice: Notice) -> tuple[Counter[str], Counter[str]]:
    """Return how many entries and how many companies each category has."""
    return (
        Counter(cookie.category for cookie in notice.cookies),
        Counter(key for vendor in notice.vendors for key in vendor.categories),
    )


def _filters(notice: Notice, narrowing: Narrowing) -> tuple[Option, ...]:
    cookies, vendors = counts(notice)
    return tuple(
        Option(category.key, cookies[category.key], category.key in narrowing.only)
        for category in notice.categories
        if cookies[category.key] or vendors[category.key]
    )
