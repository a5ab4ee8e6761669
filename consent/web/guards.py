"""Who may enter. Every door names one of these.

`visitor`  a page of the site: its origin must be one of the site's, to scheme, host and port
`reader`   anyone, for what a site has published
`anyone`   anyone at all

A form of ours is let in by `check_form` besides: the browser says where it came from, and it
carries our token.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from consent import sites
from consent.errors import FormRefusedError, OriginNotAllowedError
from consent.signing import Purpose
from consent.sites import Site
from consent.web import headers
from consent.web.services import services

View = Callable[..., Any]

# A changed site is seen everywhere within this time.
SITE_SECONDS = 1.0
FORM_SECONDS = 24 * 3600
PREFLIGHT_SECONDS = 7200


def visitor(view: View) -> View:
    """Let a page of the site in, and let its browser read the answer (CORS without credentials)."""

    @wraps(view)
    def guarded(site_key: str, **arguments: Any) -> Any:
        site = site_named(site_key)
        _check_origin(site)
        return view(site=site, **arguments)

    return _marked(guarded, "visitor")


def reader(view: View) -> View:
    """Let anyone read what the site has published."""

    @wraps(view)
    def guarded(site_key: str, **arguments: Any) -> Any:
        return view(site=site_named(site_key), **arguments)

    return _marked(guarded, "reader")


def anyone(view: View) -> View:
    """Let anyone in."""
    return _marked(view, "anyone")


def check_form(site: Site, token: str | None) -> dict[str, str]:
    """Return what our form's token says; another page's form, or a stale one, is refused.

    The token alone proves nothing, since any visitor can fetch one; the browser's own word on
    where the form came from is the first lock (Fetch Metadata, else the Origin header).
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    same = fetch_site == "same-origin" if fetch_site else is_ours(request.headers.get("Origin"))
    value = services().signer.open_within(Purpose.FORM, site.key, token, seconds=FORM_SECONDS)
    if not same or value is None:
        raise FormRefusedError("This form is too old or came from elsewhere: open the page again.")
    return value


def site_named(site_key: str) -> Site:
    """Return a site, from memory for a second."""
    now = time.monotonic()
    known = services().remembered_sites
    remembered = known.get(site_key)
    if remembered and remembered[0] > now:
        return remembered[1]
    with services().database.reading() as session:
        site = sites.find(session, site_key)
    known[site_key] = (now + SITE_SECONDS, site)
    return site


def allow_reading(response: Response) -> Response:
    """Let the site's own pages read an answer, refusals included."""
    origin = request.headers.get("Origin")
    site_key = (request.view_args or {}).get("site_key")
    if "Access-Control-Allow-Origin" in response.headers or not site_key:
        return response
    response.vary.add("Origin")
    remembered = services().remembered_sites.get(site_key)
    if origin and remembered and _is_allowed(remembered[1], origin):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After, Consent-Reason"
    return response


def preflight() -> Response | None:
    """Answer a browser's question before a cross-origin request; None for anything else."""
    if request.method != "OPTIONS" or not request.view_args:
        return None
    site_named(request.view_args["site_key"])
    response = Response(status=204)
    response.headers["Access-Control-Allow-Methods"] = "GET, POST"
    response.headers["Access-Control-Allow-Headers"] = "Content-Type"
    response.headers["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
    return headers.apply(response, headers.API)


def _check_origin(site: Site) -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        raise OriginNotAllowedError("The request names no origin: send it from a page of the site.")
    if not _is_allowed(site, origin):
        raise OriginNotAllowedError(
            "This origin does not belong to the site: the site's owner can add it, with scheme, "
            "host and port."
        )


def _is_allowed(site: Site, origin: str) -> bool:
    return sites.normal_origin(origin) in site.origins or is_ours(origin)


def is_ours(origin: str | None) -> bool:
    """Say whether an origin is the service's own."""
    return origin is not None and origin.lower() == services().settings.public_origin


def _marked(view: View, name: str) -> View:
    view.guard = name  # type: ignore[attr-defined]
    return view
