"""Tokens of programs: shown once, kept as a hash, no more rights than their maker."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import InvalidFieldsError, NotAllowedError, NotFoundError
from consent.staff.models import ApiToken
from consent.staff.roles import Ability, Grant, Principal, Rights, Role

# Recognisable, so that a token in a file or commit is found by those who search for such.
PREFIX = "consent_"
LONGEST_NAME = 100
# How exactly the last use is known; every request would otherwise write.
USED_EVERY = timedelta(minutes=5)


@dataclass(frozen=True)
class Order:
    """A token to be made: what it is for, its role, where, how narrow, how long."""

    name: str
    role: Role
    site_id: int | None = None
    scopes: tuple[Ability, ...] | None = None
    expires_at: datetime | None = None


def hashed(token: str) -> bytes:
    """Return what is kept of a random token: 256 bits need no slow hash."""
    return sha256(token.encode()).digest()


def create_token(
    session: Session, order: Order, maker: Principal | None, made_by: str
) -> tuple[ApiToken, str]:
    """Make a token and return it, once. `maker` None is the command line, which may do all."""
    if not order.name.strip() or len(order.name) > LONGEST_NAME or not order.name.isprintable():
        raise InvalidFieldsError({"name": [f"Say what it is for, in 1 to {LONGEST_NAME} letters."]})
    if order.expires_at is not None and order.expires_at <= clock.now():
        raise InvalidFieldsError({"expires_at": ["Give a moment that is still to come."]})
    if maker is not None and not maker.rights.may_give(Grant(order.role, order.site_id)):
        raise NotAllowedError("A token has no more rights than who makes it.")
    token = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        key="t_" + secrets.token_urlsafe(9),
        token_hash=hashed(token),
        name=order.name.strip(),
        made_by=made_by,
        site_id=order.site_id,
        role=order.role.value,
        scopes=sorted(order.scopes) if order.scopes is not None else None,
        created_at=clock.now(),
        expires_at=order.expires_at,
    )
    session.add(made)
    session.flush()
    return made, token


def principal_of(session: Session, token: str) -> tuple[Principal, ApiToken] | None:
    """Return who comes with a token, or None for one that opens nothing (any more)."""
    query = select(ApiToken).where(ApiToken.token_hash == hashed(token))
    found = session.scalar(query.prefix_with("/* staff.principal_of */"))
    now = clock.now()
    if found is None or found.revoked_at or (found.expires_at and found.expires_at <= now):
        return None
    scopes = None if found.scopes is None else frozenset(Ability(each) for each in found.scopes)
    rights = Rights((Grant(Role(found.role), found.site_id),), scopes)
    return Principal(found.key, found.name, rights), found


def is_use_stale(token: ApiToken) -> bool:
    """Say whether the last use is to be written down anew."""
    return token.used_at is None or clock.now() - token.used_at > USED_EVERY


def use(session: Session, token_id: int) -> None:
    """Write down that a token was used."""
    session.get_one(ApiToken, token_id).used_at = clock.now()


def tokens(session: Session, site_ids: Iterable[int] | None = None) -> Sequence[ApiToken]:
    """Return all tokens, or those of some sites, newest first; revoked ones stay as evidence."""
    query = select(ApiToken).order_by(ApiToken.id.desc())
    if site_ids is not None:
        query = query.where(ApiToken.site_id.in_(list(site_ids)))
    return session.scalars(query.prefix_with("/* staff.tokens */")).all()


def revoke(session: Session, key: str) -> ApiToken:
    """End a token, at once and for ever."""
    query = select(ApiToken).where(ApiToken.key == key).prefix_with("/* staff.revoke */")
    found = session.scalar(query)
    if found is None:
        raise NotFoundError
    found.revoked_at = found.revoked_at or clock.now()
    return found
