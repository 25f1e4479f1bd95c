"""What the page of data entry counts lies in indexes: discarded ballots by themselves, a clerk's entries by turn, rounds alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

ROUNDS = sa.text("round > 0")


def upgrade() -> None:
    op.drop_index("ix_ballot_unit_status", "ballot")
    op.create_index("ix_ballot_status_unit", "ballot", ["plan_id", "status", "unit_id"])
    op.drop_index("ix_entry_clerk", "entry")
    op.create_index("ix_entry_clerk", "entry", ["plan_id", "by_key", "turn"])
    op.drop_index("ix_second_entry_item_clerk", "second_entry_item")
    op.create_index("ix_second_entry_item_clerk", "second_entry_item", ["plan_id", "clerk_key", "why"])
    op.create_index("ix_task_rounds", "task", ["plan_id", "unit_id"], sqlite_where=ROUNDS, postgresql_where=ROUNDS)


def downgrade() -> None:
    op.drop_index("ix_task_rounds", "task")
    op.drop_index("ix_second_entry_item_clerk", "second_entry_item")
    op.create_index("ix_second_entry_item_clerk", "second_entry_item", ["plan_id", "clerk_key"])
    op.drop_index("ix_entry_clerk", "entry")
    op.create_index("ix_entry_clerk", "entry", ["plan_id", "by_key"])
    op.drop_index("ix_ballot_status_unit", "ballot")
    op.create_index("ix_ballot_unit_status", "ballot", ["plan_id", "unit_id", "status"])
