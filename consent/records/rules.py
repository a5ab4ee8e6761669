"""Is a decision possible under the notice that was shown? Pure functions of values.

A vendor that is not named follows its categories (consent) and is not objected to (legitimate
interest), unless everything is refused: then every interest is objected to. A grant needs the
category and the vendor.
"""

from collections.abc import Mapping

from consent.errors import InvalidFieldsError
from consent.notices import Notice, Vendor
from consent.records.decision import Action, Decision

CONSENT = "consent"
INTEREST = "legitimate_interest"


def check(decision: Decision, notice: Notice) -> None:
    """Refuse categories and vendors that are not the published ones, and contradictions."""
    problems: dict[str, object] = {}
    if strays := _category_problems(decision.categories, notice):
        problems["categories"] = strays
    elif sentence := _contradiction(decision, notice):
        problems["action"] = [sentence]
    if found := _vendor_problems(decision, notice):
        problems["vendors"] = found
    if decision.notice.language not in notice.languages:
        problems["notice"] = {"language": ["This version has no texts in that language."]}
    if problems:
        raise InvalidFieldsError(problems)


def full_vendors(decision: Decision, notice: Notice) -> dict[str, dict[str, list[str]]]:
    """Return every vendor with the categories in which it is granted, by basis."""
    objects = decision.action in {Action.REJECT_ALL, Action.WITHDRAW}
    return {
        vendor.key: _expanded(
            vendor, decision.vendors.get(vendor.key, {}), decision.categories, objects=objects
        )
        for vendor in notice.vendors
    }


def grants_anything(categories: Mapping[str, bool]) -> bool:
    """Say whether any optional category is granted."""
    return any(categories.values())


def _expanded(
    vendor: Vendor,
    named: Mapping[str, list[str]],
    categories: Mapping[str, bool],
    *,
    objects: bool,
) -> dict[str, list[str]]:
    # A locked category is never named in a decision, and always on.
    granted = [key for key in vendor.categories if categories.get(key, True)]
    defaults = {CONSENT: granted, INTEREST: [] if objects else list(vendor.categories)}
    return {basis: sorted(named.get(basis, defaults[basis])) for basis in vendor.bases}


def _category_problems(categories: Mapping[str, bool], notice: Notice) -> dict[str, list[str]]:
    found = {}
    for key in notice.optional:
        if key not in categories:
            found[key] = ["Name every optional category of this version."]
    for key, granted in categories.items():
        if key in notice.locked:
            if not granted:
                found[key] = ["This category is always active and cannot be refused."]
        elif key not in notice.optional:
            found[key] = ["This version has no such category."]
    return found


def _contradiction(decision: Decision, notice: Notice) -> str:
    granted = [decision.categories[key] for key in notice.optional]
    if decision.action is Action.ACCEPT_ALL and not all(granted):
        return "accept_all grants every category; use save for a mixed choice."
    if decision.action in {Action.REJECT_ALL, Action.WITHDRAW} and any(granted):
        return f"{decision.action.value} refuses every category; use save for a mixed choice."
    return ""


def _vendor_problems(decision: Decision, notice: Notice) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, named in decision.vendors.items():
        vendor = notice.vendor_by_key.get(key)
        if vendor is None:
            found[key] = ["This version has no such vendor."]
            continue
        problems = {
            basis: sentences
            for basis, listed in named.items()
            if (sentences := _basis_problems(vendor, basis, listed, decision.categories))
        }
        if problems:
            found[key] = problems
    return found


def _basis_problems(
    vendor: Vendor, basis: str, listed: list[str], categories: Mapping[str, bool]
) -> list[str]:
    if basis not in vendor.bases and listed:
        return ["This vendor does not use that legal basis."]
    strays = [key for key in listed if key not in vendor.categories]
    if strays or len(set(listed)) != len(listed):
        return [f"Name each of the vendor's categories once: {', '.join(vendor.categories)}."]
    refused = [key for key in listed if basis == CONSENT and not categories.get(key, True)]
    return [f"{key} is refused, so no vendor can be granted in it." for key in refused]
