"""A search as it is asked for in an address or a form, and the address of a search."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from consent import clock
from consent.errors import InvalidFieldsError
from consent.records.schemas import SearchSchema
from consent.records.search import Granted, Search

STATES = {"granted": True, "refused": False}


def asked(site_id: int, query: Mapping[str, str]) -> Search:
    """Return the search of a query; empty fields ask nothing, wrong ones are named and refused."""
    filled = {name: value for name, value in query.items() if value != ""}
    try:
        return search_of(site_id, SearchSchema().load(filled))
    except ValidationError as error:
        raise InvalidFieldsError(error.messages_dict) from error


def search_of(site_id: int, facts: Mapping[str, Any]) -> Search:
    """Return the search of what the schema has read."""
    start, end = _first(facts.get("from_")), _last(facts.get("to"))
    if start and end and start >= end:
        raise InvalidFieldsError({"to": ["It must be later than `from`."]})
    for name in ("category", "vendor"):
        if f"{name}_is" in facts and name not in facts:
            raise InvalidFieldsError({name: [f"Say which {name} it is about."]})
    return Search(
        site_id,
        start,
        end,
        facts.get("subject"),
        facts.get("record"),
        category=_granted(facts, "category"),
        vendor=_granted(facts, "vendor"),
        **{name: facts.get(name) for name in _PLAIN},
    )


def query_of(search: Search) -> dict[str, str]:
    """Return the query that asks for the same search, as an address carries it."""
    found: dict[str, object] = {
        "from": search.start and clock.to_text(search.start),
        "to": search.end and clock.to_text(search.end),
        "subject": search.subject,
        "record": search.record,
        **{name: getattr(search, name) for name in _PLAIN},
    }
    for name in ("category", "vendor"):
        named: Granted | None = getattr(search, name)
        if named is not None:
            found[name] = named.key
            found[f"{name}_is"] = "granted" if named.granted else "refused"
    return {name: _text(value) for name, value in found.items() if value is not None}


def place(text: str) -> UUID | None:
    """Return the place that a cursor names; None where there is none."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        raise InvalidFieldsError(
            {"cursor": ["Use the cursor of an earlier answer, or none to begin."]}
        ) from None


def _granted(facts: Mapping[str, Any], name: str) -> Granted | None:
    if name not in facts:
        return None
    return Granted(facts[name], STATES[facts.get(f"{name}_is", "granted")])


def _first(value: date | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return _midnight(value)


def _last(value: date | None) -> datetime | None:
    # A day is meant whole; a moment is the first that is no longer meant.
    if value is None or isinstance(value, datetime):
        return value
    return _midnight(value) + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


_PLAIN = ("action", "version", "region", "language", "late", "suspicious", "gpc")
