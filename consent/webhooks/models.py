"""Addresses that are told, and every message that waits for them or went to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class Webhook(Base):
    """An address of a site's owner. Its secrets are sealed; `old_secret` signs until its time."""

    __tablename__ = "webhook"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    url: Mapped[str] = mapped_column(Text)
    about: Mapped[str] = mapped_column(Text)
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_until: Mapped[datetime | None]
    is_on: Mapped[bool]
    # why it is off, where nobody of the staff switched it off
    off_reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class WebhookDelivery(Base):
    """A message for one address: sent as it stands here, under one id however often.

    `due_at` of one that waits is the next attempt, or, while somebody sends it, the end of their
    time. No foreign key: a decision never waits for a webhook that is being removed.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(
            "ix_webhook_delivery_due",
            "webhook_id",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_record_id",
            "record_id",
            sqlite_where=text("record_id IS NOT NULL"),
            postgresql_where=text("record_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    webhook_id: Mapped[UUID]
    message_id: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    # the consent record it is about: what is erased is not sent, nor kept here
    record_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    status: Mapped[int | None]
    said: Mapped[str] = mapped_column(Text)
    tried_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
