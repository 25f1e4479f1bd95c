"""How many letters of a plan are held is counted in an index of those alone: every page of a coordinator asks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

HELD = sa.text("status = 'held'")


def upgrade() -> None:
    op.create_index("ix_outbox_message_held", "outbox_message", ["plan_id"], sqlite_where=HELD, postgresql_where=HELD)


def downgrade() -> None:
    op.drop_index("ix_outbox_message_held", "outbox_message")
