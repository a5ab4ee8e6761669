"""What leaves in the background: exports, their progress, their schedules; checks of the log."""

import sqlalchemy as sa
from alembic import op

revision = "0007_exports"
down_revision = "0006_insights"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
OPEN = sa.text("state IN ('requested', 'running')")


def upgrade() -> None:
    """Make them."""
    _schedules()
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conditions", sa.JSON(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("written", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("folder", sa.Text(), nullable=True),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.Column("manifest", sa.Text(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("begun_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("expires_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_export_site_id"),
        sa.ForeignKeyConstraint(
            ["schedule_id"], ["export_schedule.id"], name="fk_export_schedule_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )
    op.create_index("ix_export_site_id", "export", ["site_id", "id"])
    op.create_index("ix_export_open", "export", ["id"], sqlite_where=OPEN, postgresql_where=OPEN)
    _checks()


def _schedules() -> None:
    op.create_table(
        "export_schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("every", sa.Text(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_export_schedule_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_export_schedule"),
    )
    op.create_index("ix_export_schedule_site_id", "export_schedule", ["site_id", "id"])
    op.create_index("ix_export_schedule_due_at", "export_schedule", ["due_at"])


def _checks() -> None:
    op.create_table(
        "log_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("counted", sa.BigInteger(), nullable=True),
        sa.Column("checked", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("report", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("asked_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_log_check_site_id"),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_log_check_log_id"),
        sa.PrimaryKeyConstraint("id", name="pk_log_check"),
    )
    op.create_index("ix_log_check_site_id", "log_check", ["site_id", "id"])


def downgrade() -> None:
    """Take them away; files that were made stay in their folder."""
    for table in ("log_check", "export", "export_schedule"):
        op.drop_table(table)
