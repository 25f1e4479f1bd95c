"""The index of contacts whose address failed holds both that are asked: beside that of all contacts it was taken by chance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BOUNCED = sa.text("bounced_on IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_contact_bounced", "contact")
    op.create_index("ix_contact_bounced", "contact", ["unit_id", "valid_to"], sqlite_where=BOUNCED, postgresql_where=BOUNCED)


def downgrade() -> None:
    op.drop_index("ix_contact_bounced", "contact")
    op.create_index("ix_contact_bounced", "contact", ["unit_id"], sqlite_where=BOUNCED, postgresql_where=BOUNCED)
