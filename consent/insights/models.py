"""Counts by day, how far the logs are counted, and banners shown that wait to be counted."""

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class InsightMark(Base):
    """How far a log is counted: a size that a public checkpoint covers.

    `missed` are decisions below it that were erased before they could be counted.
    """

    __tablename__ = "insight_mark"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigId)
    missed: Mapped[int] = mapped_column(BigId)
    counted_at: Mapped[datetime]


class InsightCount(Base):
    """How many decisions of a day had a value in a facet. Nobody can be told from it.

    It only grows: what is erased or expires later did happen, and stays counted.
    """

    __tablename__ = "insight_count"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    facet: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(Text, primary_key=True)
    action: Mapped[str] = mapped_column(Text, primary_key=True)
    late: Mapped[bool] = mapped_column(primary_key=True)
    suspicious: Mapped[bool] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigId)


class InsightShown(Base):
    """A banner that was shown, without time, page or anything of the visitor, until it is counted.

    A row each, so that those who report one never wait for each other or for a count. `weight` is
    in thousandths: of a site that reports one in ten each stands for ten.
    """

    __tablename__ = "insight_shown"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    day: Mapped[datetime]
    region: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    device: Mapped[str] = mapped_column(Text)
    weight: Mapped[int]
