"""The background jobs' last runs, so that the service can tell when its worker is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0002_job_runs"
down_revision = "0001_first_tables"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")


def upgrade() -> None:
    """Make the table; the worker fills it."""
    op.create_table(
        "job_run",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("ran_at", TIME, nullable=False),
        sa.Column("succeeded_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_job_run"),
    )


def downgrade() -> None:
    """Drop it: nothing in it is needed by anybody but a monitor."""
    op.drop_table("job_run")
