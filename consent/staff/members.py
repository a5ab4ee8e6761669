"""Staff members: made, invited, given roles, shut out. Names live here, never in the log."""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import InvalidFieldsError, NotAllowedError, NotFoundError
from consent.staff import passwords
from consent.staff.models import StaffGrant, StaffLink, StaffLogin, StaffMember
from consent.staff.roles import Grant, Principal, Rights, Role
from consent.staff.tokens import hashed

LANGUAGES = ("en", "de")
LINK_LIFE = timedelta(days=7)
_EMAIL = re.compile(r"[^\s@<>\"(),;:\\]{1,64}@[^\s@<>\"(),;:\\]{1,190}")


@dataclass(frozen=True)
class Person:
    """Who is to be a member: name and address, and the language of their console."""

    name: str
    email: str
    language: str = "en"


def create_member(
    session: Session, person: Person, grants: Iterable[Grant], password: str | None = None
) -> StaffMember:
    """Make a member; without a password they can only come in by a link."""
    _check(session, person)
    email = normal_email(person.email)
    member = StaffMember(
        key="m_" + secrets.token_urlsafe(9),
        name=person.name.strip(),
        email=email,
        language=person.language,
        password_hash=passwords.checked(password, person.name, email) if password else None,
        created_at=clock.now(),
    )
    session.add(member)
    session.flush()
    for grant in dict.fromkeys(grants):
        session.add(StaffGrant(member_id=member.id, site_id=grant.site_id, role=grant.role.value))
    session.flush()
    return member


def normal_email(email: str) -> str:
    """Return an address as it is kept and looked for."""
    return email.strip().lower()


def member_of(session: Session, key: str) -> StaffMember:
    """Return a member by their random id."""
    query = select(StaffMember).where(StaffMember.key == key).prefix_with("/* staff.member_of */")
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def by_email(session: Session, email: str) -> StaffMember | None:
    """Return a member by address, or None."""
    wanted = normal_email(email)
    query = select(StaffMember).where(StaffMember.email == wanted)
    # PostgreSQL knows no NUL in text, and no address of ours has one.
    found = _EMAIL.fullmatch(wanted) and wanted.isprintable()
    return session.scalar(query.prefix_with("/* staff.by_email */")) if found else None


def members(session: Session) -> Sequence[StaffMember]:
    """Return everybody, by name."""
    query = select(StaffMember).order_by(StaffMember.name, StaffMember.id)
    return session.scalars(query.prefix_with("/* staff.members */")).all()


def is_anybody_there(session: Session) -> bool:
    """Say whether anybody has a login yet."""
    return bool(session.scalar(select(func.count()).select_from(StaffMember)))


def grants_of(session: Session, member_id: int) -> tuple[Grant, ...]:
    """Return the roles of a member."""
    query = (
        select(StaffGrant.role, StaffGrant.site_id)
        .where(StaffGrant.member_id == member_id)
        .order_by(StaffGrant.site_id, StaffGrant.role)
        .prefix_with("/* staff.grants_of */")
    )
    return tuple(Grant(Role(role), site_id) for role, site_id in session.execute(query))


def principal_of_member(
    session: Session, member: StaffMember, login_id: int | None = None
) -> Principal:
    """Return a member as who asks."""
    rights = Rights(grants_of(session, member.id))
    return Principal(
        member.key, member.name, rights, member.id, login_id, member.email, member.language
    )


def set_grants(
    session: Session, member: StaffMember, grants: Iterable[Grant], by: Principal | None
) -> tuple[tuple[Grant, ...], tuple[Grant, ...]]:
    """Replace the roles of a member and return those before and after.

    What `by` could not give they cannot take either, so those roles stay as they are.
    """
    # Everybody who changes roles waits here: two who shut out each other would leave no admin.
    session.execute(select(StaffGrant.id).with_for_update().prefix_with("/* staff.set_grants */"))
    before = grants_of(session, member.id)
    wanted = set(grants)
    if by is not None:
        beyond = {grant for grant in wanted ^ set(before) if not by.rights.may_give(grant)}
        if beyond:
            raise NotAllowedError("You can give and take only roles that you have yourself.")
    session.execute(delete(StaffGrant).where(StaffGrant.member_id == member.id))
    for grant in sorted(wanted, key=lambda each: (each.site_id or 0, each.role)):
        session.add(StaffGrant(member_id=member.id, site_id=grant.site_id, role=grant.role.value))
    session.flush()
    _keep_an_admin(session)
    return before, grants_of(session, member.id)


