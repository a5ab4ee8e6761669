"""Staff: who works here, with which roles on which sites; invitations are links that work once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import ledger, sites, staff
from consent.errors import InvalidFieldsError
from consent.sites import Site
from consent.staff import Ability, Grant, Person, Role, StaffMember, second_factor
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_members", __name__)
ALL = "*"

ROLES = {
    Role.VIEWER: N_("viewer: reads the dashboard, notices and versions"),
    Role.AUDITOR: N_("auditor: reads records, exports and verifies them, reads the audit trail"),
    Role.EDITOR: N_("editor: drafts notices"),
    Role.PUBLISHER: N_("publisher: drafts and publishes notices"),
    Role.ADMIN: N_("admin: everything, people and keys included"),
}

says(
    {
        "staff.roles": N_("The roles are set. They hold from the next click on."),
        "staff.disabled": N_("This person is shut out, and every login of theirs has ended."),
        "staff.enabled": N_("This person may log in again."),
        "staff.factor": N_("The second factor of this person is off."),
    }
)


@dataclass(frozen=True)
class Row:
    """A member in the list."""

    key: str
    name: str
    email: str
    roles: tuple[str, ...]
    has_factor: bool
    state: str
    created_at: datetime


@dataclass(frozen=True)
class Choice:
    """A box for a role on a site."""

    value: str
    place: str
    role: str
    is_set: bool


@dataclass(frozen=True, kw_only=True)
class MemberList(ConsolePage):
    """Everybody."""

    template: ClassVar[str] = "console/members/list.html"
    section: ClassVar[str] = "staff"
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class MemberPage(ConsolePage):
    """One member, or one to be invited."""

    template: ClassVar[str] = "console/members/member.html"
    section: ClassVar[str] = "staff"
    member: StaffMember | None = None
    choices: tuple[tuple[str, tuple[Choice, ...]], ...]
    roles: tuple[tuple[str, str], ...]
    name: str = ""
    email: str = ""
    member_language: str = "en"
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class LinkPage(ConsolePage):
    """A link, shown once."""

    template: ClassVar[str] = "console/members/link.html"
    section: ClassVar[str] = "staff"
    member: StaffMember
    url: str


@door.get("/console/staff")
@guards.staff(Ability.MANAGE)
def show_all() -> Response:
    """List everybody with their roles."""
    with services().database.reading() as session:
        places = _places(session)
        rows = tuple(_row(session, each, places) for each in staff.members(session))
    return render(MemberList(title=_("Staff"), rows=rows))


@door.get("/console/staff/new")
@guards.staff(Ability.MANAGE, fresh=True)
def ask_new() -> Response:
    """Ask whom to invite."""
    return _member_page(None, ())


@door.post("/console/staff/new")
@guards.staff(Ability.MANAGE, fresh=True)
def invite() -> Response:
    """Make a member and show the link that lets them choose a password."""
    form = request.form
    person = Person(form.get("name", ""), form.get("email", ""), form.get("language", "en"))
    try:
        with services().database.transaction() as session:
            grants = _grants(session)
            member = staff.create_member(session, person, ())
            staff.set_grants(session, member, grants, guards.current())
            secret = staff.make_link(session, member)
            _note(session, "staff.invite", member, {"roles": _said(session, grants)})
    except InvalidFieldsError as error:
        return _member_page(None, _given(), problems(error), 422)
    return _link(member, secret)


@door.get("/console/staff/<member_id>")
@guards.staff(Ability.MANAGE)
def show(member_id: str) -> Response:
    """Show a member."""
    with services().database.reading() as session:
        member = staff.member_of(session, member_id)
        held = tuple(_said(session, staff.grants_of(session, member.id)))
    return _member_page(member, held)


@door.post("/console/staff/<member_id>/roles")
@guards.staff(Ability.MANAGE, fresh=True)
def set_roles(member_id: str) -> Response:
    """Replace a member's roles."""
    with services().database.transaction() as session:
        member = staff.member_of(session, member_id)
        before, after = staff.set_grants(session, member, _grants(session), guards.current())
        change = {"after": _said(session, after), "before": _said(session, before)}
        _note(session, "staff.roles", member, change)
    return done(url_for("console_members.show", member_id=member_id), "staff.roles")


