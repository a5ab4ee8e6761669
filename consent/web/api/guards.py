"""Which programs may enter: `token` takes a bearer token (RFC 6750) and the ability a door names.

No cookie is ever read here, so no page can make a browser call it.
"""

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, cast

from flask import g, request

from consent import staff
from consent.errors import LoginNeededError, NotAllowedError, NotFoundError
from consent.staff import Ability, Principal
from consent.web import guards
from consent.web.services import services

View = Callable[..., Any]
MOST_BYTES = 4 * 1024 * 1024
BEARER = "bearer"


def token(ability: Ability, *, most_bytes: int = MOST_BYTES) -> Callable[[View], View]:
    """Let programs in whose token has an ability on the site that the address names, or on all.

    Put it above `arguments`: who may not enter is told so before the body is read.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*values: Any, **arguments: Any) -> Any:
            request.max_content_length = most_bytes
            principal = bearer()
            if principal is None:
                raise LoginNeededError(
                    "Send a token: Authorization: Bearer consent_... An administrator can make one."
                )
            services().limits.check_token(principal.actor)
            site_id = None
            if "site_key" in arguments:
                arguments["site"] = site = guards.site_named(arguments.pop("site_key"))
                site_id = site.id
                if not principal.rights.sees(site.id):
                    raise NotFoundError
            if not principal.may(ability, site_id):
                raise NotAllowedError(
                    f"This token may not do this: it needs the ability {ability.value!r}."
                )
            return view(*values, **arguments)

        guarded.guard = "token"  # type: ignore[attr-defined]
        guarded.ability = ability  # type: ignore[attr-defined]
        _describe(guarded, ability)
        return guarded

    return decorate


def _describe(view: View, ability: Ability) -> None:
    """Say in the API's description what the door asks for."""
    described = deepcopy(getattr(view, "_apidoc", {}))
    by_hand = described.setdefault("manual_doc", {})
    by_hand.update({"security": [{BEARER: []}], "x-ability": ability.value})
    view._apidoc = described  # type: ignore[attr-defined]  # noqa: SLF001 - flask-smorest reads it


def bearer() -> Principal | None:
    """Return who comes with the request's token, or None; its last use is written down."""
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not given.isascii() or len(given) > 200:
        return None
    with services().database.reading() as session:
        found = staff.principal_of(session, given.strip())
    if found is None:
        return None
    principal, held = found
    if staff.is_use_stale(held):
        with services().database.transaction() as session:
            staff.use(session, held.id)
    g.api_principal = principal
    return principal


def current() -> Principal:
    """Return who asks."""
    return cast("Principal", g.api_principal)
