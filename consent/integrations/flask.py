"""Flask: `consent` in templates, `visit()` in views, and the headers of the pages."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, Request, Response, current_app, has_request_context, request

from consent.integrations import csp
from consent.integrations.marking import DEFAULT, Marking
from consent.integrations.policy import Policy
from consent.integrations.visit import Visit

_EXTENSION = "consent-integrations"
KEY = "consent.visit"


def init_app(
    app: Flask,
    policy: Policy,
    *,
    base_csp: csp.Base | None = DEFAULT,
    report_only: bool = False,
    region: Callable[[Request], str | None] | None = None,
) -> None:
    """Mark an application's pages; `region` says of a request where the visitor is."""
    marking = Marking(policy, base_csp, report_only)

    def visit_of_request() -> Visit:
        if not has_request_context():
            # A mail, a task: nobody has chosen anything there.
            return Visit(policy)
        environ = request.environ
        if KEY not in environ:
            environ[KEY] = Visit(
                policy,
                environ.get("HTTP_COOKIE"),
                gpc=environ.get("HTTP_SEC_GPC"),
                region=(lambda: region(request)) if region else None,
            )
        return cast("Visit", environ[KEY])

    def mark(response: Response) -> Response:
        present = response.headers

        def joined(name: str) -> str | None:
            return ", ".join(present.getlist(name)) if name in present else None

        for name, value in marking.headers(visit_of_request(), joined).items():
            present[name] = value
        return response

    def named() -> dict[str, Any]:
        return {"consent": visit_of_request()}

    app.extensions[_EXTENSION] = visit_of_request
    app.context_processor(named)
    app.after_request(mark)


def visit() -> Visit:
    """Return the visit of the request at hand, as views need it."""
    return cast("Visit", current_app.extensions[_EXTENSION]())
