"""Come in and leave: password, second factor, and links that let somebody choose a password."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, cast

from flask import Blueprint, Response, g, redirect, request, url_for
from sqlalchemy.orm import Session

from consent import ledger, staff
from consent.errors import InvalidFieldsError, NotFoundError, TooManyError
from consent.staff import StaffMember, throttle
from consent.web import ways
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_login", __name__)

says(
    {
        "login.left": N_("You are logged out."),
        "login.password": N_("Your password is set. Log in with it."),
    }
)


@dataclass(frozen=True, kw_only=True)
class LoginPage(ConsolePage):
    """The question for address and password."""

    template: ClassVar[str] = "console/login/login.html"
    next: str = ""
    email: str = ""
    problem: str = ""
    is_new: bool = False
    has_oidc: bool = False


@dataclass(frozen=True, kw_only=True)
class CodePage(ConsolePage):
    """The question for the second factor."""

    template: ClassVar[str] = "console/login/code.html"
    next: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class AgainPage(ConsolePage):
    """The question for the password once more."""

    template: ClassVar[str] = "console/login/again.html"
    has_password: bool = True
    next: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class JoinPage(ConsolePage):
    """A password to be chosen, by whoever has a link."""

    template: ClassVar[str] = "console/login/join.html"
    link: str = ""
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/login")
@guards.nobody
def ask() -> Response:
    """Ask for address and password."""
    if getattr(g, "console_principal", None):
        return _onward()
    return render(_login_page())


@door.post("/console/login")
@guards.nobody
def come_in() -> Response:
    """Let in who knows the password; a second factor is asked for on the next page."""
    email = request.form.get("email", "")[:300]
    password = request.form.get("password", "")
    keys = _keys(email)
    try:
        with services().database.reading() as session:
            throttle.check(session, keys)
    except TooManyError as error:
        answer = render(_login_page(email=email, problem=_wait(error)), 429)
        answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    with services().database.reading() as session:
        member = staff.authenticate(session, email, password)
    if member is None:
        with services().database.transaction() as session:
            throttle.failed(session, [key for key, _free in keys])
            _note(session, "login.failed", "nobody", email)
        return render(
            _login_page(email=email, problem=_("Address or password are not right.")), 403
        )
    return _welcome(member, keys[0][0])


@door.get("/console/login/code")
@guards.nobody
def ask_code() -> Response:
    """Ask for the second factor."""
    return render(CodePage(title=_("Second factor"), next=_next()))


@door.post("/console/login/code")
@guards.nobody
def give_code() -> Response:
    """Finish a login by a code."""
    token = request.cookies.get(ways.cookie_name(), "")
    with services().database.reading() as session:
        half = staff.find_login(session, token)
        if half is None or half.is_whole:
            return cast("Response", redirect(url_for("console_login.ask"), 303))
        member = session.get_one(StaffMember, half.member_id)
        keys = [(_key("code", member.key), throttle.FREE_BY_ACCOUNT), *_keys("")[1:]]
        try:
            throttle.check(session, keys)
        except TooManyError as error:
            page = CodePage(title=_("Second factor"), next=_next(), problem=_wait(error))
            return render(page, 429)
    with services().database.transaction() as session:
        code, sealer = request.form.get("code", "")[:20], services().sealer
        whole = staff.complete(session, token, code, sealer, device=_agent())
        if whole:
            throttle.succeeded(session, keys[0][0])
            _note(session, "login.begin", member.key)
        else:
            throttle.failed(session, [key for key, _free in keys])
            _note(session, "login.code_failed", member.key)
    if whole is None:
        problem = _("This code is not right, or was used already. Wait for the next one.")
        return render(CodePage(title=_("Second factor"), next=_next(), problem=problem), 403)
    return ways.keep_login(_onward(), whole)


@door.get("/console/again")
@guards.staff(None)
def ask_again() -> Response:
    """Ask for the password once more, before keys and exports."""
    with services().database.reading() as session:
        member = session.get_one(StaffMember, guards.current().member_id)
    has_password = member.password_hash is not None
    page = AgainPage(title=_("Your password once more"), next=_next(), has_password=has_password)
    return render(page)


@door.post("/console/again")
@guards.staff(None)
def again() -> Response:
    """Begin the login anew by the password."""
    who = guards.current()
    keys = [(_key("account", who.email), throttle.FREE_BY_ACCOUNT)]
    with services().database.reading() as session:
        throttle.check(session, keys)
        member = staff.authenticate(session, who.email, request.form.get("password", ""))
    with services().database.transaction() as session:
        if member is None:
            throttle.failed(session, [key for key, _free in keys])
        else:
            token = staff.confirm(session, who.login_id or 0, _agent())
            _note(session, "login.confirm", who.actor)
    if member is None:
        problem = _("This password is not right.")
        page = AgainPage(title=_("Your password once more"), next=_next(), problem=problem)
        return render(page, 422)
    return ways.keep_login(_onward(), token)


@door.post("/console/logout")
@guards.staff(None)
def leave() -> Response:
    """End this login."""
    who = guards.current()
    with services().database.transaction() as session:
        staff.end(session, who.login_id or 0)
        _note(session, "login.end", who.actor)
    return ways.drop_login(done(url_for("console_login.ask"), "login.left"))


@door.get("/console/join")
@guards.nobody
def join() -> Response:
    """Ask for a password; the link's secret stands in the fragment, and a script puts it in."""
    return render(JoinPage(title=_("Choose your password")))


