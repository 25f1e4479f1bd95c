"""A report and the lists of plans count their tasks from the index of kinds too: it holds every day that a task is judged by."""

from __future__ import annotations

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = ["plan_id", "stage_id", "status", "due_on", "completed_on", "original_due_on"]


def upgrade() -> None:
    op.drop_index("ix_task_kinds", "task")
    op.create_index("ix_task_kinds", "task", [*BEFORE, "aim_on", "opened_on", "submitted_on", "start_on", "unit_id", "round"])


def downgrade() -> None:
    op.drop_index("ix_task_kinds", "task")
    op.create_index("ix_task_kinds", "task", [*BEFORE, "unit_id", "round"])
