"""What a person may demand: requests, and the ties to a site's own customers."""

import sqlalchemy as sa
from alembic import op

revision = "0009_rights"
down_revision = "0008_webhooks"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""


def downgrade() -> None:
    """Take them away."""
