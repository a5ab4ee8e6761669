"""What the facts of a site may be; each that makes no sense is refused by name."""

import re
from collections.abc import Iterable, Mapping

import isodate

from consent.errors import InvalidFieldsError
from consent.sites import origins as web_origins

MOST_ORIGINS = 100
# `instance` is kept for the log of staff actions outside any site.
_RESERVED = frozenset({"instance"})
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def is_key(text: str) -> bool:
    """Tell whether a site could have this key."""
    return _KEY.fullmatch(text) is not None


def normal_name(name: str) -> str:
    """Return a name without the blanks around it."""
    return name.strip()


def normal_origins(given: Iterable[str]) -> list[str]:
    """Return checked origins as they are compared, each once."""
    return list(dict.fromkeys(str(web_origins.normal(origin)) for origin in given))


def check(facts: Mapping[str, object]) -> None:
    """Refuse facts that make no sense, all of them at once."""
    checks = {
        "key": _key,
        "name": _name,
        "origins": _origins,
        "default_language": _language,
        "retention": _retention,
    }
    problems = {
        name: problem
        for name, value in facts.items()
        if name in checks and (problem := checks[name](value))
    }
    if problems:
        raise InvalidFieldsError(problems)


def _key(key: object) -> str:
    is_good = isinstance(key, str) and is_key(key) and key not in _RESERVED
    return "" if is_good else "Use 1 to 63 lower-case letters, digits and hyphens."


def _name(name: object) -> str:
    is_good = isinstance(name, str) and name.strip() and len(name) <= 200 and name.isprintable()
    return "" if is_good else "Give the name that visitors know, at most 200 characters."


def _origins(origins: object) -> str:
    given = list(origins) if isinstance(origins, list | tuple) else []
    if len(given) > MOST_ORIGINS:
        return f"Give at most {MOST_ORIGINS} origins."
    wrong = [
        str(each) for each in given if not isinstance(each, str) or not web_origins.normal(each)
    ]
    if wrong or not given:
        return "Give origins as https://host[:port] without a path: " + (
            ", ".join(wrong) or "none was given"
        )
    return ""


def _language(language: object) -> str:
    is_good = isinstance(language, str) and _LANGUAGE.fullmatch(language)
    return "" if is_good else "Use a language tag such as en or pt-BR."


def _retention(period: object) -> str:
    try:
        isodate.parse_duration(period)
    except (isodate.ISO8601Error, ValueError, TypeError):
        return "Use an ISO 8601 duration such as P5Y."
    return ""
