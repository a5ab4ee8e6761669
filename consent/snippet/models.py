"""Released files of the snippet, compressed once, immutable by their hash."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base


class SnippetFile(Base):
    """One released file of a site. Append-only: its name holds the hash of its bytes."""

    __tablename__ = "snippet_file"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    media_type: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    gzip: Mapped[bytes] = mapped_column(LargeBinary)
    brotli: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class SnippetRelease(Base):
    """Which loader belongs to a notice version under one build of the snippet."""

    __tablename__ = "snippet_release"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    notice_version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    build: Mapped[str] = mapped_column(Text, primary_key=True)
    loader: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
