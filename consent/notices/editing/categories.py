"""Categories: the four and a site's own, their names, their order."""

from collections.abc import Sequence
from typing import Any

from consent.errors import InvalidFieldsError
from consent.notices import texts as shipped_texts
from consent.notices.editing.parts import Document, loaded
from consent.notices.schemas import CategorySchema

NAME, TEXT = "name", "text"


def text_key(category: str, part: str) -> str:
    """Return the key of a category's name or description among the texts."""
    return f"category_{category}_{part}"


def is_shipped(category: str) -> bool:
    """Tell whether we ship texts for a category."""
    return text_key(category, NAME) in shipped_texts.written(shipped_texts.FALLBACK)


def add(document: Document, key: str, *, name: str, text: str) -> Document:
    """Add a category at the end, described in the default language."""
    category = loaded(CategorySchema(), {"key": key})
    if key in _keys(document):
        raise InvalidFieldsError({"key": ["There is a category with this key already."]})
    made = {**document, "categories": [*document["categories"], category]}
    return describe(made, key, document["default_language"], name=name, text=text)


def describe(document: Document, key: str, language: str, *, name: str, text: str) -> Document:
    """Set what a category is called and says; an empty text means ours, where we ship one."""
    _known(document, key)
    given = {text_key(key, NAME): name.strip(), text_key(key, TEXT): text.strip()}
    is_needed = language == document["default_language"] and not is_shipped(key)
    empty = [part for part in (NAME, TEXT) if not given[text_key(key, part)]]
    if is_needed and empty:
        raise InvalidFieldsError(dict.fromkeys(empty, "Visitors must be told: write something."))
    before = document["texts"].get(language, {})
    kept = {each: value for each, value in before.items() if each not in given}
    own = kept | {each: value for each, value in given.items() if value}
    return {**document, "texts": {**document["texts"], language: own}}


def remove(document: Document, key: str, *, moved_to: str | None = None) -> Document:
    """Take a category away; what stands in it goes to another one, if anything does."""
    _known(document, key)
    if any(each["key"] == key and each.get("locked") for each in document["categories"]):
        raise InvalidFieldsError({"key": ["This category is always on and stays."]})
    cookies = [each for each in document["cookies"] if each["category"] == key]
    vendors = [each for each in document["vendors"] if key in each["categories"]]
    if (cookies or vendors) and moved_to not in _keys(document) - {key}:
        sentence = f"It holds {len(cookies)} cookies and {len(vendors)} vendors: say where they go."
        raise InvalidFieldsError({"moved_to": [sentence]})
    gone = {text_key(key, NAME), text_key(key, TEXT)}
    return {
        **document,
        "categories": [each for each in document["categories"] if each["key"] != key],
        "cookies": [_moved_cookie(each, key, moved_to) for each in document["cookies"]],
        "vendors": [_moved_vendor(each, key, moved_to) for each in document["vendors"]],
        "regions": [_without_model(each, key) for each in document["regions"]],
        "texts": {
            language: {each: text for each, text in own.items() if each not in gone}
            for language, own in document["texts"].items()
        },
    }


def order(document: Document, keys: Sequence[str]) -> Document:
    """Put the categories into this order; those not named keep theirs, after the named ones."""
    places = {key: place for place, key in enumerate(keys)}
    found = sorted(document["categories"], key=lambda each: places.get(each["key"], len(places)))
    return {**document, "categories": found}


def _keys(document: Document) -> set[str]:
    return {each["key"] for each in document["categories"]}


def _known(document: Document, key: str) -> None:
    if key not in _keys(document):
        raise InvalidFieldsError({"key": ["There is no such category."]})


def _moved_cookie(cookie: dict[str, Any], key: str, to: str | None) -> dict[str, Any]:
    return {**cookie, "category": to} if cookie["category"] == key else cookie


def _moved_vendor(vendor: dict[str, Any], key: str, to: str | None) -> dict[str, Any]:
    if key not in vendor["categories"]:
        return vendor
    named = [to if each == key else each for each in vendor["categories"]]
    return {**vendor, "categories": list(dict.fromkeys(named))}


def _without_model(region: dict[str, Any], key: str) -> dict[str, Any]:
    if key not in region.get("models", {}):
        return region
    models = {each: model for each, model in region["models"].items() if each != key}
    rest = {name: value for name, value in region.items() if name != "models"}
    return {**rest, "models": models} if models else rest
