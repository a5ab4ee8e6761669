"""Django: `request.consent`, `consent` in templates, and the headers of the pages.

In the site's settings stand `CONSENT = {"policy": Policy.from_notice(...), "base_csp": ...}`, this
middleware, and the context processor `consent.integrations.django.consent`. Django itself is the
site's; it is imported when the middleware starts.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from consent.integrations.marking import DEFAULT, Marking
from consent.integrations.visit import Visit


class ConsentMiddleware:
    """Mark a site's pages; `options` come from `settings.CONSENT` unless they are given."""

    def __init__(
        self, get_response: Callable[[Any], Any], options: Mapping[str, Any] | None = None
    ) -> None:
        found = dict(import_module("django.conf").settings.CONSENT if options is None else options)
        self._get_response = get_response
        self._region: Callable[[Any], str | None] | None = found.pop("region", None)
        self._marking = Marking(**{"base_csp": DEFAULT, **found})

    def __call__(self, request: Any) -> Any:
        """Answer a request; a streaming answer is handed on as it is."""
        region = self._region
        visit = request.consent = Visit(
            self._marking.policy,
            request.META.get("HTTP_COOKIE"),
            gpc=request.META.get("HTTP_SEC_GPC"),
            region=(lambda: region(request)) if region else None,
        )
        response = self._get_response(request)
        for name, value in self._marking.headers(visit, response.headers.get).items():
            response.headers[name] = value
        return response


def consent(request: Any) -> dict[str, Visit]:
    """Name the visit in templates."""
    return {"consent": request.consent}