@door.post("/console/join")
@guards.nobody
def choose_password() -> Response:
    """Set a password by a link."""
    link = request.form.get("link", "").strip()[:200]
    first, second = request.form.get("password", ""), request.form.get("repeated", "")
    if first != second:
        return _join_again(link, {"repeated": [_("These two are not the same.")]})
    try:
        with services().database.transaction() as session:
            member = staff.use_link(session, link, first)
            _note(session, "password.set", member.key)
    except InvalidFieldsError as error:
        return _join_again(link, problems(error))
    except NotFoundError:
        wrong = _("This link was used or is too old: ask for a new one.")
        return _join_again(link, {"link": [wrong]})
    return done(url_for("console_login.ask"), "login.password")


def _join_again(link: str, found: Mapping[str, list[str]]) -> Response:
    return render(JoinPage(title=_("Choose your password"), link=link, problems=found), 422)


def _welcome(member: StaffMember, account: bytes) -> Response:
    with services().database.transaction() as session:
        throttle.succeeded(session, account)
        if member.is_password_once:
            link = staff.make_link(session, session.get_one(StaffMember, member.id))
            _note(session, "login.once", member.key)
        elif member.totp_secret:
            token = staff.begin(session, member, _agent(), is_whole=False)
        else:
            token = staff.begin(session, member, _agent(), is_whole=True)
            _note(session, "login.begin", member.key)
    if member.is_password_once:
        return render(JoinPage(title=_("Choose your password"), link=link))
    if member.totp_secret:
        onward = redirect(url_for("console_login.ask_code", next=_next() or None), 303)
        return ways.keep_login(cast("Response", onward), token)
    return ways.keep_login(_onward(), token)


def _login_page(email: str = "", problem: str = "") -> LoginPage:
    with services().database.reading() as session:
        is_new = not staff.is_anybody_there(session)
    return LoginPage(
        title=_("Log in"),
        next=_next(),
        email=email,
        problem=problem,
        is_new=is_new,
        has_oidc=bool(services().settings.oidc_issuer),
    )


def _note(session: Session, verb: str, actor: str, tried: str = "") -> None:
    details = {"account": tried if tried.isprintable() else "?"} if tried else None
    staff.note(session, ledger.instance_log(session), verb, {}, actor, details=details)


def _keys(email: str) -> list[tuple[bytes, int]]:
    account = _key("account", staff.normal_email(email))
    network = _key("network", services().limits.network(request.remote_addr))
    return [(account, throttle.FREE_BY_ACCOUNT), (network, throttle.FREE_BY_NETWORK)]


def _key(kind: str, what: str) -> bytes:
    return throttle.key_of(services().settings.secret_keys[-1], kind, what)


def _wait(error: TooManyError) -> str:
    sentence = _("Too many failed attempts: try again in %(seconds)s seconds.")
    return sentence % {"seconds": error.retry_after}


def _next() -> str:
    return ways.own_path(request.values.get("next")) or ""


def _onward() -> Response:
    onward = request.script_root + (_next() or "/console/")
    return cast("Response", redirect(onward, 303))


def _agent() -> str:
    return request.headers.get("User-Agent", "")[:300]
