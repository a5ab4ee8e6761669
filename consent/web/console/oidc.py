"""Sign in by the organisation's own issuer; who that is, the room decides (`staff.oidc`).

What must come back is kept in a short signed cookie of this browser, and works once.
"""

from dataclasses import dataclass
from typing import ClassVar, cast

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy.orm import Session

from consent import ledger, staff
from consent.errors import NotFoundError, SignInRefusedError
from consent.signing import Purpose
from consent.staff import Flow, Issuer, StaffMember, throttle
from consent.web import ways
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, render
from consent.web.console.words import _
from consent.web.services import services

door = Blueprint("console_oidc", __name__)
MOST_CHARACTERS = 2048


@dataclass(frozen=True, kw_only=True)
class OnwardPage(ConsolePage):
    """Where it goes on: at the issuer."""

    template: ClassVar[str] = "console/login/onward.html"
    url: str


@dataclass(frozen=True, kw_only=True)
class RefusedPage(ConsolePage):
    """Signing in did not work; why stands in the trail."""

    template: ClassVar[str] = "console/login/refused.html"


@door.post("/console/oidc")
@guards.nobody
def begin() -> Response:
    """Send a browser to the issuer, by a page: our policy lets no form lead elsewhere."""
    issuer = _issuer()
    _check_pace()
    flow = Flow.new()
    try:
        url = issuer.address(issuer.discover(), flow, _back())
    except SignInRefusedError as error:
        return _refused(error)
    kept = {
        "state": flow.state,
        "nonce": flow.nonce,
        "verifier": flow.verifier,
        "next": ways.own_path(request.form.get("next")) or "",
    }
    token = services().signer.sign_for_a_while(Purpose.SIGN_IN, "login", kept)
    response = render(OnwardPage(title=_("Sign in with your organisation"), url=url))
    response.headers["Refresh"] = f"0; url={url}"
    _keep(response, token, staff.FLOW_SECONDS)
    return response


@door.get("/console/oidc/back")
@guards.nobody
def come_back() -> Response:
    """Let in whom the issuer names, if they were invited."""
    issuer = _issuer()
    _check_pace()
    try:
        flow, path = _begun()
        answer = {name: text[:MOST_CHARACTERS] for name, text in request.args.items()}
        person = issuer.person(answer, flow, _back())
        with services().database.transaction() as session:
            member = staff.member_of_person(session, person)
            response = _let_in(session, member, path)
    except SignInRefusedError as error:
        response = _refused(error)
    # Whatever came of it, it works no second time.
    _keep(response, "", 0)
    return response


def _begun() -> tuple[Flow, str]:
    """Return what this browser began, and where it wanted to go."""
    kept = services().signer.open_within(
        Purpose.SIGN_IN, "login", request.cookies.get(_cookie()), seconds=staff.FLOW_SECONDS
    )
    if kept is None:
        raise SignInRefusedError("this browser began no sign-in, or too long ago")
    return Flow(kept["state"], kept["nonce"], kept["verifier"]), kept["next"]


def _let_in(session: Session, member: StaffMember, path: str) -> Response:
    # A second factor of ours is asked for here too: it is the member's own decision to have one.
    is_whole = member.totp_secret is None
    device = request.headers.get("User-Agent", "")[:300]
    token = staff.begin(session, member, device, is_whole=is_whole)
    if is_whole:
        _note(session, "login.begin", member.key, "oidc")
        onward = request.script_root + (ways.own_path(path) or "/console/")
    else:
        onward = url_for("console_login.ask_code", next=path or None)
    return ways.keep_login(cast("Response", redirect(onward, 303)), token)


def _refused(error: SignInRefusedError) -> Response:
    with services().database.transaction() as session:
        throttle.failed(session, [_network()])
        _note(session, "login.failed", "nobody", "oidc", error.why)
    return render(RefusedPage(title=_("Signing in did not work")), error.status)


def _check_pace() -> None:
    """Make who fails again and again wait: each try asks the issuer, and is written down."""
    with services().database.reading() as session:
        throttle.check(session, [(_network(), throttle.FREE_BY_NETWORK)])


def _network() -> bytes:
    network = services().limits.network(request.remote_addr)
    return throttle.key_of(services().settings.secret_keys[-1], "network", network)


def _note(session: Session, verb: str, actor: str, way: str, why: str = "") -> None:
    details = {"why": why} if why else None
    log_id = ledger.instance_log(session)
    staff.note(session, log_id, verb, {"way": way}, actor, details=details)


def _issuer() -> Issuer:
    settings = services().settings
    if not settings.oidc_issuer:
        raise NotFoundError
    return Issuer(settings)


def _back() -> str:
    return f"{services().settings.public_url}/console/oidc/back"


def _cookie() -> str:
    return "__Host-consent-sign-in" if _is_secure() else "consent-sign-in"


def _keep(response: Response, token: str, seconds: int) -> None:
    # Lax, since the issuer sends the browser back here from its own pages.
    response.set_cookie(
        _cookie(),
        token,
        max_age=seconds,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _is_secure() -> bool:
    return services().settings.public_url.startswith("https://")
