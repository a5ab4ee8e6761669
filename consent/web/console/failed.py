"""The page of a failure in the console: what happened, what to do, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from flask import Response, g, json, request

from consent.web import headers
from consent.web.console.frame import ConsolePage, flat, render
from consent.web.console.words import N_, _, told

TITLES = {
    400: N_("This form is too old"),
    401: N_("Log in first"),
    403: N_("Not allowed"),
    404: N_("Nothing here"),
    409: N_("This does not fit any more"),
    413: N_("Too large"),
    422: N_("Something is wrong with what you gave"),
    429: N_("Wait a moment"),
}


@dataclass(frozen=True, kw_only=True)
class FailedPage(ConsolePage):
    """Something could not be done."""

    template: ClassVar[str] = "console/failed.html"
    message: str
    fields: Mapping[str, object]
    status: int


def failed(status: int, message: str, more: Mapping[str, object]) -> Response:
    """Return the page of a failure; scripts of ours get it as a problem document."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) != "text/html":
        problem = {"type": "about:blank", "title": message, "status": status, **more}
        answer = Response(json.dumps(problem), status, mimetype="application/problem+json")
        return headers.apply(answer, headers.API)
    if not hasattr(g, "console_principal"):
        g.console_principal = None
    fields = more.get("fields")
    page = FailedPage(
        title=_(TITLES.get(status, N_("That did not work"))),
        message=told(message),
        fields={name: flat(said) for name, said in fields.items()}
        if isinstance(fields, Mapping)
        else {},
        status=status,
    )
    return render(page, status)
