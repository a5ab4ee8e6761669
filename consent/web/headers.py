"""Which headers each kind of answer carries: constants, applied where the answer is made.

Constants rather than a header library: what is sent stands here, word for word.
"""

from collections.abc import Mapping

from flask import Response, json, request

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
}

# Hosted pages are for people; they show personal data, so no cache keeps them and none frames them.
# The origin alone is told to the site one goes back to, so that it can tell us from a stranger.
PAGE = {
    **_ALWAYS,
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
}

# The console: its own files and nothing else; the preview of a notice is the one frame.
CONSOLE = {
    **_ALWAYS,
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
}

# Answers to scripts and programs.
API = {
    **_ALWAYS,
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}

# Public files that any page may load. No answer depends on who asks.
FILE = {
    **_ALWAYS,
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Timing-Allow-Origin": "*",
    "Vary": "Accept-Encoding",
}
FRESH = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
FOR_EVER = "public, max-age=31536000, immutable"


def apply(response: Response, policy: Mapping[str, str]) -> Response:
    """Set a policy's headers, leaving those alone that the answer set itself."""
    for name, value in policy.items():
        response.headers.setdefault(name, value)
    return response


def json_answer(
    value: object,
    status: int = 200,
    policy: Mapping[str, str] = API,
    media_type: str = "application/json",
) -> Response:
    """Return a value as a JSON answer under a policy."""
    return apply(Response(json.dumps(value), status, mimetype=media_type), policy)


def conditional(response: Response) -> Response:
    """Answer 304 where the reader has the very bytes already."""
    response.make_conditional(request)
    return response
