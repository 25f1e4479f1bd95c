"""papers, weekly letters and handovers.

Whoever gets letters keeps getting them daily.
"""

import sqlalchemy as sa
from alembic import op


revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paper_symbol", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("signing_lines", sa.String(length=300), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("signer_name", sa.String(length=120), nullable=False, server_default=""))
    for table in ("contact", "user"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("weekly_letters", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("position", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_handover_contact_id_contact"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_handover_unit_id_unit"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index("ix_handover_unit", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_handover_pending",
            ["contact_id"],
            unique=True,
            sqlite_where=sa.text("status = 'pending'"),
            postgresql_where=sa.text("status = 'pending'"),
        )


def downgrade() -> None:
    op.drop_table("handover")
    for table in ("user", "contact"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column("weekly_letters")
    with op.batch_alter_table("office", schema=None) as batch_op:
        batch_op.drop_column("signer_name")
        batch_op.drop_column("signing_lines")
        batch_op.drop_column("paper_symbol")
