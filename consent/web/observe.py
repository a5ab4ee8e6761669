"""What is seen of each request: an id, one line, two counts. Never who sent it.

The line names the route's pattern, never the path or the query: both may hold the number of a
record or a token. An address, a browser's name, a cookie or a body is not looked at at all.

Refusals and what changes something are told at `info`, failures above it. What succeeds by only
reading is told at `debug`, since loaders are fetched by the million, and so is an address that does
not exist. The counts in `consent.metrics` hold all of it.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request

from consent import logs, metrics
from consent.records import Captured
from consent.sites import Site
from consent.web.services import services

# What proxies make: 32 hexadecimal digits, a UUID, AWS's root. No name and no address fits.
_SAFE_ID = re.compile(r"[0-9A-Fa-f-]{16,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_READ = frozenset({"GET", "HEAD", "OPTIONS"})

log = logs.logger(__name__)
_levels = logging.getLogger(__name__)


def register(app: Flask) -> None:
    """Look at every request of this app; registered first, it sees each answer last."""
    app.before_request(_begin)
    app.after_request(_end)


def refused(reason: str) -> None:
    """Count a refusal and remember its code for the request's line."""
    g.reason = reason
    metrics.REFUSALS.labels(reason).inc()


def recorded(site: Site, captured: Captured) -> Captured:
    """Count a decision the first time it is recorded."""
    if not captured.replayed:
        record = captured.record
        metrics.DECISIONS.labels(site.key, record.action, record.layer).inc()
    return captured


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = _request_id()
    logs.request_began(g.request_id)


def _request_id() -> str:
    # Whatever a visitor sends is no id: only a proxy's word counts, and only in an id's shape.
    if services().settings.trusted_proxies:
        given = request.headers.get("X-Request-ID", "")
        if _SAFE_ID.fullmatch(given):
            return given
    return secrets.token_hex(8)


def _end(response: Response) -> Response:
    took = time.perf_counter() - g.began
    door = request.blueprint or "none"
    route = request.url_rule.rule if request.url_rule else "unmatched"
    method = request.method if request.method in _METHODS else "other"
    metrics.REQUESTS.labels(door, route, method, response.status_code).inc()
    metrics.REQUEST_SECONDS.labels(door, route).observe(took)
    level = _level(response.status_code)
    if _levels.isEnabledFor(level):
        log.log(
            level,
            "request",
            method=method,
            route=route,
            status=response.status_code,
            duration_ms=round(took * 1000, 1),
            **_details(),
        )
    # An answer that caches keep would show everyone the id of the one who asked first.
    if "no-store" in response.headers.get("Cache-Control", ""):
        response.headers["X-Request-ID"] = g.request_id
    return response


def _level(status: int) -> int:
    # A probe comes every second; that it changed its mind is told once, by `readiness`.
    if request.blueprint == "health":
        return logging.DEBUG
    if status >= 500:
        return logging.ERROR if status == 500 else logging.WARNING
    if status >= 400:
        return logging.INFO if request.url_rule else logging.DEBUG
    return logging.DEBUG if request.method in _READ else logging.INFO


def _details() -> dict[str, str]:
    found = {}
    site_key = (request.view_args or {}).get("site_key")
    # The key of a site that is none may be anything that somebody wrote into an address.
    if site_key in services().remembered_sites:
        found["site"] = site_key
    if "reason" in g:
        found["reason"] = g.reason
    return found
