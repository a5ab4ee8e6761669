"""Rights requests: what a person demanded, by when it is answered, what became of it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class RightsRequest(Base):
    """A demand of one person. The row stays for accountability after its words are forgotten.

    `subject_id` goes when the person was erased, so that the request leads to nobody any more.
    """

    __tablename__ = "rights_request"
    __table_args__ = (
        Index("ix_rights_request_site_id", "site_id", "closed_at", "due_at", "id"),
        Index("ix_rights_request_subject_id", "site_id", "subject_id"),
        Index("uq_rights_request_event_id", "site_id", "event_id", unique=True),
        Index("uq_rights_request_reference", "site_id", "reference", unique=True),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    reference: Mapped[str] = mapped_column(Text)
    event_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # Why it takes longer, and what was decided: words of staff that the person reads.
    extended_because: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)


class RightsContact(Base):
    """What a person wrote, and where to answer: apart, since it is forgotten first."""

    __tablename__ = "rights_contact"

    request_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("rights_request.id"), primary_key=True
    )
    words: Mapped[str] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)


class RightsStep(Base):
    """One thing that happened to a request: append-only, and without anybody's words."""

    __tablename__ = "rights_step"
    __table_args__ = (Index("ix_rights_step_request_id", "request_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("rights_request.id"))
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
