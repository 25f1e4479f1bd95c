"""journal lines are never altered.

The law forbids changing or falsifying the record; the database itself refuses it, whatever the program does.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SENTENCE = "journal lines are never altered or removed"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER journal_entry_rows BEFORE UPDATE OR DELETE ON journal_entry "
            "FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()"
        )
        op.execute(
            "CREATE TRIGGER journal_entry_all BEFORE TRUNCATE ON journal_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()"
        )
    else:
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_entry_{what.lower()} BEFORE {what} ON journal_entry "
                f"BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
            )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER journal_entry_all ON journal_entry")
        op.execute("DROP TRIGGER journal_entry_rows ON journal_entry")
        op.execute("DROP FUNCTION refuse_journal_change()")
    else:
        for what in ("update", "delete"):
            op.execute(f"DROP TRIGGER journal_entry_{what}")
