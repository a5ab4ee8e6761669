"""Who may enter the console and do what there.

`staff`    a login, and the ability that the door names, on the site that the address names
`nobody`   the pages before a login; their forms are checked all the same

Two locks on every form: the browser's word on where it came from (403), then our token (400).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Response, g, redirect, request, url_for

from consent import staff as people
from consent.errors import (
    FormRefusedError,
    LoginNeededError,
    NotAllowedError,
    NotFoundError,
    StaleFormError,
)
from consent.signing import Purpose
from consent.staff import Ability, Principal, StaffLogin
from consent.web import guards, ways
from consent.web.services import services

View = Callable[..., Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MOST_BYTES = 1024 * 1024
MOST_PARTS = 5000
LOGIN_FORM_SECONDS = 12 * 3600


def staff(
    ability: Ability | None, *, fresh: bool = False, most_bytes: int = MOST_BYTES
) -> Callable[[View], View]:
    """Let staff in who have an ability on the site, or, at an address without one, on all sites.

    None asks for a login alone. `fresh` asks for the password again when it was given long ago.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            _allow(most_bytes)
            entered = enter()
            if entered is None:
                return _to_login()
            _check_form(str(entered.login_id))
            if "site_key" in arguments:
                arguments["site"] = site = guards.site_named(arguments.pop("site_key"))
                if not entered.rights.sees(site.id):
                    # Another site's key answers like one that nobody has.
                    raise NotFoundError
                _check(ability, site.id)
            else:
                _check(ability, None)
            if fresh and not people.is_fresh(g.console_login):
                return _to_confirm()
            return view(**arguments)

        return _marked(guarded, "staff", ability)

    return decorate


def nobody(view: View) -> View:
    """Let anybody in who is not logged in yet; a form needs its token."""

    @wraps(view)
    def guarded(**arguments: Any) -> Any:
        _allow(MOST_BYTES)
        entered = enter()
        if request.method not in SAFE:
            _check_origin()
            # Somebody who is logged in may follow a link too: their page had their own token.
            is_theirs = entered is not None and _has_token_of(str(entered.login_id))
            if not is_theirs and not _has_token_of_nobody():
                raise StaleFormError("This form is too old: open the page again.")
        return view(**arguments)

    return _marked(guarded, "nobody", None)


def current() -> Principal:
    """Return who is logged in."""
    found = getattr(g, "console_principal", None)
    if found is None:
        raise LoginNeededError("Log in first.")
    return cast("Principal", found)


def enter() -> Principal | None:
    """Read the login cookie; None where nobody is logged in. The language of the page follows."""
    token = request.cookies.get(ways.cookie_name()) or ""
    found = None
    if token:
        with services().database.reading() as session:
            found = people.principal_by_login(session, token)
    if found is None:
        g.console_principal = None
        g.console_language = request.accept_languages.best_match(people.LANGUAGES) or "en"
        return None
    principal, login = found
    g.console_principal, g.console_login, g.console_language = principal, login, principal.language
    _see(login)
    return principal


def form_value() -> str:
    """Return the token that a form of this page carries."""
    principal = getattr(g, "console_principal", None)
    signer = services().signer
    if principal is None:
        return signer.sign_for_a_while(Purpose.CONSOLE, "login", {})
    return signer.detached(Purpose.CONSOLE, str(principal.login_id), "form")


def _check_form(login: str) -> None:
    if request.method in SAFE:
        return
    _check_origin()
    if not _has_token_of(login):
        raise StaleFormError("This form belongs to a login that has ended: open the page again.")


def _has_token_of(login: str) -> bool:
    given = request.headers.get("Consent-Form") or request.form.get("form")
    return services().signer.verifies(Purpose.CONSOLE, login, "form", given)


def _has_token_of_nobody() -> bool:
    given = request.form.get("form")
    opened = services().signer.open_within(
        Purpose.CONSOLE, "login", given, seconds=LOGIN_FORM_SECONDS
    )
    return opened is not None


def _check_origin() -> None:
    origin = request.headers.get("Origin")
    fetch_site = request.headers.get("Sec-Fetch-Site")
    same = fetch_site == "same-origin" if fetch_site else guards.is_ours(origin)
    if not same:
        raise FormRefusedError("This form came from another page: open the console and try again.")


def _check(ability: Ability | None, site_id: int | None) -> None:
    if ability is not None and not current().may(ability, site_id):
        raise NotAllowedError("Your role does not allow this. An administrator can change it.")


def _allow(most_bytes: int) -> None:
    # Before the form is read; elsewhere the service takes 16 KiB.
    request.max_content_length = most_bytes
    request.max_form_memory_size = most_bytes
    request.max_form_parts = MOST_PARTS


def _see(login: StaffLogin) -> None:
    if people.is_seen_stale(login):
        with services().database.transaction() as session:
            people.see(session, login.id)


def _to_login() -> Response:
    if request.method not in SAFE:
        raise LoginNeededError("Your login has ended: log in again. What you sent was not kept.")
    back = request.full_path.removesuffix("?")
    return cast("Response", redirect(url_for("console_login.ask", next=back), 303))


def _to_confirm() -> Response:
    if request.method in SAFE:
        back = request.full_path.removesuffix("?")
    else:
        # Back to the page with the form; what was sent is sent again from there.
        back = urlsplit(request.referrer or "").path.removeprefix(request.script_root)
    return cast("Response", redirect(url_for("console_login.ask_again", next=back), 303))


def _marked(view: View, name: str, ability: Ability | None) -> View:
    view.guard = name  # type: ignore[attr-defined]
    view.ability = ability  # type: ignore[attr-defined]
    return view
