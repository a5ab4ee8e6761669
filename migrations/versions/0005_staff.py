"""Who works here: staff members, what they may do, their logins, tokens and acts."""

import sqlalchemy as sa
from alembic import op

revision = "0005_staff"
down_revision = "0004_log_life"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
