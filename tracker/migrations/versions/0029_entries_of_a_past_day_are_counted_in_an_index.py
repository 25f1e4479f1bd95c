"""Entries up to the end of a day are counted from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_entry_plan", "entry")
    op.create_index("ix_entry_plan", "entry", ["plan_id", "turn", "unit_id", "at"])


def downgrade() -> None:
    op.drop_index("ix_entry_plan", "entry")
    op.create_index("ix_entry_plan", "entry", ["plan_id", "turn", "unit_id"])
