"""A notice as a frozen value, read from its canonical document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any

import isodate

from consent import ledger
from consent.notices import texts
from consent.notices import theme as themes
from consent.regulations import Model, Rule

MOST_KNOWN = 256


@dataclass(frozen=True)
class Category:
    """A group that is granted or refused together; a locked one is always on."""

    key: str
    locked: bool


@dataclass(frozen=True)
class Vendor:
    """A company that receives data, with the categories and legal bases it stands in."""

    key: str
    name: str
    policy_url: str
    hosts: tuple[str, ...]
    categories: tuple[str, ...]
    bases: tuple[str, ...]


@dataclass(frozen=True)
class Cookie:
    """Anything stored on or read from the device."""

    name: str
    match: str
    storage: str
    host: str
    party: str
    duration: str
    category: str
    vendor: str | None
    purpose: Mapping[str, str]


@dataclass(frozen=True)
class Options:
    """What a site may choose besides; a notice without them has these."""

    vendor_choices: bool = True
    reopen_button: str | None = None
    powered_by: str | None = None
    policy_urls: Mapping[str, str] = field(default_factory=dict)
    policy_new_tab: bool = False
    logo_dark_url: str | None = None
    consent_modes: tuple[str, ...] = ()
    # How many of a hundred banners shown are counted; none where it is None.
    count_shown: int | None = None


@dataclass(frozen=True)
class Notice:
    """One notice. Equal documents give equal digests."""

    document: Mapping[str, Any]
    default_language: str
    rules: tuple[Rule, ...]
    categories: tuple[Category, ...]
    vendors: tuple[Vendor, ...]
    cookies: tuple[Cookie, ...]
    options: Options

    @cached_property
    def optional(self) -> tuple[str, ...]:
        """Return the keys of the categories a visitor decides about, in the order shown."""
        return tuple(category.key for category in self.categories if not category.locked)

    @cached_property
    def locked(self) -> frozenset[str]:
        """Return the keys of the categories that are always on."""
        return frozenset(category.key for category in self.categories if category.locked)

    @cached_property
    def vendor_by_key(self) -> dict[str, Vendor]:
        """Return the vendors by their key."""
        return {vendor.key: vendor for vendor in self.vendors}

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that have texts."""
        return tuple(self.document["texts"])

    def texts(self, language: str | None) -> dict[str, str]:
        """Return all texts of a language, or of the default one.

        A version published before a text of ours was added lacks it: ours stands in, for display
        alone. Document and digest stay what was published.
        """
        served = self.language(language)
        if served not in self._texts:
            self._texts[served] = {**texts.ours(served), **self.document["texts"][served]}
        return self._texts[served]

    @cached_property
    def _texts(self) -> dict[str, dict[str, str]]:
        return {}

    @cached_property
    def theme(self) -> dict[str, str]:
        """Return the theme as it is shown: with readable ink on an accent that comes alone."""
        return themes.completed(self.document["theme"])

    def policy_url(self, language: str | None = None) -> str:
        """Return the cookie policy's address in a language: a link, or a path of the site."""
        address: str = self.document["policy_url"]
        return self.options.policy_urls.get(self.language(language), address)

    def language(self, *wanted: str | None) -> str:
        """Return the language that serves the first wish it can: exact, then without region."""
        for wish in wanted:
            for candidate in (wish or "", (wish or "").partition("-")[0]):
                if candidate in self.document["texts"]:
                    return candidate
        return self.default_language

    def expires_at(self, decided: datetime, *, granted: bool) -> datetime:
        """Return when a decision made then must be asked again."""
        return decided + self.lifetime(granted=granted)

    def lifetime(self, *, granted: bool) -> timedelta:
        """Return how long a grant or a refusal lasts."""
        text = self.document["expiry"]["granted" if granted else "refused"]
        return as_timedelta(text)


@lru_cache(4096)
def as_timedelta(duration: str) -> timedelta:
    """Return an ISO 8601 duration as days and seconds; a month is 30 days, a year 365."""
    parsed = isodate.parse_duration(duration)
    if isinstance(parsed, timedelta):
        return parsed
    rest: timedelta = parsed.tdelta
    return rest + timedelta(days=int(parsed.years) * 365 + int(parsed.months) * 30)


def known(digest: str) -> Notice | None:
    """Return the content with this digest if this process has read it."""
    return _known.get(digest)


def remember(digest: str, document: str) -> Notice:
    """Read a stored canonical document. Versions never change, so each is read once."""
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    return _known.setdefault(digest, from_document(ledger.parse(document)))


def from_document(data: Any) -> Notice:
    """Build the value from a document that the schema has accepted."""
    return Notice(
        document=data,
        default_language=data["default_language"],
        rules=tuple(_rule(item) for item in data["regions"]),
        categories=tuple(
            Category(item["key"], bool(item.get("locked", False))) for item in data["categories"]
        ),
        vendors=tuple(
            Vendor(
                item["key"],
                item["name"],
                item["policy_url"],
                tuple(item["hosts"]),
                tuple(item["categories"]),
                tuple(item["bases"]),
            )
            for item in data["vendors"]
        ),
        cookies=tuple(Cookie(**item) for item in data["cookies"]),
        options=_options(data.get("options", {})),
    )


def _options(item: dict[str, Any]) -> Options:
    modes = tuple(item.get("consent_modes", ()))
    return Options(**{**item, "consent_modes": modes})


def _rule(item: dict[str, Any]) -> Rule:
    models = {key: Model(model) for key, model in item.get("models", {}).items()}
    return Rule(tuple(item["match"]), Model(item["model"]), item["gpc"], models)


_known: dict[str, Notice] = {}
