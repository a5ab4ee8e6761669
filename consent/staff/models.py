"""Staff members, what they may do, their logins, links, tokens, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class StaffMember(Base):
    """A person with a login. `key` is random and stands in the log in place of the name."""

    __tablename__ = "staff_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, unique=True)
    language: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    # A password that others have seen: all it opens is the page that asks for another one.
    is_password_once: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(Text)
    # The newest time step whose code was used: each code works once (RFC 6238, 5.2).
    totp_step: Mapped[int | None]
    oidc_subject: Mapped[str | None] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffGrant(Base):
    """A role of a member, on one site or, without one, on all of them and what lies outside."""

    __tablename__ = "staff_grant"
    __table_args__ = (Index("ix_staff_grant_member_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    role: Mapped[str] = mapped_column(Text)


class StaffLogin(Base):
    """One login on one device. Only the hash of its token is kept; ending the row ends it."""

    __tablename__ = "staff_login"
    __table_args__ = (Index("ix_staff_login_member_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    # Until the second factor was given the login opens nothing but the page that asks for it.
    is_whole: Mapped[bool]
    device: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    # When the password was last given: keys and exports ask for it again.
    confirmed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StaffLink(Base):
    """A link that lets somebody set a password: an invitation or a reset. Works once."""

    __tablename__ = "staff_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffAttempt(Base):
    """Failed logins in a row, by a keyed hash of the account named or of the network."""

    __tablename__ = "staff_attempt"

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class ApiToken(Base):
    """A program's way in: a role on one site or on all. Only the hash of the token is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    name: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    role: Mapped[str] = mapped_column(Text)
    # Abilities it is narrowed to; without them all that the role has.
    scopes: Mapped[list[str] | None] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class StaffEvent(Base):
    """What staff did, to be searched: a projection of a leaf, and details whose hash is in it.

    Append-only. Details may name people and texts, so they stay out of the log and can be erased.
    """

    __tablename__ = "staff_event"
    __table_args__ = (
        Index("ix_staff_event_at", "at", "id"),
        Index("ix_staff_event_actor", "actor", "id"),
        Index("ix_staff_event_site_id", "site_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    entry_id: Mapped[int] = mapped_column(BigId)
