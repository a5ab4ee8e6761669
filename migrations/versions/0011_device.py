"""Banners shown are counted by the class of device as well."""

import sqlalchemy as sa
from alembic import op

revision = "0011_device"
down_revision = "0010_publishing"


def upgrade() -> None:
    """Make room; of those that wait to be counted nobody knows it."""
    column = sa.Column("device", sa.Text(), nullable=False, server_default="unknown")
    op.add_column("insight_shown", column)


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("insight_shown", "device")
