"""Drafts, the versions that publishing freezes, what waits to be published, how versions looked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class NoticeDraft(Base):
    """What a site will ask next: one draft a site, replaced by each import."""

    __tablename__ = "notice_draft"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class NoticeVersion(Base):
    """What a site has asked. Append-only: number, digest and canonical bytes never change."""

    __tablename__ = "notice_version"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(Text)
    entry_id: Mapped[int] = mapped_column(BigId)
    created_at: Mapped[datetime]
    # Why, by whom, and which rules were overridden with which reason: beside what was published.
    reason: Mapped[str | None] = mapped_column(Text)
    actor: Mapped[str | None] = mapped_column(Text)
    overridden: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Whom this publication asks again, and what earlier ones still ask: `ask_again.py` says how.
    ask_again: Mapped[str] = mapped_column(Text, default="nobody")
    asks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class NoticeSchedule(Base):
    """When a site's draft is to be published by itself; `failed` says why it was not."""

    __tablename__ = "notice_schedule"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    publish_at: Mapped[datetime]
    # What was looked at when it was scheduled: a draft changed since is not published unseen.
    draft_digest: Mapped[str] = mapped_column(Text)
    public_url: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    ask_again: Mapped[str] = mapped_column(Text)
    overrides: Mapped[dict[str, str]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(Text)
    failed: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class NoticePortrait(Base):
    """How a version looked in a real browser, or why nobody looked. Append-only."""

    __tablename__ = "notice_portrait"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "version"],
            ["notice_version.site_id", "notice_version.version"],
            name="fk_notice_portrait_site_id",
        ),
    )

    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # "taken", or the words that stand where the pictures would.
    outcome: Mapped[str] = mapped_column(Text)
    measured: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class NoticePicture(Base):
    """One picture of a version, named by its hash. Append-only."""

    __tablename__ = "notice_picture"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site_id", "version"],
            ["notice_version.site_id", "notice_version.version"],
            name="fk_notice_picture_site_id",
        ),
    )

    site_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    png: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
