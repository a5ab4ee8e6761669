"""The trees of the evidence log, their signed checkpoints, and which sites show theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0003_log_tiles"
down_revision = "0002_job_runs"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; the sequencer fills them with what has waited so far."""
    op.create_table(
        "log_tile",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("number", BIG_ID, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_tile_log_id"),
        sa.PrimaryKeyConstraint("log_id", "level", "number", name="pk_log_tile"),
    )
    op.create_table(
        "log_checkpoint",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_checkpoint_log_id"),
        sa.PrimaryKeyConstraint("log_id", "size", name="pk_log_checkpoint"),
    )
    op.add_column(
        "site",
        sa.Column("public_log", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Refuse: checkpoints that others hold could never be honoured again."""
    signed = op.get_bind().scalar(sa.text("/* downgrade */ SELECT count(*) FROM log_checkpoint"))
    if signed:
        raise RuntimeError("Checkpoints were signed: restore a backup of the earlier release.")
    # Both databases know this statement; a batch would drop the table that others point to.
    op.execute("ALTER TABLE site DROP COLUMN public_log")
    op.drop_table("log_checkpoint")
    op.drop_table("log_tile")
    op.execute("UPDATE log_entry SET leaf_index = NULL WHERE leaf_index IS NOT NULL")
    op.execute("UPDATE log SET size = 0, root = NULL")
