"""groups of units have their own week.

Groups that are there keep the office's week.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "group_day",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_off", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["unit_group.id"], name=op.f("fk_group_day_group_id_unit_group"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "day", name=op.f("pk_group_day")),
    )
    with op.batch_alter_table("unit_group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("works_on", sa.String(length=7), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("unit_group", schema=None) as batch_op:
        batch_op.drop_column("works_on")
    op.drop_table("group_day")
