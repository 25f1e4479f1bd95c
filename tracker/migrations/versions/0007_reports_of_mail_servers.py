"""reports of mail servers about letters that did not arrive."""

import sqlalchemy as sa
from alembic import op


revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bounce_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["outbox_message.id"], name=op.f("fk_bounce_report_letter_id_outbox_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounce_report")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bounce_report_fingerprint")),
    )
    with op.batch_alter_table("bounce_report", schema=None) as batch_op:
        batch_op.create_index("ix_bounce_report_letter", ["letter_id"], unique=False)

    op.create_table(
        "mailbox_place",
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mailbox_place")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contact_bounced",
            ["unit_id"],
            unique=False,
            sqlite_where=sa.text("bounced_on IS NOT NULL"),
            postgresql_where=sa.text("bounced_on IS NOT NULL"),
        )

    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_message_id", ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_message_id")

    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_bounced")

    op.drop_table("mailbox_place")
    with op.batch_alter_table("bounce_report", schema=None) as batch_op:
        batch_op.drop_index("ix_bounce_report_letter")

    op.drop_table("bounce_report")
