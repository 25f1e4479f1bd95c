"""letters of the sample are marked.

Those that are there belong to the sample where their plan does.
"""

import sqlalchemy as sa
from alembic import op


revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_sample", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE outbox_message SET is_sample = true WHERE plan_id IN (SELECT id FROM plan WHERE is_sample)")


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_column("is_sample")
