"""Drafts, and the versions that publishing freezes."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
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
