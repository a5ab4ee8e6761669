"""A notice file as a site's back end needs it, and what a visitor's cookie means under it.

`choice` follows `static/js/snippet/loader/grants.js` and `store.js`; a test runs both side by side.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from consent import regulations
from consent.integrations import csp, hosts
from consent.integrations.choice import Choice, Surroundings, Vendor, VendorGrants
from consent.integrations.cookie import Stored, read_stored
from consent.integrations.hosts import Host
from consent.regulations import Model, Rule

FORMAT = "consent-notice@v1"
BASES = ("consent", "legitimate_interest")
OBJECTING = frozenset({"reject_all", "withdraw"})


@dataclass(frozen=True)
class Category:
    """A category, and whether a privacy signal switches it off."""

    key: str
    locked: bool
    signalled: bool


@dataclass(frozen=True)
class _View:
    """All that the grants follow from."""

    stored: Stored | None
    rule: Rule
    gpc: bool


@dataclass(frozen=True)
class Policy:
    """What a site asks: categories, vendors with their hosts, rules by region."""

    rules: tuple[Rule, ...]
    # it matters where the visitor is
    asks_region: bool
    categories: tuple[Category, ...]
    surroundings: Surroundings

    @classmethod
    def from_notice(
        cls,
        document: Mapping[str, Any] | str | PathLike[str],
        *,
        site_hosts: Iterable[str] = (),
        service: str | None = None,
    ) -> Self:
        """Build it once from a notice file (`consent notice export`), read or as a path.

        `site_hosts` are the site's own: a vendor that names one of them cannot be told apart by
        its host. `service` is the address of the consent service where it is another origin.
        """
        try:
            notice = _read(document)
            own = tuple(host for text in site_hosts for host in hosts.of_notice(text))
            categories = tuple(map(_category, notice["categories"]))
            rules = tuple(map(_rule, notice["regions"]))
            return cls(
                rules=rules,
                asks_region=regulations.differ(rules),
                categories=categories,
                surroundings=_surroundings(notice, categories, own, service),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise ValueError(f"This is no notice file to build a policy from: {error}") from error

    def choice(
        self,
        cookie: str | Iterable[str] | None,
        region: str | None = None,
        gpc: bool = False,  # noqa: FBT001, FBT002 - a signal is a plain truth
        *,
        now: float | None = None,
    ) -> Choice:
        """Return what a visitor allows; of several cookies the first that is a decision counts.

        `region` is where the site knows the visitor to be. Nothing that a visitor sends raises.
        """
        stored = _first(cookie, time.time() if now is None else now)
        said = region or (stored.region if stored else None)
        known = isinstance(said, str) and regulations.is_region(said)
        place = said if known else None
        view = _View(stored, rule := self._rule(place), bool(gpc) and rule.gpc != "ignore")
        categories = {each.key: _granted(view, each) for each in self.categories}
        vendors = {
            key: _grants(view, vendor, categories)
            for key, vendor in self.surroundings.vendors.items()
        }
        return Choice(
            decided=stored is not None,
            categories=MappingProxyType(categories),
            vendors=MappingProxyType(vendors),
            region=place,
            model=str(rule.model),
            surroundings=self.surroundings,
        )

    def check(self, base: csp.Base) -> csp.Checked:
        """Read a site's own policy once; refuse one that lets in what has to wait."""
        return csp.checked(base, self.surroundings.waiting)

    def _rule(self, region: str | None) -> Rule:
        # Where it matters and nobody could say, the strictest there is.
        if region is None and self.asks_region:
            return Rule()
        return regulations.rule_for(self.rules, region)


def _read(document: Mapping[str, Any] | str | PathLike[str]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = (
        document if isinstance(document, Mapping) else json.loads(Path(document).read_text("utf-8"))
    )
    if found["format"] != FORMAT:
        raise ValueError(f"the format is {found['format']!r}, not {FORMAT}")
    return found


def _first(cookie: object, now: float) -> Stored | None:
    """Return the first decision in force."""
    if cookie is None or isinstance(cookie, str | bytes):
        cookie = (cookie,)
    for value in cookie if isinstance(cookie, Iterable) else ():
        stored = read_stored(value, exact=True)
        if stored and stored.expires_at > now:
            return stored
    return None


def _granted(view: _View, category: Category) -> bool:
    stored = view.stored
    if category.locked:
        return True
    if view.gpc and category.signalled and not (stored and stored.signalled):
        return False
    if stored and category.key in stored.categories:
        return stored.categories[category.key]
    return view.rule.model_of(category.key) in {Model.OPT_OUT, Model.NOTICE_ONLY}


def _grants(view: _View, vendor: Vendor, categories: Mapping[str, bool]) -> VendorGrants:
    stored = view.stored
    if stored and stored.vendors_elsewhere:
        return VendorGrants((), ())
    own = stored.vendors.get(vendor.key) if stored else None
    consent: tuple[str, ...] = ()
    interest: tuple[str, ...] = ()
    if "consent" in vendor.bases:
        consent = tuple(
            key
            for key in vendor.categories
            if categories.get(key) and (own is None or key in own.consent)
        )
    if "legitimate_interest" in vendor.bases:
        objected = stored is not None and stored.action in OBJECTING
        interest = tuple(
            key
            for key in vendor.categories
            if (key in own.legitimate_interest if own else not objected)
        )
    return VendorGrants(consent, interest)


def _rule(item: Mapping[str, Any]) -> Rule:
    models = {key: Model(model) for key, model in item.get("models", {}).items()}
    match = regulations.expand(item["match"])
    return Rule(match, Model(item["model"]), item.get("gpc", "apply"), models)


def _category(item: Mapping[str, Any]) -> Category:
    key = item["key"]
    return Category(key, bool(item.get("locked", False)), bool(item.get("gpc", key == "targeting")))


def _surroundings(
    document: Mapping[str, Any],
    categories: tuple[Category, ...],
    own: tuple[Host, ...],
    service: str | None,
) -> Surroundings:
    vendors = {item["key"]: _vendor(item, own) for item in document["vendors"]}
    locked = {each.key for each in categories if each.locked}
    always = [each for each in vendors.values() if locked & set(each.categories)]
    free = {host for each in always for host in each.hosts}
    waiting = {
        host: each.key for each in vendors.values() for host in each.hosts if host not in free
    }
    origin = hosts.origin(service) if service else None
    options = document.get("options", {})
    logos = [document.get("logo_url"), options.get("logo_dark_url")]
    return Surroundings(
        vendors=MappingProxyType(vendors),
        waiting=MappingProxyType(waiting),
        service=origin,
        pictures=bool(origin) and any(str(logo).startswith(f"{origin}/") for logo in logos),
    )


def _vendor(item: Mapping[str, Any], own: tuple[Host, ...]) -> Vendor:
    bases = tuple(basis for basis in BASES if basis in item["bases"])
    if not bases:
        raise ValueError(f"the vendor {item['key']} has no basis")
    try:
        named = [host for text in item["hosts"] for host in hosts.of_notice(text)]
    except ValueError as error:
        raise ValueError(f"the vendor {item['key']}: {error}") from error
    return Vendor(
        key=item["key"],
        categories=tuple(item["categories"]),
        bases=bases,
        hosts=tuple(host for host in named if not any(each.meets(host) for each in own)),
    )
