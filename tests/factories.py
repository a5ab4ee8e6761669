"""One short function a noun, each with an obvious default."""

import uuid
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from consent import clock, ids, notices, sites
from consent.notices import NoticeVersion
from consent.notices.lint import REFUSING
from consent.records import Action, Decision, Layer, Shown
from consent.sites import Site

ORIGIN = "https://shop.example"
# A test may publish what the linter refuses: what it shows lies elsewhere.
OVERRIDES = dict.fromkeys(REFUSING, "A test asks for it.")


@dataclass(frozen=True)
class Demo:
    """A site and the version it has published."""

    site: Site
    version: NoticeVersion


def a_notice(**changes: Any) -> dict[str, Any]:
    """Return a notice with two vendors and two cookies besides our own."""
    document = notices.default_document(origin=ORIGIN, language="en")
    document["vendors"] = [
        {
            "key": "acme",
            "name": "Acme Ads",
            "policy_url": "https://acme.example/privacy",
            "hosts": ["acme.example"],
            "categories": ["targeting"],
            "bases": ["consent", "legitimate_interest"],
        },
        {
            "key": "metrics",
            "name": "Metrics Ltd",
            "policy_url": "https://metrics.example/privacy",
            "hosts": ["metrics.example"],
            "categories": ["performance", "functional"],
            "bases": ["consent"],
        },
    ]
    document["cookies"] += [
        {
            "name": "_ga_",
            "match": "prefix",
            "storage": "cookie",
            "host": "shop.example",
            "party": "first",
            "duration": "P400D",
            "category": "performance",
            "vendor": "metrics",
            "purpose": {"en": "Counts visits."},
        },
    ]
    return {**document, **changes}


def a_site(session: Session, key: str = "demo", origin: str = ORIGIN) -> Site:
    """Make a site without a notice."""
    return sites.create(session, key, f"The {key.strip()} shop", [origin])


def a_published_site(
    session: Session, key: str = "demo", origin: str = ORIGIN, **changes: Any
) -> Demo:
    """Make a site that has published a notice."""
    site = a_site(session, key, origin)
    notices.draft(session, site, a_notice(**changes))
    return Demo(site, notices.publish(session, site, overrides=OVERRIDES))


def a_body(demo: Demo, **changes: Any) -> dict[str, Any]:
    """Return a decision's body as a browser sends it."""
    return {
        "event_id": ids.new_event_id(),
        "action": "save",
        "layer": "banner",
        "notice": {
            "version": demo.version.version,
            "digest": demo.version.digest,
            "language": "en",
        },
        "categories": {"functional": True, "targeting": False, "performance": True},
        "vendors": {},
        "subject": None,
        "page": f"{demo.site.origins[0]}/path?query=1#fragment",
        "decided_at": clock.to_text(clock.now()),
        "region": "DE",
        "region_source": "attribute",
        "model": "opt_in",
        "gpc": False,
        "layout": "center",
        "snippet": None,
        "signals": {"tcf": None, "gpp": None, "ac": None},
        **changes,
    }


def a_decision(demo: Demo, **changes: Any) -> Decision:
    """Return a decision as the rooms take it."""
    event_id = uuid.UUID(ids.new_event_id())
    facts: dict[str, Any] = {
        "event_id": event_id,
        "action": Action.SAVE,
        "layer": Layer.BANNER,
        "notice": Shown(demo.version.version, demo.version.digest, "en"),
        "categories": {"functional": True, "targeting": False, "performance": True},
        "page": f"{demo.site.origins[0]}/",
        "decided_at": clock.now(),
        "body_digest": sha256(event_id.bytes).digest(),
        "signals": {"tcf": None, "gpp": None, "ac": None},
    }
    return Decision(**{**facts, **changes})


def post(client: FlaskClient, demo: Demo, body: dict[str, Any], **headers: str) -> TestResponse:
    """Send a decision from a page of the site."""
    return client.post(
        f"/v1/sites/{demo.site.key}/records",
        json=body,
        headers={"Origin": demo.site.origins[0], **headers},
    )
