"""Chases that went are counted in an index of those alone, for reports of progress."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

CHASES = sa.text("status = 'sent' AND substr(rung, 1, 4) IN ('chas', 'due+')")


def upgrade() -> None:
    columns = ["task_id", "due_on", "rung", "day", "status"]
    op.create_index("ix_notice_chases", "notice", columns, sqlite_where=CHASES, postgresql_where=CHASES)


def downgrade() -> None:
    op.drop_index("ix_notice_chases", "notice")
