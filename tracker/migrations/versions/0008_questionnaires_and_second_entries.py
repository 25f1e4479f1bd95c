"""questionnaires that an office takes in, and which ballots are keyed a second time."""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=300), nullable=False),
        sa.Column("by_name", sa.String(length=120), nullable=False),
        sa.Column("by_key", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["office.id"], name=op.f("fk_questionnaire_office_id_office"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questionnaire")),
        sa.UniqueConstraint("office_id", "code", "version", name=op.f("uq_questionnaire_office_id_code_version")),
    )
    op.create_table(
        "second_entry_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("clerk_key", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("planned_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ballot_id"], ["ballot.id"], name=op.f("fk_second_entry_item_ballot_id_ballot"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plan.id"], name=op.f("fk_second_entry_item_plan_id_plan"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_second_entry_item_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_entry_item")),
        sa.UniqueConstraint("ballot_id", name=op.f("uq_second_entry_item_ballot_id")),
    )
    with op.batch_alter_table("second_entry_item", schema=None) as batch_op:
        batch_op.create_index("ix_second_entry_item_unit", ["plan_id", "unit_id"], unique=False)
        batch_op.create_index("ix_second_entry_item_clerk", ["plan_id", "clerk_key"], unique=False)
    with op.batch_alter_table("entry_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paperless", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("entry_import", schema=None) as batch_op:
        batch_op.drop_column("paperless")
    with op.batch_alter_table("second_entry_item", schema=None) as batch_op:
        batch_op.drop_index("ix_second_entry_item_clerk")
        batch_op.drop_index("ix_second_entry_item_unit")
    op.drop_table("second_entry_item")
    op.drop_table("questionnaire")
