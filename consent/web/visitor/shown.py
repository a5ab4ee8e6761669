"""Banners shown, for honest denominators: off unless the notice says so, sampled, no identifier."""

from dataclasses import replace

from flask import Response, request
from flask_smorest import Blueprint

from consent import insights
from consent.insights.schemas import BannerSchema
from consent.sites import Site
from consent.web import guards, headers
from consent.web.body import TYPES, json_body
from consent.web.problems import problems
from consent.web.services import services
from consent.web.visitor.records import device_seen, region_seen

door = Blueprint("shown", __name__, description="How often the question is asked")
door.before_request(guards.preflight)
_banner = BannerSchema()


@door.post("/v1/sites/<site_key>/shown")
@door.doc(
    summary="Count a banner that was shown",
    description="Off by default: the option `count_shown` of the notice says how many of a "
    "hundred are reported. Neither address, time nor page is kept.",
    security=[],
    requestBody={
        "required": True,
        "content": {kind: {"schema": BannerSchema} for kind in TYPES},
    },
)
@door.response(204, description="Kept, to be counted")
@problems(door, 400, 403, 404, 409, 413, 415, 422, 429, 503)
@guards.visitor
def create(site: Site) -> Response:
    """Keep that a banner was shown, of a site that wants them counted."""
    # Apart from decisions, which no counter may hold up. No site's key has a space.
    services().limits.check(f"{site.key} shown", request.remote_addr)
    data, _canonical = json_body(_banner)
    banner = replace(data, region=region_seen(), device=device_seen())
    services().writer.run(lambda session: insights.shown(session, site, banner))
    return headers.apply(Response(status=204), headers.API)
