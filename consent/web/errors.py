"""Failures as answers: problem documents (RFC 9457) for programs, a page for people."""

import logging
from collections.abc import Mapping

from flask import Flask, Response, json, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from consent.errors import ConsentError, InvalidFieldsError, NotDurableError
from consent.web import headers as policy
from consent.web import observe
from consent.web.console.failed import failed
from consent.web.pages import ErrorPage, render

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"

_CODES = {
    400: ("malformed", "The request cannot be read: check its syntax."),
    404: ("not_found", "There is nothing at this address."),
    405: ("method_not_allowed", "This address does not take that method: see the Allow header."),
    413: ("too_large", "The body is too large: send at most 16 KiB."),
    415: ("unsupported_type", "Send application/json or text/plain."),
}


def register(app: Flask) -> None:
    """Answer every failure of this app in one shape."""
    app.register_error_handler(ConsentError, _ours)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _ours(error: ConsentError) -> Response:
    more = {"fields": error.fields} if isinstance(error, InvalidFieldsError) else {}
    headers = {"Consent-Reason": error.code}
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="consent"'
    if error.retry_after:
        headers["Retry-After"] = str(error.retry_after)
    # An unknown site, record, token or subject all answer alike: nothing can be found by asking.
    message = _CODES[404][1] if error.status == 404 else error.message
    return _answer(error.status, error.code, message, more, headers)


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=dict(error.get_headers()))
    status = error.code or 500
    if status == 422 and isinstance(data := getattr(error, "data", None), dict):
        # Arguments of the API, read by the library: {place: {field: sentences}}.
        found = data.get("messages", {})
        return _ours(InvalidFieldsError({k: v for each in found.values() for k, v in each.items()}))
    code, message = _CODES.get(status, ("http_" + str(status), error.description or error.name))
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    }
    return _answer(status, code, message, {}, headers)


def _database(error: OperationalError) -> Response:
    log.error("The database does not answer", exc_info=error)
    return _ours(NotDurableError("The service cannot reach its database. Try again soon."))


def _unexpected(error: Exception) -> Response:
    log.error("Unexpected failure", exc_info=error)
    return _answer(500, "internal", "Something went wrong on our side. Try again later.", {}, {})


def _answer(
    status: int, code: str, message: str, more: Mapping[str, object], headers: Mapping[str, str]
) -> Response:
    observe.refused(code)
    if request.path.startswith("/console"):
        response = failed(status, message, more)
    elif _wants_page():
        response = render(ErrorPage.of(status, message), status)
    else:
        problem = {"type": "about:blank", "title": message, "status": status, "code": code, **more}
        response = Response(json.dumps(problem), status, mimetype=PROBLEM)
        policy.apply(response, policy.API)
    response.headers.update(headers)
    return response


def _wants_page() -> bool:
    is_page = request.path.endswith("/receipt.html")
    if request.path.startswith(("/v1/", "/api/", "/log/")) and not is_page:
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"
