"""Change the facts of a site: its name, its origins, its default language, who reads its log."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from consent.errors import InvalidFieldsError
from consent.sites import facts
from consent.sites.models import Site

# How long records are kept is changed where records are: `records.set_period`.
CHANGEABLE = ("name", "origins", "default_language", "public_log")

# What a fact was, and what it is now.
Changes = dict[str, tuple[object, object]]


def change(session: Session, site: Site, given: Mapping[str, object]) -> Changes:
    """Set the facts given and return those that differ; refuses facts that make no sense."""
    _check(given)
    # Two changes at once: the second sees what the first left, so each says truly what was before.
    session.refresh(site, with_for_update=True)
    changes: Changes = {}
    for name, value in _normal(given).items():
        before = getattr(site, name)
        if value != before:
            changes[name] = (before, value)
            setattr(site, name, value)
    session.flush()
    return changes


def _check(given: Mapping[str, object]) -> None:
    unknown = given.keys() - set(CHANGEABLE)
    if unknown:
        names = ", ".join(sorted(CHANGEABLE))
        raise InvalidFieldsError(dict.fromkeys(sorted(unknown), f"Only these change: {names}."))
    if not isinstance(given.get("public_log", False), bool):
        raise InvalidFieldsError({"public_log": "Use true or false."})
    facts.check(given)


def _normal(given: Mapping[str, object]) -> dict[str, object]:
    found = dict(given)
    if isinstance(name := found.get("name"), str):
        found["name"] = facts.normal_name(name)
    if isinstance(origins := found.get("origins"), list | tuple):
        found["origins"] = facts.normal_origins(origins)
    return found
