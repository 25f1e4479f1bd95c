"""lines of the ledger name their file.

Counts of an online survey come in files; each line keeps which, and the file is kept as evidence.
"""

import sqlalchemy as sa
from alembic import op


revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_FILE = "fk_ledger_line_file_id_stored_file"


def upgrade() -> None:
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(_FILE, "stored_file", ["file_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.drop_constraint(_FILE, type_="foreignkey")
        batch_op.drop_column("file_id")
