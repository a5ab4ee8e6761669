"""Rules about where nobody is asked, and about how long an answer holds."""

from collections.abc import Iterator, Mapping
from typing import Any

from isodate import ISO8601Error

from consent.notices.document import as_timedelta
from consent.notices.lint.finding import Document, Place, Rule
from consent.regulations import EEA, Model, rule_for
from consent.regulations import Rule as Terms

# Nothing optional may be stored there before somebody has agreed.
ASKED_FIRST = (*EEA, "GB", "BR", "CA-QC")
# There a browser's signal is a refusal by law.
SIGNAL_BINDS = tuple(
    f"US-{state}"
    for state in "CA CO CT DE MD MN MT NE NH NJ OR TX".split()  # noqa: SIM905
)
# Since February 2026 the United Kingdom excepts statistics and appearance, with a free objection.
UK_EXCEPTED = frozenset({"functional", "performance"})
MOST_NAMED = 4
LEAST_DAYS = 180
MOST_DAYS = 395


def _optional(document: Document) -> list[str]:
    return [each["key"] for each in document["categories"] if not each.get("locked")]


def _terms(document: Document) -> list[Terms]:
    return [
        Terms(
            tuple(item["match"]),
            Model(item["model"]),
            item.get("gpc", "apply"),
            {key: Model(model) for key, model in item.get("models", {}).items()},
        )
        for item in document["regions"]
    ]


def _having(document: Document, places: tuple[str, ...], model: Model) -> Iterator[Place]:
    """Yield each rule under which an optional category has a model in one of these places."""
    terms, optional = _terms(document), _optional(document)
    found: dict[int, list[str]] = {}
    for place in places:
        held = rule_for(terms, place)
        excepted = UK_EXCEPTED if place == "GB" and model is Model.OPT_OUT else frozenset()
        if any(held.model_of(key) is model for key in optional if key not in excepted):
            # One that matches nowhere is opt-in, and never found.
            found.setdefault(next(at for at, each in enumerate(terms) if each is held), []).append(
                place
            )
    for index, named in found.items():
        yield ("regions", index), _few(named)


def _few(places: list[str]) -> str:
    more = len(places) - MOST_NAMED
    return ", ".join(places[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")


def _implied(document: Document) -> Iterator[Place]:
    return _having(document, ASKED_FIRST, Model.NOTICE_ONLY)


def _on_at_first(document: Document) -> Iterator[Place]:
    return _having(document, ASKED_FIRST, Model.OPT_OUT)


def _uk(document: Document) -> Iterator[Place]:
    terms = _terms(document)
    held = rule_for(terms, "GB")
    for key in _optional(document):
        if key in UK_EXCEPTED and held.model_of(key) is Model.OPT_OUT:
            yield ("regions", next(at for at, each in enumerate(terms) if each is held)), key


def _unknown(document: Document) -> Iterator[Place]:
    terms = _terms(document)
    held = rule_for(terms, None)
    loose = [key for key in _optional(document) if held.model_of(key) is not Model.OPT_IN]
    if loose:
        index = next(at for at, each in enumerate(terms) if each is held)
        yield ("regions", index), ", ".join(loose)


def _ignored_signal(document: Document) -> Iterator[Place]:
    terms = _terms(document)
    found: dict[int, list[str]] = {}
    for place in SIGNAL_BINDS:
        held = rule_for(terms, place)
        if held.gpc == "ignore":
            index = next(at for at, each in enumerate(terms) if each is held)
            found.setdefault(index, []).append(place)
    for index, named in found.items():
        yield ("regions", index, "gpc"), _few(named)


def _days(expiry: Mapping[str, Any], key: str) -> float | None:
    try:
        return as_timedelta(expiry[key]).total_seconds() / 86_400
    except (KeyError, TypeError, ValueError, ISO8601Error, OverflowError):
        return None


def _nagging(document: Document) -> Iterator[Place]:
    granted, refused = (_days(document["expiry"], key) for key in ("granted", "refused"))
    if granted is not None and refused is not None and refused < granted:
        yield ("expiry", "refused"), f"{granted:g} : {refused:g} d"


def _too_often(document: Document) -> Iterator[Place]:
    refused = _days(document["expiry"], "refused")
    if refused is not None and refused < LEAST_DAYS:
        yield ("expiry", "refused"), f"{refused:g} d"


def _too_long(document: Document) -> Iterator[Place]:
    granted = _days(document["expiry"], "granted")
    if granted is not None and granted > MOST_DAYS:
        yield ("expiry", "granted"), f"{granted:g} d"


def _no_retention(document: Document) -> Iterator[Place]:
    for key in ("granted", "refused"):
        if _days(document.get("expiry", {}), key) is None:
            yield ("expiry", key), None


RULES = (
    Rule(
        "implied-consent",
        "refuse",
        "GDPR recital 32; Directive 2002/58/EC Art. 5(3); EDPB Cookie Banner Taskforce 2023, 7",
        "People there are told and not asked, which is no consent. Use opt_in for these places.",
        _implied,
    ),
    Rule(
        "pre-ticked",
        "refuse",
        "CJEU C-673/17 Planet49; EDPB Cookie Banner Taskforce 2023, 10; LGPD; Law 25 s. 8.1",
        "Switches stand on there before anybody agreed. Use opt_in for these places.",
        _on_at_first,
    ),
    Rule(
        "uk-exception",
        "warn",
        "PECR reg. 6 and Sch. A1 as amended by the Data (Use and Access) Act 2025",
        "The United Kingdom excepts statistics and appearance alone, with clear information and a "
        "simple, free objection. See to it that this category holds nothing else.",
        _uk,
    ),
    Rule(
        "unknown-region",
        "warn",
        "GDPR Art. 7(1)",
        "Where nobody knows where a visitor is, the strictest rule should hold. Put these places "
        "into an entry of their own and end with * as opt_in.",
        _unknown,
    ),
    Rule(
        "signal-ignored",
        "refuse",
        "CCPA regulations 7025; the privacy acts of CO, CT, DE, MD, MN, MT, NE, NH, NJ, OR, TX",
        "A browser's privacy signal is a refusal by law there. Set gpc to apply.",
        _ignored_signal,
    ),
    Rule(
        "nagging",
        "refuse",
        "CNIL 2020-092, 38-39; Garante 10 June 2021 n. 231, 6.2; EDPB Guidelines 03/2022",
        "A refusal is asked again sooner than a grant. Let both hold equally long.",
        _nagging,
    ),
    Rule(
        "asked-too-often",
        "warn",
        "Garante 10 June 2021 n. 231, 6.2; CNIL 2020-092, 39",
        "Whoever refused should not be asked again for six months. Use at least P180D.",
        _too_often,
    ),
    Rule(
        "kept-too-long",
        "warn",
        "TCF policies: a reminder within 13 months; CNIL 2020-092, 38",
        "A choice should be asked for again after 13 months at the latest. Use at most P395D.",
        _too_long,
    ),
    Rule(
        "retention-undeclared",
        "refuse",
        "GDPR Art. 13(2)(a)",
        "Say how long a choice holds, as an ISO 8601 duration such as P180D.",
        _no_retention,
    ),
)
