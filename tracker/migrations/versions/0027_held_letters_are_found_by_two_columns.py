"""The index of held letters names the status too: SQLite took it or another index of the plan's letters, by chance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

HELD = sa.text("status = 'held'")


def upgrade() -> None:
    op.drop_index("ix_outbox_message_held", "outbox_message")
    op.create_index("ix_outbox_message_held", "outbox_message", ["plan_id", "status"], sqlite_where=HELD, postgresql_where=HELD)


def downgrade() -> None:
    op.drop_index("ix_outbox_message_held", "outbox_message")
    op.create_index("ix_outbox_message_held", "outbox_message", ["plan_id"], sqlite_where=HELD, postgresql_where=HELD)
