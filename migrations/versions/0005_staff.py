"""Who works here: staff members, what they may do, their logins, tokens and acts."""

import sqlalchemy as sa
from alembic import op

revision = "0005_staff"
down_revision = "0004_log_life"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them; nobody has a login until `consent init` makes the first one."""
    _make_people()
    _make_ways_in()
    op.create_table(
        "staff_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=True),
        sa.Column("entry_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_staff_event_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_event"),
    )
    op.create_index("ix_staff_event_at", "staff_event", ["at", "id"])
    op.create_index("ix_staff_event_actor", "staff_event", ["actor", "id"])
    op.create_index("ix_staff_event_site_id", "staff_event", ["site_id", "id"])


def downgrade() -> None:
    """Take them away; what staff did stays in the log."""
    for table in (
        "staff_event", "api_token", "staff_attempt", "staff_link", "staff_login", "staff_grant",
        "staff_member",
    ):  # fmt: skip
        op.drop_table(table)


def _make_people() -> None:
    op.create_table(
        "staff_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_password_once", sa.Boolean(), nullable=False),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("disabled_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_staff_member"),
        sa.UniqueConstraint("email", name="uq_staff_member_email"),
        sa.UniqueConstraint("key", name="uq_staff_member_key"),
        sa.UniqueConstraint("oidc_subject", name="uq_staff_member_oidc_subject"),
    )
    op.create_table(
        "staff_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name="fk_staff_grant_member_id"
        ),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_staff_grant_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_grant"),
    )
    op.create_index("ix_staff_grant_member_id", "staff_grant", ["member_id"])


def _make_ways_in() -> None:
    op.create_table(
        "staff_login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("is_whole", sa.Boolean(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["staff_member.id"], name="fk_staff_login_member_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_staff_login"),
        sa.UniqueConstraint("token_hash", name="uq_staff_login_token_hash"),
    )
    op.create_index("ix_staff_login_member_id", "staff_login", ["member_id"])
    op.create_table(
        "staff_link",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["staff_member.id"], name="fk_staff_link_member_id"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_staff_link"),
    )
    op.create_table(
        "staff_attempt",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_staff_attempt"),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=True),
        sa.Column("used_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_api_token_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_token"),
        sa.UniqueConstraint("key", name="uq_api_token_key"),
        sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )
