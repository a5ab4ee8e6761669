"""The evidence log's tables.

An entry is permanent: kind, leaf, place in the tree; nothing personal. Its opening (payload and
salt) stands apart, so erasing people or dropping old months never touches the log.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from consent.db import Base, BigId


class Log(Base):
    """The head of one append-only tree: one for each site, and one for the instance.

    A log that cannot go on (its newest leaves were lost, or its key) ends and is `continued_by`
    another, the next epoch, which takes over its site.
    """

    __tablename__ = "log"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), unique=True)
    origin: Mapped[str | None] = mapped_column(Text, unique=True)
    size: Mapped[int] = mapped_column(BigId, default=0)
    root: Mapped[bytes | None] = mapped_column(LargeBinary)
    min_index: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime]
    epoch: Mapped[int] = mapped_column(default=1, server_default="1")
    continued_by: Mapped[int | None]


class LogEntry(Base):
    """One leaf. Append-only; `leaf_index` is NULL until the sequencer gives it a place, then fixed.

    The queue is `leaf_index IS NULL`; there is no cursor, so a row that commits late is never
    passed over. No time stands here: a millisecond beside a web server's log would name a visitor
    again after erasure.
    """

    __tablename__ = "log_entry"
    __table_args__ = (
        UniqueConstraint("log_id", "leaf_index"),
        Index(
            "ix_log_entry_queue",
            "log_id",
            "id",
            sqlite_where=text("leaf_index IS NULL"),
            postgresql_where=text("leaf_index IS NULL"),
        ),
        # What is not a decision is rare and looked for by its kind.
        Index(
            "ix_log_entry_apart",
            "log_id",
            "kind",
            "id",
            sqlite_where=text("kind <> 'consent'"),
            postgresql_where=text("kind <> 'consent'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"))
    kind: Mapped[str] = mapped_column(Text)
    leaf: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary)
    leaf_index: Mapped[int | None] = mapped_column(BigId)


class LogOpening(Base):
    """What a committed leaf stands for: payload and salt, kept verbatim, erasable.

    Partitioned by month on PostgreSQL, hence `recorded_at` in the key. There is no foreign key to
    the entry: dropping a month must not visit the log.
    """

    __tablename__ = "log_opening"
    __table_args__ = (
        Index("ix_log_opening_entry_id", "entry_id"),
        {"postgresql_partition_by": "RANGE (recorded_at)"},
    )

    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    payload: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)


class LogTile(Base):
    """256 hashes of a tree, or fewer at its right edge: the widest version of a tile.

    A narrower one is its beginning, so a row that grows never changes what was served.
    """

    __tablename__ = "log_tile"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class LogCheckpoint(Base):
    """A signed size and root. Append-only; nobody is shown one before `published_at` is set."""

    __tablename__ = "log_checkpoint"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None]


class LogKey(Base):
    """A public key that signs a log, from one size to another; the seed is never here."""

    __tablename__ = "log_key"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    from_size: Mapped[int] = mapped_column(BigId)
    until_size: Mapped[int | None] = mapped_column(BigId)
    reason: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]


class LogAnchor(Base):
    """Where a checkpoint was laid down outside, and what came back: a cosignature, a time stamp."""

    __tablename__ = "log_anchor"

    log_id: Mapped[int] = mapped_column(ForeignKey("log.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    target: Mapped[str] = mapped_column(Text, primary_key=True)
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary)
    anchored_at: Mapped[datetime]
