"""A draft: the ticks of the hosted page before they are confirmed, and what they decide.

A company is granted in a category only where both its box and the category's are ticked: without
JavaScript the two cannot follow each other while the page stands still.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from consent.notices import Notice, Vendor
from consent.notices.schemas import BASES
from consent.records import Action, ConsentRecord
from consent.regulations import Model, rule_for

CONSENT, INTEREST = BASES

# A company in one of its categories.
Pair = tuple[str, str]
Grants = dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Draft:
    """Which boxes are ticked: categories, and by legal basis the pairs of company and category."""

    categories: frozenset[str]
    vendors: Mapping[str, frozenset[Pair]]

    def holds(self, basis: str, pair: Pair) -> bool:
        """Say whether the box of a company is ticked."""
        return pair in self.vendors[basis]

    def turned(self, basis: str, pairs: Iterable[Pair], *, on: bool) -> "Draft":
        """Return the draft with these boxes ticked, or not."""
        before = self.vendors[basis]
        after = before | set(pairs) if on else before - set(pairs)
        return replace(self, vendors={**self.vendors, basis: after})


def from_form(form: MultiDict[str, str]) -> Draft:
    """Return the draft that a form of ours carries; what no notice names is never looked at."""
    vendors = {basis: frozenset(map(_pair, form.getlist(basis))) for basis in BASES}
    return Draft(frozenset(form.getlist("category")), vendors)


def held_off(notice: Notice, region: str | None, *, gpc: bool) -> frozenset[str]:
    """Return the categories that a privacy signal of the browser switches off."""
    applies = gpc and rule_for(notice.rules, region).gpc == "apply"
    return frozenset({"targeting"}.intersection(notice.optional)) if applies else frozenset()


def before_choice(notice: Notice, region: str | None, *, gpc: bool) -> Draft:
    """Return how the boxes stand before a choice: as the region's model says."""
    rule = rule_for(notice.rules, region)
    asks = frozenset(key for key in notice.optional if rule.model_of(key) is Model.OPT_IN)
    return all_but(notice, asks | held_off(notice, region, gpc=gpc))


def all_but(notice: Notice, off: frozenset[str]) -> Draft:
    """Return a draft with every box ticked but those of some categories."""
    on = frozenset(notice.optional) - off
    return Draft(on, {basis: frozenset(_pairs(notice, basis)) for basis in BASES})


def of_record(notice: Notice, record: ConsentRecord) -> Draft:
    """Return how the boxes stand under a decision.

    A company whose category is refused follows it when it is switched on again.
    """
    on = frozenset(key for key in notice.optional if record.categories.get(key, False))
    refuses = record.action in {Action.REJECT_ALL, Action.WITHDRAW}

    def is_ticked(basis: str, pair: Pair) -> bool:
        granted = record.vendors.get(pair[0], {}).get(basis)
        if basis == CONSENT and not record.categories.get(pair[1], True):
            return True
        return pair[1] in granted if granted is not None else not (refuses and basis == INTEREST)

    vendors = {
        basis: frozenset(pair for pair in _pairs(notice, basis) if is_ticked(basis, pair))
        for basis in BASES
    }
    return Draft(on, vendors)


def decided(notice: Notice, action: Action, draft: Draft | None) -> tuple[dict[str, bool], Grants]:
    """Return the categories and the companies that an act decides.

    A refusal objects to every legitimate interest; else only those companies are named whose
    grants are not those of their categories.
    """
    if action is Action.SAVE and draft is not None:
        categories = {key: key in draft.categories for key in notice.optional}
        named = {vendor.key: _grants(vendor, categories, draft) for vendor in notice.vendors}
        return categories, {key: grants for key, grants in named.items() if grants}
    categories = dict.fromkeys(notice.optional, action is Action.ACCEPT_ALL)
    if action is Action.ACCEPT_ALL:
        return categories, {}
    return categories, {
        vendor.key: _refusal(vendor, notice.locked)
        for vendor in notice.vendors
        if INTEREST in vendor.bases
    }


def _grants(vendor: Vendor, categories: Mapping[str, bool], draft: Draft) -> dict[str, list[str]]:
    """Return in which categories a company is granted, by basis; nothing where it follows them."""
    # A category that no visitor decides about is always on, and so are its companies.
    follows = [key for key in vendor.categories if categories.get(key, True)]
    usual = {CONSENT: follows, INTEREST: list(vendor.categories)}
    found = {
        basis: [
            key
            for key in usual[basis]
            if draft.holds(basis, (vendor.key, key)) or (basis == CONSENT and key not in categories)
        ]
        for basis in vendor.bases
    }
    return found if any(found[basis] != usual[basis] for basis in vendor.bases) else {}


def _refusal(vendor: Vendor, locked: frozenset[str]) -> dict[str, list[str]]:
    kept = {CONSENT: [key for key in vendor.categories if key in locked], INTEREST: []}
    return {basis: kept[basis] for basis in vendor.bases}


def _pairs(notice: Notice, basis: str) -> Iterable[Pair]:
    for vendor in notice.vendors:
        if basis in vendor.bases:
            yield from ((vendor.key, key) for key in vendor.categories)


def _pair(value: str) -> Pair:
    vendor, _, category = value.partition(":")
    return vendor, category
