"""Logins: one row each, ended at once by ending the row. A new login is a new row, always.

The token is 256 random bits; the row keeps its hash. Idle for 30 minutes or 12 hours old it is
over; keys and exports ask for the password again after 10 minutes (OWASP ASVS 7).
"""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent import clock
from consent.sealing import Sealer
from consent.staff import passwords, second_factor, throttle
from consent.staff.members import by_email, principal_of_member
from consent.staff.models import StaffLogin, StaffMember
from consent.staff.roles import Principal
from consent.staff.tokens import hashed

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(minutes=10)
KEPT = timedelta(days=90)
# How exactly the last use is known; every page would otherwise write.
SEEN_EVERY = timedelta(minutes=1)


def authenticate(session: Session, email: str, password: str) -> StaffMember | None:
    """Return whose address and password these are, or None; the work is the same for all."""
    member = by_email(session, email)
    held = passwords.verify(member.password_hash if member else None, password)
    return member if held and member and member.disabled_at is None else None


def begin(session: Session, member: StaffMember, device: str, *, is_whole: bool) -> str:
    """Begin a login and return its token. A half one waits for the second factor."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session.add(
        StaffLogin(
            token_hash=hashed(token),
            member_id=member.id,
            is_whole=is_whole,
            device=device_of(device),
            created_at=now,
            seen_at=now,
            confirmed_at=now,
        )
    )
    session.flush()
    return token


def complete(session: Session, token: str, code: str, sealer: Sealer, *, device: str) -> str | None:
    """Turn a half login into a whole one by a code; it gets a new token. None for a wrong code."""
    half = find_login(session, token)
    if half is None or half.is_whole:
        return None
    member = session.get_one(StaffMember, half.member_id, with_for_update=True)
    if not second_factor.accept(member, code, sealer):
        return None
    half.ended_at = clock.now()
    return begin(session, member, device, is_whole=True)


def find_login(session: Session, token: str) -> StaffLogin | None:
    """Return the login of a token as long as it lasts, else None."""
    query = select(StaffLogin).where(StaffLogin.token_hash == hashed(token))
    found = session.scalar(query.prefix_with("/* staff.find_login */"))
    now = clock.now()
    if found is None or found.ended_at or now - found.seen_at > IDLE:
        return None
    return found if now - found.created_at <= LONGEST else None


def principal_by_login(session: Session, token: str) -> tuple[Principal, StaffLogin] | None:
    """Return who is logged in by a token, with the login, or None."""
    login = find_login(session, token)
    if login is None or not login.is_whole:
        return None
    member = session.get_one(StaffMember, login.member_id)
    if member.disabled_at:
        return None
    return principal_of_member(session, member, login.id), login


def is_seen_stale(login: StaffLogin) -> bool:
    """Say whether the last use is to be written down anew."""
    return clock.now() - login.seen_at > SEEN_EVERY


def see(session: Session, login_id: int) -> None:
    """Write down that a login was used."""
    session.get_one(StaffLogin, login_id).seen_at = clock.now()


def is_fresh(login: StaffLogin) -> bool:
    """Say whether the password was given so lately that it need not be given again."""
    return clock.now() - login.confirmed_at <= FRESH


def confirm(session: Session, login_id: int, device: str) -> str:
    """Begin the login anew, since its password was given again: another row, another token."""
    before = session.get_one(StaffLogin, login_id)
    before.ended_at = clock.now()
    member = session.get_one(StaffMember, before.member_id)
    return begin(session, member, device, is_whole=True)


def end(session: Session, login_id: int) -> None:
    """End one login."""
    login = session.get_one(StaffLogin, login_id)
    login.ended_at = login.ended_at or clock.now()


def logins_of(session: Session, member_id: int) -> Sequence[StaffLogin]:
    """Return the logins of a member that last, newest first."""
    now = clock.now()
    query = (
        select(StaffLogin)
        .where(
            StaffLogin.member_id == member_id,
            StaffLogin.ended_at.is_(None),
            StaffLogin.is_whole.is_(True),
            StaffLogin.seen_at > now - IDLE,
            StaffLogin.created_at > now - LONGEST,
        )
        .order_by(StaffLogin.id.desc())
        .prefix_with("/* staff.logins_of */")
    )
    return session.scalars(query).all()


def forget_ended(session: Session) -> int:
    """Remove logins that were over long ago, and failed attempts nobody waits for any more.

    The trail says that they were.
    """
    gone = session.execute(delete(StaffLogin).where(StaffLogin.created_at < clock.now() - KEPT))
    return int(gone.rowcount) + throttle.forget_attempts(session)  # type: ignore[attr-defined]


def device_of(agent: str) -> str:
    """Return a browser and system in two words: enough to know one's own devices by."""
    browsers = ("Edg", "Firefox", "Chrome", "Safari", "curl")
    browser = next((each for each in browsers if re.search(rf"\b{each}", agent)), "another browser")
    systems = ("Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux")
    system = next((each for each in systems if each in agent), "another system")
    return f"{browser.replace('Edg', 'Edge')} / {system}"
