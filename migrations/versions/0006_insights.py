"""What it adds up to: counts by day and group, and indexes that searching needs."""

import sqlalchemy as sa
from alembic import op

revision = "0006_insights"
down_revision = "0005_staff"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MARKS = {"late": "late = true", "suspicious": "CAST(disagrees AS TEXT) <> '[]'"}


def upgrade() -> None:
    """Make them; the worker counts what is there already."""
    _marks()
    op.create_table(
        "insight_mark",
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", BIG_ID, nullable=False),
        sa.Column("missed", BIG_ID, nullable=False),
        sa.Column("counted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["log_id"], ["log.id"], name="fk_insight_mark_log_id"),
        sa.PrimaryKeyConstraint("log_id", name="pk_insight_mark"),
    )
    op.create_table(
        "insight_count",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("facet", sa.Text(), nullable=False),
        sa.Column("day", TIME, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("suspicious", sa.Boolean(), nullable=False),
        sa.Column("number", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_insight_count_site_id"),
        sa.PrimaryKeyConstraint(
            "site_id",
            "facet",
            "day",
            "value",
            "action",
            "late",
            "suspicious",
            name="pk_insight_count",
        ),
    )
    op.create_table(
        "insight_shown",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("day", TIME, nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_insight_shown_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_insight_shown"),
    )


def downgrade() -> None:
    """Take them away: what they add up of erased records is then known to nobody."""
    for table in ("insight_shown", "insight_count", "insight_mark"):
        op.drop_table(table)
    for name in MARKS:
        op.drop_index(f"ix_consent_record_{name}", "consent_record")


def _marks() -> None:
    for name, mark in MARKS.items():
        op.create_index(
            f"ix_consent_record_{name}",
            "consent_record",
            ["site_id", "recorded_at", "id"],
            sqlite_where=sa.text(mark),
            postgresql_where=sa.text(mark),
        )
