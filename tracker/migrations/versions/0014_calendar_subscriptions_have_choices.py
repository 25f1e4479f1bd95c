"""calendar subscriptions have a label and choices.

Those made before go on as they are: every dated task, no alarm.
"""

import sqlalchemy as sa
from alembic import op


revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("feed_token", schema=None) as batch_op:
        batch_op.add_column(sa.Column("label", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("choices", sa.JSON(), server_default="{}", nullable=False))
        batch_op.create_index("ix_feed_token_subject", ["scope", "subject_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("feed_token", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_token_subject")
        batch_op.drop_column("choices")
        batch_op.drop_column("label")
