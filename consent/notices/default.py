"""The notice a new site starts with: four categories, opt-in everywhere, our own two entries."""

import re
from typing import Any

from consent.notices.schemas import FORMAT

_OWN = {
    "match": "exact",
    "party": "first",
    "category": "necessary",
    "vendor": None,
}


def default_document(*, origin: str, language: str) -> dict[str, Any]:
    """Return the default notice for a site that lives at `origin`."""
    # The authority without its port; an IPv6 address keeps its brackets.
    host = re.sub(r":\d+$", "", origin.partition("://")[2])
    return {
        "format": FORMAT,
        "default_language": language,
        "policy_url": f"{origin}/cookies",
        "logo_url": None,
        "layout": "center",
        "theme": {},
        "expiry": {"granted": "P180D", "refused": "P180D"},
        "regions": [{"match": ["*"], "model": "opt_in", "gpc": "apply"}],
        "categories": [
            {"key": "necessary", "locked": True},
            {"key": "functional"},
            {"key": "targeting"},
            {"key": "performance"},
        ],
        "vendors": [],
        "cookies": [
            {
                **_OWN,
                "name": "consent",
                "storage": "cookie",
                "host": host,
                "duration": "P180D",
                "purpose": {"en": "Remembers your privacy choice on this site."},
            },
            {
                **_OWN,
                "name": "consent.queue",
                "storage": "local",
                "host": host,
                "duration": "session",
                "purpose": {"en": "Keeps a choice made offline until it can be recorded."},
            },
        ],
        "texts": {language: {}},
    }
