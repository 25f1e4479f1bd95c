"""The plan's page counts its tasks from an index alone."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["plan_id", "stage_id", "status", "due_on", "completed_on", "original_due_on", "unit_id", "round"]
    op.create_index("ix_task_kinds", "task", columns)


def downgrade() -> None:
    op.drop_index("ix_task_kinds", "task")
