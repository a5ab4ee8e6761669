"""One's own account: password, second factor, language, and the devices one is logged in on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import segno
from flask import Blueprint, Response, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from consent import ledger, staff
from consent.errors import InvalidFieldsError, NotFoundError
from consent.signing import Purpose
from consent.staff import StaffLogin, StaffMember, second_factor
from consent.web import ways
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_account", __name__)
SECRET_SECONDS = 3600
NAMES = {"en": "English", "de": "Deutsch"}

says(
    {
        "account.language": N_("Your language is set."),
        "account.password": N_("Your password is changed, and other devices are logged out."),
        "account.ended": N_("That device is logged out."),
        "factor.on": N_("The second factor is on: codes are asked for from now on."),
        "factor.off": N_("The second factor is off."),
    }
)


@dataclass(frozen=True, kw_only=True)
class AccountPage(ConsolePage):
    """One's account."""

    template: ClassVar[str] = "console/account/account.html"
    has_factor: bool
    has_password: bool
    logins: tuple[StaffLogin, ...]
    languages: tuple[tuple[str, str], ...] = tuple(NAMES.items())
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class FactorPage(ConsolePage):
    """A second factor to be set up."""

    template: ClassVar[str] = "console/account/factor.html"
    secret: str
    signed: str
    picture: Markup
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/account")
@guards.staff(None)
def show() -> Response:
    """Show one's own account."""
    return _account()


@door.post("/console/account/language")
@guards.staff(None)
def set_language() -> Response:
    """Choose the console's language."""
    wanted = request.form.get("language", "")
    if wanted not in staff.LANGUAGES:
        raise InvalidFieldsError({"language": [_("Choose one of the list.")]})
    with services().database.transaction() as session:
        _me(session).language = wanted
        _note(session, "account.language")
    return done(url_for("console_account.show"), "account.language")


@door.post("/console/account/password")
@guards.staff(None)
def set_password() -> Response:
    """Change one's password; every login ends, this one goes on under a new token."""
    form = request.form
    with services().database.reading() as session:
        is_right = staff.passwords.verify(_me(session).password_hash, form.get("old", ""))
    if not is_right:
        return _account({"old": [_("This password is not right.")]}, 422)
    if form.get("password") != form.get("repeated"):
        return _account({"repeated": [_("These two are not the same.")]}, 422)
    try:
        with services().database.transaction() as session:
            member = _me(session)
            staff.set_password(session, member, form.get("password", ""))
            token = staff.begin(session, member, _agent(), is_whole=True)
            _note(session, "password.set")
    except InvalidFieldsError as error:
        return _account(problems(error), 422)
    return ways.keep_login(done(url_for("console_account.show"), "account.password"), token)


@door.post("/console/account/logins")
@guards.staff(None)
def end_login() -> Response:
    """Log out another device of one's own, or all but this one."""
    who = guards.current()
    given = request.form.get("login", "")
    with services().database.transaction() as session:
        if given == "others":
            staff.end_logins(session, who.member_id or 0, but=who.login_id)
        else:
            mine = {str(each.id) for each in staff.logins_of(session, who.member_id or 0)}
            if given not in mine:
                raise NotFoundError
            staff.end(session, int(given))
        _note(session, "login.end")
    return done(url_for("console_account.show"), "account.ended")


@door.get("/console/account/factor")
@guards.staff(None, fresh=True)
def ask_factor() -> Response:
    """Show a new secret to be read by an app."""
    return _factor(second_factor.new_secret())


@door.post("/console/account/factor")
@guards.staff(None, fresh=True)
def switch_factor_on() -> Response:
    """Switch the second factor on, once a code shows that the app has the secret."""
    who = guards.current()
    signed = services().signer.open_within(
        Purpose.CONSOLE, f"factor {who.actor}", request.form.get("signed"), seconds=SECRET_SECONDS
    )
    if signed is None:
        return _factor(second_factor.new_secret())
    try:
        with services().database.transaction() as session:
            code, sealer = request.form.get("code", ""), services().sealer
            second_factor.switch_on(_me(session), signed["secret"], code, sealer)
            staff.end_logins(session, who.member_id or 0, but=who.login_id)
            _note(session, "factor.on")
    except InvalidFieldsError as error:
        return _factor(signed["secret"], problems(error), 422)
    return done(url_for("console_account.show"), "factor.on")


@door.post("/console/account/factor/off")
@guards.staff(None, fresh=True)
def switch_factor_off() -> Response:
    """Switch the second factor off."""
    with services().database.transaction() as session:
        second_factor.switch_off(_me(session))
        _note(session, "factor.off")
    return done(url_for("console_account.show"), "factor.off")


def _account(found: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
    who = guards.current()
    with services().database.reading() as session:
        member = _me(session)
        page = AccountPage(
            title=_("Your account"),
            has_factor=bool(member.totp_secret),
            has_password=bool(member.password_hash),
            logins=tuple(staff.logins_of(session, who.member_id or 0)),
            problems=found,
        )
    return render(page, status)


def _factor(
    secret: str, found: Mapping[str, list[str]] | None = None, status: int = 200
) -> Response:
    who = guards.current()
    address = second_factor.address_of(secret, who.email, _("Consent console"))
    picture = segno.make(address, error="m").svg_inline(scale=5, border=2, omitsize=True)
    page = FactorPage(
        title=_("Second factor"),
        secret=secret,
        signed=services().signer.sign_for_a_while(
            Purpose.CONSOLE, f"factor {who.actor}", {"secret": secret}
        ),
        picture=Markup(picture),  # noqa: S704 - made by the library from our own address
        problems=found,
    )
    return render(page, status)


def _me(session: Session) -> StaffMember:
    return session.get_one(StaffMember, guards.current().member_id)


def _note(session: Session, verb: str) -> None:
    staff.note(session, ledger.instance_log(session), verb, {}, guards.current().actor)


def _agent() -> str:
    return request.headers.get("User-Agent", "")[:300]
