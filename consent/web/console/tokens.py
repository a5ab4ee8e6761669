"""Tokens of programs: made, shown once, revoked at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from flask import Blueprint, Response, request, url_for

from consent import clock, ledger, sites, staff
from consent.errors import InvalidFieldsError
from consent.staff import Ability, ApiToken, Order, Role
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_tokens", __name__)
DAYS = (7, 30, 90, 365)
ALL = "*"

says({"token.revoked": N_("The token is revoked: nobody comes in with it any more.")})


@dataclass(frozen=True)
class Row:
    """A token in the list."""

    token: ApiToken
    place: str
    made_by: str
    state: str


@dataclass(frozen=True, kw_only=True)
class TokenList(ConsolePage):
    """Every token, and the form for a new one."""

    template: ClassVar[str] = "console/tokens/list.html"
    section: ClassVar[str] = "tokens"
    rows: tuple[Row, ...]
    places: tuple[tuple[str, str], ...]
    roles: tuple[str, ...] = tuple(role.value for role in Role)
    abilities: tuple[str, ...] = tuple(ability.value for ability in Ability)
    days: tuple[int, ...] = DAYS
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class TokenPage(ConsolePage):
    """A token, shown once."""

    template: ClassVar[str] = "console/tokens/token.html"
    section: ClassVar[str] = "tokens"
    token: str
    name: str


@door.get("/console/tokens")
@guards.staff(Ability.MANAGE)
def show_all() -> Response:
    """List the tokens."""
    return _list()


@door.post("/console/tokens")
@guards.staff(Ability.MANAGE, fresh=True)
def make() -> Response:
    """Make a token and show it, once."""
    who = guards.current()
    try:
        with services().database.transaction() as session:
            place = request.form.get("site", ALL)
            site_id = None if place == ALL else sites.find(session, place).id
            made, token = staff.create_token(session, _order(site_id), who, who.actor)
            facts = {"role": made.role, "site": place, "token": made.key}
            details = {"name": made.name}
            log_id = ledger.instance_log(session)
            staff.note(session, log_id, "token.make", facts, who.actor, details=details)
    except InvalidFieldsError as error:
        return _list(problems(error), 422)
    return render(TokenPage(title=_("The new token"), token=token, name=made.name))


@door.post("/console/tokens/<token_id>/revoke")
@guards.staff(Ability.MANAGE)
def revoke(token_id: str) -> Response:
    """Revoke a token."""
    with services().database.transaction() as session:
        staff.revoke(session, token_id)
        facts = {"token": token_id}
        log_id = ledger.instance_log(session)
        staff.note(session, log_id, "token.revoke", facts, guards.current().actor)
    return done(url_for("console_tokens.show_all"), "token.revoked")


def _order(site_id: int | None) -> Order:
    form = request.form
    role, days = form.get("role", ""), form.get("days", "")
    scopes = form.getlist("scope")
    wrong = {}
    if role not in set(Role):
        wrong["role"] = [_("Choose one of the list.")]
    if days not in {"", *(str(each) for each in DAYS)}:
        wrong["days"] = [_("Choose one of the list.")]
    if not set(scopes) <= {each.value for each in Ability}:
        wrong["scope"] = [_("Choose one of the list.")]
    if wrong:
        raise InvalidFieldsError(wrong)
    return Order(
        form.get("name", ""),
        Role(role),
        site_id,
        tuple(Ability(each) for each in scopes) or None,
        clock.now() + timedelta(days=int(days)) if days else None,
    )


def _list(found: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
    with services().database.reading() as session:
        every = sites.all_sites(session)
        keys: dict[int | None, str] = {site.id: site.key for site in every}
        keys[None] = _("all sites")
        who = staff.names(session)
        rows = tuple(
            Row(each, keys[each.site_id], who.get(each.made_by, each.made_by), _state(each))
            for each in staff.tokens(session)
        )
    places = ((ALL, _("all sites")), *((site.key, site.name) for site in every))
    page = TokenList(
        title=_("API tokens"), rows=rows, places=places, given=request.form, problems=found
    )
    return render(page, status)


def _state(token: ApiToken) -> str:
    if token.revoked_at:
        return _("revoked")
    if token.expires_at and token.expires_at <= clock.now():
        return _("expired")
    return _("active")
