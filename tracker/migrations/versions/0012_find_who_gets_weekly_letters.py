"""find who gets weekly letters.

The morning asks for them; they are few among all contacts.
"""

import sqlalchemy as sa
from alembic import op


revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_contact_weekly",
            ["unit_id"],
            unique=False,
            sqlite_where=sa.text("weekly_letters"),
            postgresql_where=sa.text("weekly_letters"),
        )


def downgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_weekly")
