"""find rungs that nobody holds.

The morning asks for those of which no coordinator has heard; they are few among all notices.
"""

import sqlalchemy as sa
from alembic import op


revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_notice_untold",
            ["message_id", "day"],
            unique=False,
            sqlite_where=sa.text("status = 'empty'"),
            postgresql_where=sa.text("status = 'empty'"),
        )


def downgrade() -> None:
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index("ix_notice_untold")
