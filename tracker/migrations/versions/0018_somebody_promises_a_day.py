"""somebody promises a day: until then the task's ladder rests."""

import sqlalchemy as sa
from alembic import op


revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("promised_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("promised_step", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("promised_by", sa.String(length=120), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_column("promised_by")
        batch_op.drop_column("promised_step")
        batch_op.drop_column("promised_on")
