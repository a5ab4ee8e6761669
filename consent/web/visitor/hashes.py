"""The hashes of all that a site has published, for programs and for whoever notes them down."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from consent import clock, snippet
from consent.errors import InvalidFieldsError
from consent.notices import Rule
from consent.sites import Site
from consent.snippet import Hashes
from consent.web import guards, headers, inputs
from consent.web.services import services

door = Blueprint("hashes", __name__)
PATH = "/.well-known/consent-notices/<site_key>"
MOST_DIGITS = 9


@door.get(PATH)
@guards.reader
def hashes(site: Site) -> Response:
    """List versions with their hashes, newest first, a page at a time."""
    before = _before()
    with services().database.reading() as session:
        found = snippet.hashes(session, site, before=before, limit=snippet.AT_ONCE + 1)
    page = found[: snippet.AT_ONCE]
    answer = {
        "site": site.key,
        "versions": [_version(each) for each in page],
        "next": f"{address(site)}?before={page[-1].version}" if len(found) > len(page) else None,
    }
    return headers.json_answer(answer, policy={**headers.FILE, "Cache-Control": headers.FRESH})


def address(site: Site) -> str:
    """Return where a site's hashes are listed."""
    return services().settings.public_url + url_for("hashes.hashes", site_key=site.key)


def _before() -> int | None:
    given = request.args.get("before", "")
    before = inputs.whole(given, MOST_DIGITS)
    if given and before is None:
        raise InvalidFieldsError({"before": "Give the number of a version."})
    return before


def _version(each: Hashes) -> dict[str, Any]:
    return {
        "version": each.version,
        "digest": each.digest,
        "published_at": clock.to_text(each.published_at),
        "loaders": [
            {
                "name": loader.name,
                "sha256": loader.sha256,
                "released_at": clock.to_text(loader.released_at),
            }
            for loader in each.loaders
        ],
        "pictures": dict(each.pictures),
        "rules": {
            "checked": each.rules.checked,
            "broken": [_rule(rule) for rule in each.rules.broken],
        },
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {"rule": rule.key, "level": rule.level, "source": rule.source}
