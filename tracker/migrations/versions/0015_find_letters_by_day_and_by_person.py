"""find letters by day and by person.

The morning's round asks what is written today and what still waits for a person; it read every letter ever sent for that.
"""

import sqlalchemy as sa
from alembic import op


revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_UNSENT = sa.text("status IN ('held', 'queued', 'failed')")


def upgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_day", ["day", "person"])
        batch_op.create_index("ix_outbox_message_unsent_person", ["person"], sqlite_where=_UNSENT, postgresql_where=_UNSENT)


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_unsent_person")
        batch_op.drop_index("ix_outbox_message_day")
