"""Cookies and all else that is stored on a device: found, added, changed, moved, removed."""

from collections.abc import Collection, Mapping
from typing import Any

from consent.errors import InvalidFieldsError
from consent.notices import wording
from consent.notices.editing.parts import Document, loaded
from consent.notices.schemas import CookieSchema

Cookie = dict[str, Any]
# By what a cookie is the same through all versions (`versions.listed_since`).
Identity = tuple[str, str, str, str | None]


def identity(cookie: Mapping[str, Any]) -> Identity:
    """Return what makes a cookie the same one: its name, kind, host and vendor."""
    return cookie["name"], cookie["storage"], cookie["host"], cookie["vendor"]


def find(document: Document, query: str = "", category: str = "") -> list[tuple[int, Cookie]]:
    """Return the cookies that fit a word and a category, each with its place in the list."""
    wanted = wording.folded(query.strip())
    return [
        (place, cookie)
        for place, cookie in enumerate(document["cookies"])
        if (not category or cookie["category"] == category)
        and (not wanted or wanted in wording.folded(_searched(cookie)))
    ]


def put(document: Document, place: int | None, values: Mapping[str, Any]) -> Document:
    """Add a cookie, or change the one at a place; refuses values by their field."""
    cookie = loaded(CookieSchema(), values)
    _known(document, cookie)
    cookies = list(document["cookies"])
    twin = next(
        (at for at, each in enumerate(cookies) if identity(each) == identity(cookie)), place
    )
    if twin != place:
        raise InvalidFieldsError({"name": ["The list has this name on this host already."]})
    if place is None:
        return {**document, "cookies": [*cookies, cookie]}
    _there(document, [place])
    cookies[place] = cookie
    return {**document, "cookies": cookies}


def move(document: Document, places: Collection[int], category: str) -> Document:
    """Put the cookies at some places into another category."""
    _there(document, places)
    if category not in {each["key"] for each in document["categories"]}:
        raise InvalidFieldsError({"category": ["There is no such category."]})
    return {
        **document,
        "cookies": [
            {**cookie, "category": category} if place in places else cookie
            for place, cookie in enumerate(document["cookies"])
        ],
    }


def remove(document: Document, places: Collection[int]) -> Document:
    """Take the cookies at some places away."""
    _there(document, places)
    kept = [each for place, each in enumerate(document["cookies"]) if place not in places]
    return {**document, "cookies": kept}


def _searched(cookie: Cookie) -> str:
    return "\n".join(
        (cookie["name"], cookie["host"], cookie["vendor"] or "", *cookie["purpose"].values())
    )


def _known(document: Document, cookie: Cookie) -> None:
    problems = {}
    if cookie["category"] not in {each["key"] for each in document["categories"]}:
        problems["category"] = ["There is no such category."]
    if cookie["vendor"] not in {None, *(each["key"] for each in document["vendors"])}:
        problems["vendor"] = ["There is no such vendor: add it first."]
    if not cookie["purpose"]:
        problems["purpose"] = ["Say what it is for."]
    if problems:
        raise InvalidFieldsError(problems)


def _there(document: Document, places: Collection[int]) -> None:
    if not places:
        raise InvalidFieldsError({"places": ["Choose at least one cookie."]})
    if any(not 0 <= place < len(document["cookies"]) for place in places):
        raise InvalidFieldsError({"places": ["Such a cookie is not in the list any more."]})
