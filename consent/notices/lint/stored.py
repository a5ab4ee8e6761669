"""Rules about the list: what is stored, for how long, by whom, and whether it is really needed."""

import re
from collections.abc import Iterator

from isodate import ISO8601Error

from consent.notices.document import as_timedelta
from consent.notices.lint.finding import Document, Place, Rule

MOST_DAYS = 395
OWN = "consent"

# Beginnings of names that are known to measure or to advertise, whatever a table says.
_NOT_NEEDED = re.compile(
    r"(_ga|_gid$|_gat|_gcl|__utm|_fb[pc]$|fr$|IDE$|test_cookie$|NID$|DSID$|MUID|_uet|_clck|_clsk|CLID$"
    r"|_hj|_pin_|_pinterest|li_|bcookie|_tt|_scid|personalization_id|muc_ads|YSC$|VISITOR_INFO1"
    r"|amplitude|mp_|ajs_|hubspotutk|__hs|_pk_|_dc_gtm|_mkto|cto_|criteo|adroll|__adroll|optimizely)",
    re.IGNORECASE,
)


def _locked(document: Document) -> set[str]:
    return {each["key"] for each in document["categories"] if each.get("locked")}


def _duration(document: Document) -> Iterator[Place]:
    for index, item in enumerate(document["cookies"]):
        if not (item.get("duration") or "").strip():
            yield ("cookies", index, "duration"), item["name"]


def _long(document: Document) -> Iterator[Place]:
    for index, item in enumerate(document["cookies"]):
        try:
            days = as_timedelta(item["duration"]).days
        except (KeyError, TypeError, ValueError, ISO8601Error, OverflowError):
            continue
        if days > MOST_DAYS:
            yield ("cookies", index, "duration"), f"{item['name']}: {days} d"


def _vendors(document: Document) -> Iterator[Place]:
    for index, item in enumerate(document["vendors"]):
        if not (item.get("policy_url") or "").strip():
            yield ("vendors", index, "policy_url"), item["name"]


def _policy(document: Document) -> Iterator[Place]:
    if not (document.get("policy_url") or "").strip():
        yield ("policy_url",), None


def _interest(document: Document) -> Iterator[Place]:
    """Yield companies that store without ever asking for consent."""
    locked = _locked(document)
    storing = {
        item["vendor"]: item["name"]
        for item in document["cookies"]
        if item.get("vendor") and item["category"] not in locked
    }
    for index, item in enumerate(document["vendors"]):
        if item["key"] in storing and "consent" not in item["bases"]:
            yield ("vendors", index, "bases"), f"{item['name']}: {storing[item['key']]}"


def _needed(document: Document) -> Iterator[Place]:
    locked = _locked(document)
    for index, item in enumerate(document["cookies"]):
        if item["category"] in locked and _NOT_NEEDED.match(item["name"]):
            yield ("cookies", index, "category"), item["name"]


def _needed_by_others(document: Document) -> Iterator[Place]:
    locked = _locked(document)
    for index, item in enumerate(document["cookies"]):
        if item["category"] in locked and (item["party"] == "third" or item["storage"] == "pixel"):
            yield ("cookies", index, "category"), item["name"]


def _nobodys(document: Document) -> Iterator[Place]:
    for index, item in enumerate(document["cookies"]):
        if item["party"] == "third" and not item.get("vendor"):
            yield ("cookies", index, "vendor"), item["name"]


def _own(document: Document) -> Iterator[Place]:
    if all(item["name"] != OWN for item in document["cookies"]):
        yield ("cookies",), OWN


RULES = (
    Rule(
        "duration-undeclared",
        "refuse",
        "CJEU C-673/17 Planet49, 75-81; GDPR Art. 13(2)(a)",
        "Say how long this stays, as an ISO 8601 duration or session.",
        _duration,
    ),
    Rule(
        "duration-long",
        "warn",
        "CNIL guidelines on cookies, 2020; GDPR Art. 5(1)(e)",
        "This stays for longer than 13 months. Shorten it, or be ready to say why.",
        _long,
    ),
    Rule(
        "vendor-without-policy",
        "refuse",
        "GDPR Art. 13(1)(e), 14; CJEU C-673/17 Planet49",
        "Give the address of this company's privacy policy.",
        _vendors,
    ),
    Rule(
        "policy-missing",
        "refuse",
        "GDPR Art. 12(1), 13",
        "Give the address of the site's own cookie policy.",
        _policy,
    ),
    Rule(
        "interest-for-storage",
        "refuse",
        "Directive 2002/58/EC Art. 5(3); EDPB Cookie Banner Taskforce 2023, 24",
        "Legitimate interest is no basis for storing on a device or reading from it. Add consent "
        "to this company's bases, or move what it stores.",
        _interest,
    ),
    Rule(
        "not-necessary",
        "refuse",
        "Directive 2002/58/EC Art. 5(3); EDPB Cookie Banner Taskforce 2023, practice I",
        "An entry of this name is known to measure or to advertise, which is not strictly "
        "necessary. Put it into the category that it serves.",
        _needed,
    ),
    Rule(
        "necessary-elsewhere",
        "warn",
        "WP29 Opinion 04/2012, 3; EDPB Cookie Banner Taskforce 2023, practice I",
        "Another site's entry is rarely strictly necessary. Put it into the category that it "
        "serves, or note why the site cannot do without.",
        _needed_by_others,
    ),
    Rule(
        "nobodys-entry",
        "warn",
        "CJEU C-673/17 Planet49, 80-81; GDPR Art. 13(1)(e)",
        "Another party sets this. Say which company it is.",
        _nobodys,
    ),
    Rule(
        "own-entry",
        "warn",
        "GDPR Art. 13",
        "The list does not name the cookie that keeps the choice itself. Add it.",
        _own,
    ),
)
