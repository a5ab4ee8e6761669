"""Consent records, the current state of each subject, and the small table against doubles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, Text, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId

# Rare, hence an index of their own that costs other decisions nothing.
_MARKS = {"late": "late = true", "suspicious": "CAST(disagrees AS TEXT) <> '[]'"}


class ConsentRecord(Base):
    """One decision, as columns to search and export. Append-only: a change of mind is a new row.

    The evidence is the payload in `log_opening`; these columns are a projection of it. Partitioned
    by month on PostgreSQL, so every unique key holds `recorded_at`; since a record id carries that
    moment, the id alone leads to the partition.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        Index("ix_consent_record_subject", "site_id", "subject_id", "sequence"),
        *(
            Index(
                f"ix_consent_record_{name}",
                "site_id",
                "recorded_at",
                "id",
                sqlite_where=text(mark),
                postgresql_where=text(mark),
            )
            for name, mark in _MARKS.items()
        ),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigId)
    event_id: Mapped[UUID] = mapped_column(Uuid)
    subject_id: Mapped[str] = mapped_column(Text)
    sequence: Mapped[int]
    action: Mapped[str] = mapped_column(Text)
    layer: Mapped[str] = mapped_column(Text)
    notice_version: Mapped[int]
    notice_digest: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    categories: Mapped[dict[str, bool]] = mapped_column(JSON)
    vendors: Mapped[dict[str, dict[str, list[str]]]] = mapped_column(JSON)
    page: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    late: Mapped[bool]
    region: Mapped[str | None] = mapped_column(Text)
    region_source: Mapped[str] = mapped_column(Text)
    model: Mapped[str] = mapped_column(Text)
    claims: Mapped[dict[str, Any]] = mapped_column(JSON)
    disagrees: Mapped[list[str]] = mapped_column(JSON)
    gpc: Mapped[bool]
    signals: Mapped[dict[str, str | None]] = mapped_column(JSON)


class SubjectState(Base):
    """What holds for a subject now: the newest record, its sequence and leaf.

    The row's lock orders one subject's decisions, so sequence and chain have no gaps. `first_at`
    bounds the months in which the subject's history lies.
    """

    __tablename__ = "subject_state"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(Text, primary_key=True)
    sequence: Mapped[int]
    record_id: Mapped[UUID] = mapped_column(Uuid)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)
    first_at: Mapped[datetime]
    recorded_at: Mapped[datetime]


class RecordedEvent(Base):
    """Which event ids were seen, with a digest of the body: the guard against doubles.

    Apart from the records because those are partitioned by month and could not hold a key over all
    months. Kept for `records.EVENT_LIFE`; a browser never retries longer.
    """

    __tablename__ = "recorded_event"
    __table_args__ = (Index("ix_recorded_event_recorded_at", "recorded_at"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary)
    record_id: Mapped[UUID] = mapped_column(Uuid)
    recorded_at: Mapped[datetime]


class UsedHandover(Base):
    """Handover tokens that were redeemed: each works once. Kept until the token has expired."""

    __tablename__ = "used_handover"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime]


class LegalHold(Base):
    """What must not be erased while it lasts: a site's records, a person's, or a period's."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_site_id", "site_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    subject_id: Mapped[str | None] = mapped_column(Text)
    start: Mapped[datetime | None]
    end: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class Erasure(Base):
    """That something was erased and why. The reason stays out of the log, where nothing ends."""

    __tablename__ = "erasure"
    __table_args__ = (Index("ix_erasure_site_id", "site_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    ground: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    entries: Mapped[int]
    erased_at: Mapped[datetime]


class SubjectKey(Base):
    """A secret of a site, sealed: to verify what it says of its customers, or to hash their ids.

    One of use `hash` a site, made with the first of use `verify` and never changed: with another
    nobody could be found again.
    """

    __tablename__ = "subject_key"
    __table_args__ = (Index("ix_subject_key_site_id", "site_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    use: Mapped[str] = mapped_column(Text)
    sealed: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class SubjectTie(Base):
    """That a subject is a customer whom the site knows, under a keyed hash of the customer's id.

    A subject is tied once and to one person; a person may have several subjects, one a browser.
    """

    __tablename__ = "subject_tie"
    __table_args__ = (Index("ix_subject_tie_person", "site_id", "person"),)

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    subject_id: Mapped[str] = mapped_column(Text, primary_key=True)
    person: Mapped[bytes] = mapped_column(LargeBinary)
    tied_at: Mapped[datetime]
