"""Checks of a log that staff asked for, and what came of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base
from consent.jobs.leases import Leased


class LogCheck(Leased, Base):
    """One check of a site's log against this database; the worker that runs it holds the lease.

    `report` says what held and how much of it; `error` names the place where it did not.
    """

    __tablename__ = "log_check"
    __table_args__ = (Index("ix_log_check_site_id", "site_id", "id"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"))
    asked_by: Mapped[str] = mapped_column(Text)
    counted: Mapped[int | None] = mapped_column(BigInteger)
    checked: Mapped[int] = mapped_column(BigInteger)
    report: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
