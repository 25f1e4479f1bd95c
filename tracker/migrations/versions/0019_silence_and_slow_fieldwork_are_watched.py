"""silence and slow fieldwork are watched.

When work without an end was last confirmed and how often that is asked; how far fieldwork may lag; which chase the leader
hears of.
"""

import sqlalchemy as sa
from alembic import op


revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("chases_before_leader", sa.Integer(), server_default="3", nullable=False))
        batch_op.add_column(sa.Column("field_lag", sa.Integer(), server_default="20", nullable=False))
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ask_months", sa.Integer(), nullable=True))
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("heard_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("heard_on")
    with op.batch_alter_table("stage", schema=None) as batch_op:
        batch_op.drop_column("ask_months")
    with op.batch_alter_table("plan", schema=None) as batch_op:
        batch_op.drop_column("field_lag")
        batch_op.drop_column("chases_before_leader")
