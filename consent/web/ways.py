"""Where staff go and what they carry: the login cookie, and addresses one may be sent on to."""

import re

from flask import Response

from consent.staff import logins
from consent.web.services import services

# A path of ours: no host, no scheme, no backslash or control character a browser would drop.
_PATH = re.compile(r"/console(/[A-Za-z0-9/_.,:@~-]*)?(\?[A-Za-z0-9/_.,:@~?&=%+-]*)?")


def cookie_name() -> str:
    """Return the name of the login cookie; browsers hold `__Host-` to its promises on https."""
    return "__Host-consent-staff" if _is_secure() else "consent-staff"


def keep_login(response: Response, token: str) -> Response:
    """Set the login cookie; it ends with the browser, and at the latest with the login."""
    response.set_cookie(
        cookie_name(),
        token,
        max_age=int(logins.LONGEST.total_seconds()),
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def drop_login(response: Response) -> Response:
    """Take the login cookie away."""
    response.delete_cookie(
        cookie_name(), path="/", secure=_is_secure(), httponly=True, samesite="Lax"
    )
    return response


def own_path(given: str | None) -> str | None:
    """Return a path of the console that one may be sent on to, or None for anything else."""
    if not given or not _PATH.fullmatch(given):
        return None
    path = given.partition("?")[0]
    # Neither another host nor, by a dot, out of the console again.
    return None if "//" in path or "/." in path else given


def _is_secure() -> bool:
    return services().settings.public_url.startswith("https://")
