"""What people write in a table, as the notice says it: kinds, durations, categories, companies.

Pure. A word that nobody knows comes back as `UNKNOWN`, so that the table can name its row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consent.notices import texts as shipped_texts
from consent.notices.editing.parts import Document
from consent.notices.importing import folded

UNKNOWN = "?"

_STORAGES = {
    "cookie": ("cookie", "cookies", "httpcookie", "http", "httpkeks"),
    "local": ("local", "localstorage", "html", "html5", "lokalerspeicher"),
    "session": ("sessionstorage", "sitzungsspeicher"),
    "indexeddb": ("indexeddb", "browserdatabase", "browserdatenbank"),
    "cache": ("cache", "cachestorage", "browsercache"),
    "service_worker": ("serviceworker",),
    "pixel": ("pixel", "trackingpixel", "zahlpixel", "request", "pixeltracker", "beacon"),
}
_CATEGORIES = {
    "necessary": ("necessary", "strictlynecessary", "essential", "notwendig", "essenziell"),
    "functional": ("functional", "preferences", "funktional", "praferenzen", "komfort"),
    "targeting": ("targeting", "marketing", "advertising", "ads", "werbung", "retargeting"),
    "performance": (
        *("performance", "analytics", "statistics", "statistik", "analyse", "leistung"),
        "statistiken",
    ),
}
_BASES = {
    "consent": ("consent", "einwilligung"),
    "legitimate_interest": (
        *("legitimateinterest", "legitimateinterests", "interest", "berechtigtesinteresse"),
        "berechtigteinteressen",
    ),
}
_FIRST = ("first", "firstparty", "1", "1st", "1stparty", "thissite", "erstanbieter", "eigene")
_THIRD = ("third", "thirdparty", "3", "3rd", "3rdparty", "anothersite", "drittanbieter", "dritte")
_PREFIX = ("prefix", "prafix", "1", "true", "yes", "ja", "wahr", "beginning", "anfang", "x")
_SESSION = ("session", "sitzung", "browsersession", "untilyouclosethebrowser", "0")
_UNITS = {
    "Y": ("year", "years", "yr", "yrs", "y", "jahr", "jahre", "jahren", "j"),
    "M": ("month", "months", "mo", "monat", "monate", "monaten"),
    "W": ("week", "weeks", "w", "woche", "wochen"),
    "D": ("day", "days", "d", "tag", "tage", "tagen"),
    "TH": ("hour", "hours", "h", "hr", "hrs", "stunde", "stunden", "std"),
    "TM": ("minute", "minutes", "min", "mins", "minuten"),
    "TS": ("second", "seconds", "sec", "secs", "s", "sekunde", "sekunden"),
}
_ISO = re.compile(r"P(?=.)(\d+[YMWD])*(T(\d+[HMS])+)?")
_AMOUNT = re.compile(r"(\d{1,6})\s*([^\W\d_]+)\.?")


@dataclass(frozen=True)
class Words:
    """What the categories and companies of one notice are called, folded."""

    categories: Mapping[str, str]
    vendors: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> "Words":
        """Gather the names of a notice: its own, those we ship in any language, common ones."""
        keys = [each["key"] for each in document["categories"]]
        names = {
            folded(text): key
            for texts in (*shipped_texts.shipped().values(), *document["texts"].values())
            for key in keys
            if (text := texts.get(f"category_{key}_name"))
        }
        common = {word: key for key, words in _CATEGORIES.items() if key in keys for word in words}
        vendors = {folded(each["name"]): each["key"] for each in document["vendors"]}
        return cls(
            {**common, **names, **{folded(key): key for key in keys}},
            {**vendors, **{folded(each["key"]): each["key"] for each in document["vendors"]}},
        )

    def category(self, text: str) -> str:
        """Return the key of a category, by key or by name."""
        return self.categories.get(folded(text), UNKNOWN)

    def vendor(self, text: str) -> str | None:
        """Return the key of a vendor; None where nobody is named, or a dash."""
        if not folded(text):
            return None
        return self.vendors.get(folded(text), UNKNOWN)


def storage(text: str) -> str:
    """Return a kind of storage."""
    if text.strip() == "session":
        return "session"
    return _word(text, _STORAGES)


def basis(text: str) -> str:
    """Return a legal basis."""
    return _word(text, _BASES)


def party(text: str, host: str, hosts: Sequence[str]) -> str:
    """Return who sets a cookie; where nobody said it, its host does."""
    word = folded(text)
    if word in _FIRST:
        return "first"
    if word in _THIRD:
        return "third"
    bare = host.lower().lstrip(".*")
    is_ours = any(bare == each or _lies_below(bare, each) for each in hosts)
    return UNKNOWN if word else ("first" if is_ours else "third")


def duration(text: str) -> str:
    """Return an ISO 8601 duration, or `session`, from what people write."""
    written = text.strip().upper()
    if not written or folded(text) in _SESSION:
        return "session" if written else UNKNOWN
    if _ISO.fullmatch(written):
        return written
    found = _AMOUNT.fullmatch(text.strip())
    if not found:
        return UNKNOWN
    unit = _word(found.group(2), _UNITS)
    if unit == UNKNOWN:
        return UNKNOWN
    return f"PT{found.group(1)}{unit[1]}" if unit[0] == "T" else f"P{found.group(1)}{unit}"


def name_and_match(name: str, match: str) -> tuple[str, str]:
    """Return a name without the mark at its end that says: and whatever follows."""
    bare = re.sub(r"(\*|…|\.\.\.)$", "", name)
    is_prefix = bare != name or folded(match) in _PREFIX
    return bare, "prefix" if is_prefix else "exact"


def purposes(cells: Mapping[str, str], default_language: str) -> dict[str, str]:
    """Return purposes by language; one without a language is in the notice's own."""
    found = {
        name.removeprefix("purpose."): text
        for name, text in cells.items()
        if name.startswith("purpose.")
    }
    if "purpose" in cells:
        found.setdefault(default_language, cells["purpose"])
    return found


def listed(text: str) -> list[str]:
    """Return the words of a cell that holds several."""
    separator = r"[,;|/\n]+" if re.search(r"[,;|/\n]", text) else r"\s{2,}"
    found = [each.strip() for each in re.split(separator, text) if each.strip()]
    if len(found) == 1 and " " in found[0] and all(_is_key(each) for each in found[0].split()):
        return found[0].split()
    return found


def _is_key(word: str) -> bool:
    return re.fullmatch(r"[a-z][a-z0-9_-]*", word) is not None


def _word(text: str, table: Mapping[str, tuple[str, ...]]) -> str:
    word = folded(text)
    return next((meaning for meaning, words in table.items() if word in words), UNKNOWN)


def _lies_below(host: str, name: str) -> bool:
    return host.endswith(f".{name}") or name.endswith(f".{host}")
