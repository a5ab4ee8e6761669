"""How publishing is guarded: reasons, schedules, pictures, whom to ask again."""

import sqlalchemy as sa
from alembic import op

revision = "0010_publishing"
down_revision = "0009_rights"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
