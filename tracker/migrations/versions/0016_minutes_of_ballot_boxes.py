"""minutes of ballot boxes.

What the form of the minutes asks for; and the ledger's lines name the opening they count or correct, which may be several.
Nothing wrote to these tables before.
"""

import sqlalchemy as sa
from alembic import op


revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_FILE = "fk_box_opening_file_id_stored_file"
_LINE = "fk_box_opening_ledger_line_id_ledger_line"
_OPENING = "fk_ledger_line_opening_id_box_opening"


def upgrade() -> None:
    with op.batch_alter_table("ballot_box", schema=None) as batch_op:
        batch_op.add_column(sa.Column("next_opening_on", sa.Date(), nullable=True))
        batch_op.alter_column("sealed_on", existing_type=sa.Date(), nullable=False)
    with op.batch_alter_table("box_opening", schema=None) as batch_op:
        batch_op.drop_constraint(_LINE, type_="foreignkey")
        batch_op.drop_column("ledger_line_id")
        batch_op.add_column(sa.Column("place", sa.String(length=250), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("sealed_on", sa.Date(), nullable=False, server_default="2000-01-01"))
        batch_op.add_column(sa.Column("lock_whole", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("numbers", sa.String(length=250), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("bag_number", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("receiver", sa.String(length=250), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("remarks", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("count_once", sa.String(length=64), nullable=False, server_default=""))
        batch_op.create_foreign_key(_FILE, "stored_file", ["file_id"], ["id"])
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opening_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(_OPENING, "box_opening", ["opening_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("ledger_line", schema=None) as batch_op:
        batch_op.drop_constraint(_OPENING, type_="foreignkey")
        batch_op.drop_column("opening_id")
    with op.batch_alter_table("box_opening", schema=None) as batch_op:
        batch_op.drop_constraint(_FILE, type_="foreignkey")
        for name in ("count_once", "file_id", "remarks", "receiver", "bag_number", "numbers", "lock_whole", "sealed_on", "place"):
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("ledger_line_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(_LINE, "ledger_line", ["ledger_line_id"], ["id"])
    with op.batch_alter_table("ballot_box", schema=None) as batch_op:
        batch_op.alter_column("sealed_on", existing_type=sa.Date(), nullable=True)
        batch_op.drop_column("next_opening_on")
