"""What changes between two notices, in words, and whether it widens what people agreed to.

Pure, over documents as the schema accepts them; a version's and a draft's texts are compared as
they are shown, so what a draft leaves out is no difference. "Matters" is what decides who is asked
again: what is stored or read from now on, by whom, what for, for how long.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from consent.notices import texts, wording
from consent.notices.document import as_timedelta

Kind = Literal["added", "removed", "changed"]
Item = Mapping[str, Any]

_COOKIE_FACTS = ("match", "host", "party", "duration", "category", "vendor", "purpose")
_SETTINGS = {
    "default_language": "Default language",
    "policy_url": "Address of the cookie policy",
    "logo_url": "Logo",
    "layout": "Layout",
}


@dataclass(frozen=True)
class Change:
    """One difference in words.

    `matters` says that a choice made before does not cover it. Then `category` has to be asked
    about, or `vendor`: there, or wherever it stands.
    """

    kind: Kind
    what: str
    before: str | None
    after: str | None
    matters: bool = False
    category: str | None = None
    vendor: str | None = None


def diff(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Change, ...]:
    """Return the differences in words; before a first version there are none."""
    if before is None:
        return ()
    # Only what differs is looked at: a long list that stayed costs little.
    return (
        *_categories(before, after),
        *_vendors(before, after),
        *_cookies(before, after),
        *_texts(before, after),
        *_regions(before, after),
        *_settings(before, after),
    )


def _categories(before: Item, after: Item) -> Iterator[Change]:
    old, new = (_by_key(each["categories"]) for each in (before, after))
    for key, item in new.items():
        what, locked = f"Category {key}", bool(item.get("locked"))
        if key not in old:
            yield Change("added", what, None, _locked(item), not locked, key)
        elif bool(old[key].get("locked")) != locked:
            # One that a visitor could refuse and no longer can has to be known of, not asked.
            yield Change("changed", what, _locked(old[key]), _locked(item), not locked, key)
    for key in old.keys() - new.keys():
        yield Change("removed", f"Category {key}", _locked(old[key]), None)
    if old.keys() == new.keys() and list(old) != list(new):
        yield Change("changed", "Order of the categories", ", ".join(old), ", ".join(new))


def _locked(item: Item) -> str:
    return "always on" if item.get("locked") else "a visitor decides"


def _vendors(before: Item, after: Item) -> Iterator[Change]:
    old, new = (_by_key(each["vendors"]) for each in (before, after))
    for key, item in new.items():
        what = f"Company {item['name']}"
        if key not in old:
            yield Change("added", what, None, _stands(item), True, vendor=key)
        elif old[key] != item:
            yield from _vendor(what, old[key], item)
    for key in old.keys() - new.keys():
        yield Change("removed", f"Company {old[key]['name']}", _stands(old[key]), None)


def _vendor(what: str, old: Item, new: Item) -> Iterator[Change]:
    for key in new["categories"]:
        if key not in old["categories"]:
            yield Change("added", f"{what} in {key}", None, _stands(new), True, key, new["key"])
    for key in old["categories"]:
        if key not in new["categories"]:
            yield Change("removed", f"{what} in {key}", _stands(old), None)
    for field, name in (("bases", "legal bases"), ("hosts", "hosts")):
        if set(old[field]) != set(new[field]):
            one, other = ", ".join(old[field]), ", ".join(new[field])
            # Another host of the same company is where the same data goes.
            more = field == "bases" and not set(new[field]) <= set(old[field])
            yield Change("changed", f"{what}: {name}", one, other, more, vendor=new["key"])
    for field, name in (("name", "name"), ("policy_url", "privacy policy")):
        if old[field] != new[field]:
            yield Change("changed", f"{what}: {name}", old[field], new[field])


def _stands(item: Item) -> str:
    bases = ", ".join(base.replace("_", " ") for base in item["bases"])
    return f"{', '.join(item['categories'])} ({bases})"


def _cookies(before: Item, after: Item) -> Iterator[Change]:
    old, new = (
        {(item["name"], item["storage"], item["host"]): item for item in each["cookies"]}
        for each in (before, after)
    )
    locked = {item["key"] for item in after["categories"] if item.get("locked")}
    for key, item in new.items():
        what = f"Cookie {item['name']} on {item['host']}"
        asked = _asked(item, locked)
        if key not in old:
            yield Change("added", what, None, _entry(item, after), bool(asked), **asked)
        elif old[key] != item:
            yield from _cookie(what, old[key], item, asked)
    for key in old.keys() - new.keys():
        item = old[key]
        what = f"Cookie {item['name']} on {item['host']}"
        yield Change("removed", what, _entry(item, before), None)


def _cookie(what: str, old: Item, new: Item, asked: dict[str, str]) -> Iterator[Change]:
    for field in _COOKIE_FACTS:
        one, other = old[field], new[field]
        if field == "purpose":
            yield from _purposes(what, old, new, asked)
        elif one != other:
            # Kept for less, or by the site itself where it was another's: nothing is widened.
            less = (field == "duration" and _lasts(other) <= _lasts(one)) or (
                field == "party" and other == "first"
            )
            matters = bool(asked) and not less
            yield Change(
                "changed", f"{what}: {field}", one or "none", other or "none", matters, **asked
            )


def _purposes(what: str, old: Item, new: Item, asked: dict[str, str]) -> Iterator[Change]:
    for language in sorted({*old["purpose"], *new["purpose"]}):
        one, other = old["purpose"].get(language), new["purpose"].get(language)
        name = f"{what}: purpose in {_language(language)}"
        if one is None or other is None:
            # A translation that was missing says what was said already.
            if one != other:
                yield Change("added" if one is None else "removed", name, one, other)
        elif one != other:
            yield Change("changed", name, one, other, bool(asked), **asked)


def _asked(item: Item, locked: set[str]) -> dict[str, str]:
    """Return what is asked about for an entry: its company there, else its category; if at all."""
    if item["category"] in locked:
        return {}
    vendor = {"vendor": item["vendor"]} if item["vendor"] else {}
    return {"category": item["category"], **vendor}


def _entry(item: Item, document: Item) -> str:
    vendor = _by_key(document["vendors"]).get(item["vendor"]) if item["vendor"] else None
    company = f", {vendor['name']}" if vendor else ""
    return f"{item['category']}, {item['storage']}, {item['party']} party, {_kept(item)}{company}"


def _kept(item: Item) -> str:
    return str(item["duration"])


def _lasts(duration: str) -> float:
    return 0.0 if duration == "session" else as_timedelta(duration).total_seconds()


def _texts(before: Item, after: Item) -> Iterator[Change]:
    old, new = (
        texts.completed(each["texts"], each["default_language"]) for each in (before, after)
    )
    for language in new.keys() - old.keys():
        yield Change("added", f"Language {_language(language)}", None, language)
    for language in old.keys() - new.keys():
        yield Change("removed", f"Language {_language(language)}", language, None)
    locked = {item["key"] for item in after["categories"] if item.get("locked")}
    about = {
        f"category_{item['key']}_{part}": item["key"]
        for item in after["categories"]
        for part in ("name", "text")
    }
    for language in sorted(old.keys() & new.keys()):
        for key in sorted(old[language].keys() | new[language].keys()):
            one, other = old[language].get(key), new[language].get(key)
            if one == other or _of_another_category(key, about, one, other):
                continue
            category = about.get(key)
            # What a category is said to be for is what was agreed to; its name is not.
            matters = key.endswith("_text") and category is not None and category not in locked
            yield Change(
                "changed" if one and other else "added" if other else "removed",
                f"Text {key} in {_language(language)}",
                one,
                other,
                matters,
                category,
            )


def _of_another_category(
    key: str, about: Mapping[str, str], one: str | None, other: str | None
) -> bool:
    """Say whether a text came or went with its category, which is told once."""
    return key.startswith("category_") and (one is None or other is None or key not in about)


def _language(code: str) -> str:
    name = wording.locale(code).get_display_name("en") if code else None
    return name or code


def _regions(before: Item, after: Item) -> Iterator[Change]:
    one, other = (_rules(each["regions"]) for each in (before, after))
    if one != other:
        yield Change("changed", "Regions and consent models", one, other)


def _rules(items: list[Item]) -> str:
    return "; ".join(
        f"{', '.join(item['match'])}: {item['model']}"
        + "".join(f", {key} {model}" for key, model in item.get("models", {}).items())
        + (", privacy signals ignored" if item["gpc"] == "ignore" else "")
        for item in items
    )


def _settings(before: Item, after: Item) -> Iterator[Change]:
    for key, name in _SETTINGS.items():
        yield from _plain(name, before[key], after[key])
    for key, name in (("granted", "A choice that grants"), ("refused", "A choice that refuses")):
        yield from _plain(f"{name} is kept for", before["expiry"][key], after["expiry"][key])
    for field, name in (("theme", "Theme"), ("options", "Option")):
        one, other = before.get(field, {}), after.get(field, {})
        for key in sorted(one.keys() | other.keys()):
            yield from _plain(f"{name} {key}", one.get(key), other.get(key))


def _plain(what: str, before: object, after: object) -> Iterator[Change]:
    if before != after:
        one, other = (None if each is None else _said(each) for each in (before, after))
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        yield Change(kind, what, one, other)


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _by_key(items: list[Item]) -> dict[str, Item]:
    return {item["key"]: item for item in items}
