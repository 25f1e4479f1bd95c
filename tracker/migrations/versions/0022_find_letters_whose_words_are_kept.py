"""find letters whose words are kept.

The night forgets old ones (KEEP_LETTERS_DAYS); it read every letter ever sent.
"""

import sqlalchemy as sa
from alembic import op


revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_message_words",
            ["day"],
            unique=False,
            sqlite_where=sa.text("body_text != ''"),
            postgresql_where=sa.text("body_text != ''"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_words")
