"""What leaves in the background: exports, their progress, their schedules."""

import sqlalchemy as sa
from alembic import op

revision = "0007_exports"
down_revision = "0006_insights"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
