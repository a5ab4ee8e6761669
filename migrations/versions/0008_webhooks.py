"""Who is told at once: addresses, messages, deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0008_webhooks"
down_revision = "0007_exports"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
