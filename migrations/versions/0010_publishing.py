"""How publishing is guarded: reasons, schedules, pictures, whom to ask again."""

import sqlalchemy as sa
from alembic import op

revision = "0010_publishing"
down_revision = "0009_rights"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; what was published before had no reason and asked nobody again."""
    for column in (
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("overridden", sa.JSON(), nullable=False, server_default="{}"),
        sa.Column("ask_again", sa.Text(), nullable=False, server_default="nobody"),
        sa.Column("asks", sa.JSON(), nullable=False, server_default="{}"),
    ):
        op.add_column("notice_version", column)
    op.create_table(
        "notice_schedule",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("publish_at", TIME, nullable=False),
        sa.Column("draft_digest", sa.Text(), nullable=False),
        sa.Column("public_url", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("ask_again", sa.Text(), nullable=False),
        sa.Column("overrides", sa.JSON(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_notice_schedule_site_id"),
        sa.PrimaryKeyConstraint("site_id", name="pk_notice_schedule"),
    )
    _of_version(
        "notice_portrait",
        ["site_id", "version"],
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("measured", sa.JSON(), nullable=False),
    )
    _of_version(
        "notice_picture",
        ["site_id", "version", "device"],
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
    )


def _of_version(table: str, key: list[str], *columns: sa.Column) -> None:
    op.create_table(
        table,
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *columns,
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id", "version"],
            ["notice_version.site_id", "notice_version.version"],
            name=f"fk_{table}_site_id",
        ),
        sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
    )


def downgrade() -> None:
    """Take them away; the versions themselves stay."""
    for table in ("notice_picture", "notice_portrait", "notice_schedule"):
        op.drop_table(table)
    for column in ("asks", "ask_again", "overridden", "actor", "reason"):
        op.drop_column("notice_version", column)
