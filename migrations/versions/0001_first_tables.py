"""The first tables: sites, notices, records, the evidence log, released snippets."""

import sqlalchemy as sa
from alembic import op

revision = "0001_first_tables"
down_revision = None

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTITIONED = ("consent_record", "log_opening")


def upgrade() -> None:
    """Make them; on PostgreSQL the partitioned ones get a default partition at once."""
    _sites()
    _ledger()
    _notices()
    _records()
    _snippet()
    if op.get_bind().dialect.name == "postgresql":
        for table in PARTITIONED:
            op.execute(f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT")


def downgrade() -> None:
    """Drop them, children first."""
    for table in (
        "snippet_release",
        "snippet_file",
        "used_handover",
        "recorded_event",
        "subject_state",
        "consent_record",
        "notice_version",
        "notice_draft",
        "log_opening",
        "log_entry",
        "log",
        "site",
    ):
        op.drop_table(table)


def _sites() -> None:
    op.create_table(
        "site",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("origins", sa.JSON(), nullable=False),
        sa.Column("default_language", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
        sa.UniqueConstraint("key", name="uq_site_key"),
    )


def _ledger() -> None:
    op.create_table(
        "log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=True),
        sa.Column("min_index", BIG_ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_log_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_log"),
        sa.UniqueConstraint("origin", name="uq_log_origin"),
        sa.UniqueConstraint("site_id", name="uq_log_site_id"),
    )
    op.create_table(
        "log_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("leaf", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_index", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_entry_log_id"),
        sa.PrimaryKeyConstraint("id", name="pk_log_entry"),
        sa.UniqueConstraint("log_id", "leaf_index", name="uq_log_entry_log_id_leaf_index"),
    )
    op.create_index(
        "ix_log_entry_queue",
        "log_entry",
        ["log_id", "id"],
        unique=False,
        sqlite_where=sa.text("leaf_index IS NULL"),
        postgresql_where=sa.text("leaf_index IS NULL"),
    )
    op.create_table(
        "log_opening",
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("entry_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("payload", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("recorded_at", "entry_id", name="pk_log_opening"),
        postgresql_partition_by="RANGE (recorded_at)",
    )
    op.create_index("ix_log_opening_entry_id", "log_opening", ["entry_id"], unique=False)


def _notices() -> None:
    op.create_table(
        "notice_draft",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_notice_draft_site_id"),
        sa.PrimaryKeyConstraint("site_id", name="pk_notice_draft"),
    )
    op.create_table(
        "notice_version",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_notice_version_site_id"),
        sa.PrimaryKeyConstraint("site_id", "version", name="pk_notice_version"),
    )


def _records() -> None:
    op.create_table(
        "consent_record",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("layer", sa.Text(), nullable=False),
        sa.Column("notice_version", sa.Integer(), nullable=False),
        sa.Column("notice_digest", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("vendors", sa.JSON(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("region_source", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("claims", sa.JSON(), nullable=False),
        sa.Column("disagrees", sa.JSON(), nullable=False),
        sa.Column("gpc", sa.Boolean(), nullable=False),
        sa.Column("signals", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_consent_record_site_id"),
        sa.PrimaryKeyConstraint("site_id", "recorded_at", "id", name="pk_consent_record"),
        postgresql_partition_by="RANGE (recorded_at)",
    )
    op.create_index(
        "ix_consent_record_subject",
        "consent_record",
        ["site_id", "subject_id", "sequence"],
        unique=False,
    )
    op.create_table(
        "subject_state",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_at", TIME, nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_subject_state_site_id"),
        sa.PrimaryKeyConstraint("site_id", "subject_id", name="pk_subject_state"),
    )
    op.create_table(
        "recorded_event",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_recorded_event_site_id"),
        sa.PrimaryKeyConstraint("site_id", "event_id", name="pk_recorded_event"),
    )
    op.create_index(
        "ix_recorded_event_recorded_at", "recorded_event", ["recorded_at"], unique=False
    )
    op.create_table(
        "used_handover",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_used_handover_site_id"),
        sa.PrimaryKeyConstraint("site_id", "token_digest", name="pk_used_handover"),
    )


def _snippet() -> None:
    op.create_table(
        "snippet_file",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("gzip", sa.LargeBinary(), nullable=False),
        sa.Column("brotli", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_snippet_file_site_id"),
        sa.PrimaryKeyConstraint("site_id", "name", name="pk_snippet_file"),
    )
    op.create_table(
        "snippet_release",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("notice_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("build", sa.Text(), nullable=False),
        sa.Column("loader", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_snippet_release_site_id"),
        sa.PrimaryKeyConstraint("site_id", "notice_version", "build", name="pk_snippet_release"),
    )
