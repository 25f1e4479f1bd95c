"""Letters are counted in indexes: those of a plan by status (held ones too), day and kind, those of no plan by person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OF_NONE = sa.text("plan_id IS NULL")
HELD = sa.text("status = 'held'")


def upgrade() -> None:
    op.drop_index("ix_outbox_message_held", "outbox_message")
    op.create_index("ix_outbox_message_sums", "outbox_message", ["plan_id", "status", "day", "kind", "sent_at"])
    op.create_index(
        "ix_outbox_message_of_none",
        "outbox_message",
        ["plan_id", "person", "status", "kind"],
        sqlite_where=OF_NONE,
        postgresql_where=OF_NONE,
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_message_of_none", "outbox_message")
    op.drop_index("ix_outbox_message_sums", "outbox_message")
    op.create_index(
        "ix_outbox_message_held", "outbox_message", ["plan_id", "status"], sqlite_where=HELD, postgresql_where=HELD
    )
