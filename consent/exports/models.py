"""Exports that are made in the background, and the schedules that ask for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base
from consent.jobs.leases import Leased


class Export(Leased, Base):
    """One export: what was asked for, how far it is, and what came of it.

    A worker that makes it holds the `lease`; once `lease_until` is over anybody may begin it anew.
    The file is whole before the row is `done`. When it expires, what names a person goes too.
    """

    __tablename__ = "export"
    __table_args__ = (
        Index("ix_export_site_id", "site_id", "id"),
        # What there is to do is rare among what was done.
        Index(
            "ix_export_open",
            "id",
            sqlite_where=text("state IN ('requested', 'running')"),
            postgresql_where=text("state IN ('requested', 'running')"),
        ),
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    schedule_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("export_schedule.id"))
    # A random id of staff, never a name.
    asked_by: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    conditions: Mapped[dict[str, str]] = mapped_column(JSON)
    epoch: Mapped[int | None]
    counted: Mapped[int | None] = mapped_column(BigInteger)
    written: Mapped[int] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(Text)
    # None is the service's own folder, where files expire.
    folder: Mapped[str | None] = mapped_column(Text)
    file_name: Mapped[str | None] = mapped_column(Text)
    bytes: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(Text)
    manifest: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]


class ExportSchedule(Base):
    """An export that is asked for again and again, of the period that is just over.

    The row's lock makes each period once, however many workers look. One that was taken away keeps
    its row, since exports name it.
    """

    __tablename__ = "export_schedule"
    __table_args__ = (
        Index("ix_export_schedule_site_id", "site_id", "id"),
        Index("ix_export_schedule_due_at", "due_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    asked_by: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    every: Mapped[str] = mapped_column(Text)
    hour: Mapped[int]
    folder: Mapped[str] = mapped_column(Text)
    # The period that is exported next, and from when on.
    starts_at: Mapped[datetime]
    # None while it is paused, and once it was taken away.
    due_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
