"""Many cookies or vendors at once: what a table would add, change and remove, before it does.

Pure. A plan says it all first; where a row is wrong nothing is kept, unless the good ones are
asked for. A cookie is the same where name, kind, host and vendor are; a vendor where its key is.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, ValidationError

from consent.errors import InvalidFieldsError
from consent.notices import importing, spoken, wording
from consent.notices.editing import cookies as cookie_edits
from consent.notices.editing.parts import Document
from consent.notices.importing import COOKIE_COLUMNS, VENDOR_COLUMNS, Problem, Row
from consent.notices.schemas import CookieSchema, VendorSchema

Item = dict[str, Any]
MOST_COOKIES, MOST_VENDORS = 10_000, 2000


@dataclass(frozen=True)
class Plan:
    """What a table would do to a list, and what is wrong in it. `document` is what comes of it."""

    document: Document
    added: tuple[Item, ...]
    changed: tuple[tuple[Item, Item], ...]
    removed: tuple[Item, ...]
    same: int
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Say whether every row is good."""
        return not self.problems

    @property
    def does_anything(self) -> bool:
        """Say whether the list would be another one."""
        return bool(self.added or self.changed or self.removed)


def plan_cookies(
    document: Document, text: str, hosts: Sequence[str], *, replace: bool = False
) -> Plan:
    """Plan what a table of cookies does; with `replace` those it does not name go.

    `hosts` are the site's own: the first stands in where a row names none.
    """
    read = importing.read(text, COOKIE_COLUMNS)
    words = spoken.Words.of(document)
    items, problems = _items(
        read.rows, CookieSchema(), lambda cells: _cookie(cells, words, document, hosts)
    )
    found = _merged(document["cookies"], items, cookie_edits.identity, replace=replace)
    problems += _over(len(found.items), MOST_COOKIES)
    made = {**document, "cookies": found.items}
    return Plan(
        made, found.added, found.changed, found.removed, found.same, tuple(problems), read.unknown
    )


def plan_vendors(document: Document, text: str, *, replace: bool = False) -> Plan:
    """Plan what a table of vendors does; with `replace` those it does not name go."""
    read = importing.read(text, VENDOR_COLUMNS)
    words = spoken.Words.of(document)
    items, problems = _items(read.rows, VendorSchema(), lambda cells: _vendor(cells, words))
    found = _merged(document["vendors"], items, lambda each: each["key"], replace=replace)
    problems += _over(len(found.items), MOST_VENDORS)
    gone = {each["key"] for each in found.removed}
    cookies = [
        {**each, "vendor": None} if each["vendor"] in gone else each for each in document["cookies"]
    ]
    made = {**document, "vendors": found.items, "cookies": cookies}
    return Plan(
        made, found.added, found.changed, found.removed, found.same, tuple(problems), read.unknown
    )


def kept(plan: Plan, *, only_good: bool = False) -> Document:
    """Return what a plan makes of the draft; refuses while a row is wrong, unless asked not to."""
    if plan.problems and not only_good:
        raise InvalidFieldsError(
            {f"row {each.row}, {each.column}": [each.message] for each in plan.problems[:100]}
        )
    return plan.document


@dataclass(frozen=True)
class _Merged:
    items: list[Item]
    added: tuple[Item, ...]
    changed: tuple[tuple[Item, Item], ...]
    removed: tuple[Item, ...]
    same: int


def _merged(
    before: list[Item], given: list[Item], identity: Callable[[Item], object], *, replace: bool
) -> _Merged:
    new = {identity(each): each for each in given}
    old = {identity(each): each for each in before}
    changed = tuple(
        (each, new[key]) for key, each in old.items() if key in new and new[key] != each
    )
    added = tuple(each for key, each in new.items() if key not in old)
    removed = tuple(each for key, each in old.items() if key not in new) if replace else ()
    stays = [new.get(key, each) for key, each in old.items() if key in new or not replace]
    same = sum(1 for key, each in old.items() if new.get(key) == each)
    return _Merged([*stays, *added], added, changed, removed, same)


def _items(
    rows: Iterable[Row], schema: Schema, make: Callable[[Mapping[str, str]], Item]
) -> tuple[list[Item], list[Problem]]:
    items: list[Item] = []
    problems: list[Problem] = []
    seen: dict[object, int] = {}
    for row in rows:
        try:
            item: Item = schema.load(make(row.cells))
        except ValidationError as error:
            problems += _problems(row, error.messages_dict)
            continue
        key = item["key"] if "key" in item else cookie_edits.identity(item)
        if key in seen:
            sentence = f"This stands in row {seen[key]} already."
            problems.append(Problem(row.number, "name", sentence))
            continue
        seen[key] = row.number
        items.append(item)
    return items, problems


def _cookie(
    cells: Mapping[str, str], words: spoken.Words, document: Document, hosts: Sequence[str]
) -> Item:
    name, match = spoken.name_and_match(cells.get("name", ""), cells.get("match", ""))
    host = cells.get("host", "").removeprefix("http://").removeprefix("https://").strip("/")
    host = host or (hosts[0] if hosts else "")
    problems: dict[str, list[str]] = {}
    found: Item = {
        "name": name,
        "match": match,
        "host": host,
        "storage": spoken.storage(cells.get("storage", "cookie")),
        "party": spoken.party(cells.get("party", ""), host, hosts),
        "duration": spoken.duration(cells.get("duration", "")),
        "category": words.category(cells.get("category", "")),
        "vendor": words.vendor(cells.get("vendor", "")),
        "purpose": spoken.purposes(cells, document["default_language"]),
    }
    if not found["purpose"]:
        problems["purpose"] = ["Say what it is for."]
    for field, sentence in (
        ("category", "There is no category with this key or name."),
        ("vendor", "There is no vendor with this key or name: add it first, or leave it empty."),
        ("duration", "Use a duration such as P13M, 13 months, 400 days, or session."),
    ):
        if found[field] == spoken.UNKNOWN:
            problems[field] = [sentence]
    if problems:
        raise ValidationError({**CookieSchema().validate(found), **problems})
    return found


def _vendor(cells: Mapping[str, str], words: spoken.Words) -> Item:
    name = cells.get("name", "")
    categories = [words.category(each) for each in spoken.listed(cells.get("categories", ""))]
    bases = [spoken.basis(each) for each in spoken.listed(cells.get("bases", "consent"))]
    found: Item = {
        "key": cells.get("key") or _key_of(name),
        "name": name,
        "policy_url": cells.get("policy_url", ""),
        "hosts": re.split(r"[\s,;]+", cells["hosts"]) if "hosts" in cells else [],
        "categories": list(dict.fromkeys(categories)),
        "bases": list(dict.fromkeys(bases)),
    }
    if spoken.UNKNOWN in categories:
        sentence = "One of these is no category with this key or name."
        raise ValidationError({**VendorSchema().validate(found), "categories": [sentence]})
    return found


def _key_of(name: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", "-", wording.folded(name)).strip("-")
    return re.sub(r"^[0-9-]+", "", plain)[:40]


def _problems(row: Row, messages: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(row.number, column, " ".join(_sentences(found)))
        for column, found in messages.items()
    ]


def _sentences(found: object) -> list[str]:
    if isinstance(found, Mapping):
        return [each for value in found.values() for each in _sentences(value)]
    if isinstance(found, list):
        return [each for value in found for each in _sentences(value)]
    return [str(found)]


def _over(count: int, most: int) -> list[Problem]:
    if count <= most:
        return []
    return [Problem(0, "table", f"The list would have {count} entries: at most {most}.")]
