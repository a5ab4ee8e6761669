"""Notices and cookies to try the back end's policy on."""

import base64
import json
from typing import Any

NOW = 1_800_000_000
NOTICE: dict[str, Any] = {
    "format": "consent-notice@v1",
    "default_language": "en",
    "policy_url": "https://shop.example/cookies",
    "logo_url": None,
    "layout": "center",
    "theme": {},
    "expiry": {"granted": "P180D", "refused": "P180D"},
    "regions": [
        {"match": ["EU", "GB"], "model": "opt_in", "gpc": "apply"},
        {
            "match": ["US-CA"],
            "model": "opt_out",
            "gpc": "apply",
            "models": {"functional": "notice_only", "performance": "opt_in"},
        },
        {"match": ["US"], "model": "notice_only", "gpc": "ignore"},
        {"match": ["*"], "model": "opt_in", "gpc": "apply"},
    ],
    "categories": [
        {"key": "necessary", "locked": True},
        {"key": "functional"},
        {"key": "targeting"},
        {"key": "performance"},
    ],
    "vendors": [
        {
            "key": key,
            "name": key,
            "policy_url": f"https://{key}.example/privacy",
            "hosts": hosts,
            "categories": categories,
            "bases": bases,
        }
        for key, hosts, categories, bases in (
            ("pay", ["js.pay.example"], ["necessary"], ["consent"]),
            ("acme", ["acme.example"], ["targeting"], ["legitimate_interest", "consent"]),
            ("count", [".count.example"], ["performance", "targeting"], ["consent"]),
            ("film", ["www.film.example", "i.film.example"], ["functional"], ["consent"]),
            ("badge", ["badge.example"], ["functional", "performance"], ["legitimate_interest"]),
        )
    ],
    "cookies": [],
    "texts": {"en": {}},
}


def stored(**changes: object) -> dict[str, object]:
    """Return a decision as the cookie holds it; None leaves a field out."""
    whole: dict[str, object] = {
        "n": 3, "c": {"functional": 1, "targeting": 0, "performance": 1}, "t": NOW - 60,
        "e": NOW + 1000, "a": "save", "o": "center", "m": "opt_in", **changes,
    }  # fmt: skip
    ordered = {name: whole[name] for name in "ncteaomvgxrskqhpw" if name in whole}
    return {name: value for name, value in ordered.items() if value is not None}


def packed(data: object) -> str:
    """Write a cookie as the snippet does."""
    raw = json.dumps(data, separators=(",", ":")).encode()
    return "v1." + base64.urlsafe_b64encode(raw).decode().rstrip("=")


def cookie(**changes: object) -> str:
    """Return a cookie's value; see `stored`."""
    return packed(stored(**changes))