@door.post("/console/staff/<member_id>/disable")
@guards.staff(Ability.MANAGE, fresh=True)
def disable(member_id: str) -> Response:
    """Shut a member out."""
    with services().database.transaction() as session:
        member = staff.member_of(session, member_id)
        staff.disable(session, member)
        _note(session, "staff.disable", member, {})
    return done(url_for("console_members.show", member_id=member_id), "staff.disabled")


@door.post("/console/staff/<member_id>/enable")
@guards.staff(Ability.MANAGE, fresh=True)
def enable(member_id: str) -> Response:
    """Let a member in again."""
    with services().database.transaction() as session:
        member = staff.member_of(session, member_id)
        staff.enable(member)
        _note(session, "staff.enable", member, {})
    return done(url_for("console_members.show", member_id=member_id), "staff.enabled")


@door.post("/console/staff/<member_id>/link")
@guards.staff(Ability.MANAGE, fresh=True)
def new_link(member_id: str) -> Response:
    """Make a new link for a member who lost the first, or the password."""
    with services().database.transaction() as session:
        member = staff.member_of(session, member_id)
        secret = staff.make_link(session, member)
        _note(session, "staff.link", member, {})
    return _link(member, secret)


@door.post("/console/staff/<member_id>/factor")
@guards.staff(Ability.MANAGE, fresh=True)
def switch_factor_off(member_id: str) -> Response:
    """Switch off the second factor of a member who lost it."""
    with services().database.transaction() as session:
        member = staff.member_of(session, member_id)
        second_factor.switch_off(member)
        staff.end_logins(session, member.id)
        _note(session, "staff.factor_off", member, {})
    return done(url_for("console_members.show", member_id=member_id), "staff.factor")


def _link(member: StaffMember, secret: str) -> Response:
    url = f"{services().settings.public_url}/console/join#{secret}"
    return render(
        LinkPage(title=_("A link for %(name)s") % {"name": member.name}, member=member, url=url)
    )


def _member_page(
    member: StaffMember | None,
    held: tuple[str, ...],
    found: Mapping[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    with services().database.reading() as session:
        every: list[Site | None] = [None, *sites.all_sites(session)]
    form = request.form
    page = MemberPage(
        title=member.name if member else _("Invite somebody"),
        member=member,
        choices=tuple(_choices(site, held) for site in every),
        roles=tuple((role.value, _(text)) for role, text in ROLES.items()),
        name=form.get("name", ""),
        email=form.get("email", ""),
        member_language=form.get("language", "en"),
        problems=found,
    )
    return render(page, status)


def _choices(site: Site | None, held: tuple[str, ...]) -> tuple[str, tuple[Choice, ...]]:
    place = site.key if site else ALL
    name = site.name if site else _("All sites, and what lies outside them")
    boxes = tuple(
        Choice(f"{place}:{role.value}", place, role.value, f"{place}:{role.value}" in held)
        for role in Role
    )
    return name, boxes


def _given() -> tuple[str, ...]:
    return tuple(request.form.getlist("role"))


def _grants(session: Session) -> list[Grant]:
    found = []
    for value in _given():
        place, _colon, role = value.partition(":")
        if role not in {each.value for each in Role}:
            raise InvalidFieldsError({"role": [_("Choose roles of the list.")]})
        site_id = None if place == ALL else sites.find(session, place).id
        found.append(Grant(Role(role), site_id))
    return found


def _places(session: Session) -> dict[int | None, str]:
    return {None: ALL, **{site.id: site.key for site in sites.all_sites(session)}}


def _said(session: Session, grants: tuple[Grant, ...] | list[Grant]) -> list[str]:
    places = _places(session)
    return sorted(f"{places[grant.site_id]}:{grant.role.value}" for grant in grants)


def _row(session: Session, member: StaffMember, places: Mapping[int | None, str]) -> Row:
    held = staff.grants_of(session, member.id)
    roles = tuple(
        f"{grant.role.value} ({_('all sites') if grant.site_id is None else places[grant.site_id]})"
        for grant in held
    )
    if member.disabled_at:
        state = _("shut out")
    elif member.password_hash is None and member.oidc_subject is None:
        state = _("invited")
    else:
        state = _("active")
    return Row(
        member.key,
        member.name,
        member.email,
        roles,
        bool(member.totp_secret),
        state,
        member.created_at,
    )


def _note(session: Session, verb: str, member: StaffMember, details: Mapping[str, object]) -> None:
    # The roles are facts: they name sites and roles, no person.
    facts = {"member": member.key, **details}
    staff.note(session, ledger.instance_log(session), verb, facts, guards.current().actor)
