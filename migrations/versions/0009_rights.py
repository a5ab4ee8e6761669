"""What a person may demand: requests, and the ties to a site's own customers."""

import sqlalchemy as sa
from alembic import op

revision = "0009_rights"
down_revision = "0008_webhooks"

TIME = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make them."""
    _requests()
    op.create_table(
        "subject_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_subject_key_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subject_key"),
    )
    op.create_index("ix_subject_key_site_id", "subject_key", ["site_id"])
    op.create_table(
        "subject_tie",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("person", sa.LargeBinary(), nullable=False),
        sa.Column("tied_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_subject_tie_site_id"),
        sa.PrimaryKeyConstraint("site_id", "subject_id", name="pk_subject_tie"),
    )
    op.create_index("ix_subject_tie_person", "subject_tie", ["site_id", "person"])


def _requests() -> None:
    op.create_table(
        "rights_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("extended_because", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name="fk_rights_request_site_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rights_request"),
    )
    table = "rights_request"
    op.create_index("ix_rights_request_site_id", table, ["site_id", "closed_at", "due_at", "id"])
    op.create_index("ix_rights_request_subject_id", table, ["site_id", "subject_id"])
    op.create_index("uq_rights_request_event_id", table, ["site_id", "event_id"], unique=True)
    op.create_index("uq_rights_request_reference", table, ["site_id", "reference"], unique=True)
    op.create_table(
        "rights_contact",
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rights_request.id"], name="fk_rights_contact_request_id"
        ),
        sa.PrimaryKeyConstraint("request_id", name="pk_rights_contact"),
    )
    op.create_table(
        "rights_step",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request_id"], ["rights_request.id"], name="fk_rights_step_request_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rights_step"),
    )
    op.create_index("ix_rights_step_request_id", "rights_step", ["request_id", "id"])


def downgrade() -> None:
    """Take them away."""
    for table in ("subject_tie", "subject_key", "rights_step", "rights_contact", "rights_request"):
        op.drop_table(table)