def disable(session: Session, member: StaffMember) -> None:
    """Shut a member out: every login ends at once; what they did stays under their name."""
    session.execute(select(StaffGrant.id).with_for_update().prefix_with("/* staff.disable */"))
    member.disabled_at = member.disabled_at or clock.now()
    end_logins(session, member.id)
    session.flush()
    _keep_an_admin(session)


def enable(member: StaffMember) -> None:
    """Let a member in again."""
    member.disabled_at = None


def make_link(session: Session, member: StaffMember) -> str:
    """Return the secret of a link that sets a password once: an invitation, or a reset."""
    secret = secrets.token_urlsafe(32)
    now = clock.now()
    # A newer link ends those before, so a lost one is dead.
    session.execute(
        update(StaffLink)
        .where(StaffLink.member_id == member.id, StaffLink.used_at.is_(None))
        .values(used_at=now)
    )
    session.add(
        StaffLink(
            token_hash=hashed(secret),
            member_id=member.id,
            created_at=now,
            expires_at=now + LINK_LIFE,
        )
    )
    return secret


def member_by_link(session: Session, secret: str) -> StaffMember:
    """Return whose link this is; one that was used, is too old or unknown is not found."""
    link = session.get(StaffLink, hashed(secret), with_for_update=True)
    if link is None or link.used_at or link.expires_at <= clock.now():
        raise NotFoundError("This link was used or is too old: ask an administrator for a new one.")
    member = session.get_one(StaffMember, link.member_id)
    if member.disabled_at:
        raise NotFoundError
    return member


def use_link(session: Session, secret: str, password: str) -> StaffMember:
    """Set a password by a link, which works no second time; a second factor stays as it was."""
    member = member_by_link(session, secret)
    set_password(session, member, password)
    session.get_one(StaffLink, hashed(secret)).used_at = clock.now()
    return member


def set_password(session: Session, member: StaffMember, password: str) -> None:
    """Give a member a new password; every login of theirs ends (L7 of our threat model)."""
    member.password_hash = passwords.checked(password, member.name, member.email)
    member.is_password_once = False
    end_logins(session, member.id)


def set_password_once(session: Session, member: StaffMember) -> str:
    """Give a member a random password, to be read out once; it lets them choose their own."""
    password = "-".join(secrets.token_hex(2) for _ in range(5))
    set_password(session, member, password)
    member.is_password_once = True
    return password


def end_logins(session: Session, member_id: int, *, but: int | None = None) -> int:
    """End the logins of a member, all or all but one, and say how many."""
    conditions = [StaffLogin.member_id == member_id, StaffLogin.ended_at.is_(None)]
    if but is not None:
        conditions.append(StaffLogin.id != but)
    ended = session.execute(update(StaffLogin).where(*conditions).values(ended_at=clock.now()))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def _check(session: Session, person: Person) -> None:
    problems = {}
    name = person.name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        problems["name"] = ["Give a name of 1 to 100 letters."]
    email = normal_email(person.email)
    if not _EMAIL.fullmatch(email) or not email.isprintable():
        problems["email"] = ["Give an e-mail address such as ada@shop.example."]
    elif by_email(session, email):
        problems["email"] = ["Somebody with this address is there already."]
    if person.language not in LANGUAGES:
        problems["language"] = [f"Use one of: {', '.join(LANGUAGES)}."]
    if problems:
        raise InvalidFieldsError(problems)


def _keep_an_admin(session: Session) -> None:
    query = (
        select(func.count())
        .select_from(StaffGrant)
        .join(StaffMember, StaffMember.id == StaffGrant.member_id)
        .where(
            StaffGrant.role == Role.ADMIN.value,
            StaffGrant.site_id.is_(None),
            StaffMember.disabled_at.is_(None),
        )
        .prefix_with("/* staff.keep_an_admin */")
    )
    if not session.scalar(query):
        raise NotAllowedError("Somebody must stay administrator of all: give that role first.")
