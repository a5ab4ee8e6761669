"""The life of a log: its keys, its epochs, what dates it; what is held, and what was erased."""

import sqlalchemy as sa
from alembic import op

revision = "0004_log_life"
down_revision = "0003_log_tiles"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; a log's first key is written down when it is next signed."""
    op.add_column("log", sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("log", sa.Column("continued_by", sa.Integer(), nullable=True))
    op.create_index(
        "ix_log_entry_apart",
        "log_entry",
        ["log_id", "kind", "id"],
        sqlite_where=sa.text("kind <> 'consent'"),
        postgresql_where=sa.text("kind <> 'consent'"),
    )
    op.create_table(
        "log_key",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("from_size", BIG_ID, nullable=False),
        sa.Column("until_size", BIG_ID, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_key_log_id"),
        sa.PrimaryKeyConstraint("log_id", "public", name="pk_log_key"),
    )
    op.create_table(
        "log_anchor",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.Column("anchored_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_anchor_log_id"),
        sa.PrimaryKeyConstraint("log_id", "size", "kind", "target", name="pk_log_anchor"),
    )
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("start", TIME, nullable=True),
        sa.Column("end", TIME, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", TIME, nullable=False),
        sa.Column("released_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_legal_hold_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_legal_hold"),
    )
    op.create_index("ix_legal_hold_site_id", "legal_hold", ["site_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("erased_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_erasure_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
    )
    op.create_index("ix_erasure_site_id", "erasure", ["site_id"])


def downgrade() -> None:
    """Refuse once anything of it was used: keys, epochs and erasures cannot be told without it."""
    for table in ("erasure", "legal_hold", "log_key"):
        if op.get_bind().scalar(sa.text(f"/* downgrade */ SELECT count(*) FROM {table}")):
            raise RuntimeError(f"{table} has rows: restore a backup of the earlier release.")
    for table in ("erasure", "legal_hold", "log_anchor", "log_key"):
        op.drop_table(table)
    op.drop_index("ix_log_entry_apart", "log_entry")
    op.execute("ALTER TABLE log DROP COLUMN continued_by")
    op.execute("ALTER TABLE log DROP COLUMN epoch")
