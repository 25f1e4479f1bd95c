"""A copy in memory of one plan and all that its work asks for: what a rehearsal on a page runs on. The original is only read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import ColumnElement, Table, create_engine, event, insert, or_, select, true
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from tracker.db import prepare_engine
from tracker.models import Base, BounceReport, CalendarDay, Office, OutboxMessage, Plan, PlanDraft
from tracker.rules.states import LetterStatus

#: What happened, who signed in, files: no rehearsal asks for these.
_LEFT_OUT = frozenset(
    {
        "journal_entry", "journal_head", "sign_in_attempt", "lease", "job_run", "job_look", "feed_token", "mailbox_place",
        "publication_file", "plan_template_row", BounceReport.__tablename__,
    }
)  # fmt: skip
_WAITING = (LetterStatus.HELD, LetterStatus.QUEUED, LetterStatus.FAILED)
_ROWS_AT_ONCE = 1_000


@contextmanager
def copy_in_memory(
    source: Session, office_id: int, *, plan_id: int | None = None, draft_id: int | None = None
) -> Iterator[Session]:
    """The office with one plan, or with one draft, in a database of its own that ends with the block."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    prepare_engine(engine)

    @event.listens_for(engine, "connect")
    def _take_rows_whose_parents_stay_behind(connection: object, _record: object) -> None:
        connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[attr-defined]

    Base.metadata.create_all(engine)
    try:
        with Session(engine, expire_on_commit=False) as copy:
            for table, condition in _scopes(office_id, plan_id, draft_id).items():
                result = source.execute(select(table).where(condition))
                for rows in result.mappings().partitions(_ROWS_AT_ONCE):
                    copy.execute(insert(table), [dict(row) for row in rows])
            copy.commit()
            yield copy
    finally:
        engine.dispose()


def _scopes(office_id: int, plan_id: int | None, draft_id: int | None) -> dict[Table, ColumnElement[bool]]:
    """table -> which of its rows; a row is taken when all that it belongs to is taken."""
    own = {
        Office.__table__: Office.id == office_id,
        Plan.__table__: Plan.id == (plan_id or 0),
        PlanDraft.__table__: PlanDraft.id == (draft_id or 0),
        OutboxMessage.__table__: (OutboxMessage.plan_id == (plan_id or 0)) & OutboxMessage.status.in_(_WAITING),
        CalendarDay.__table__: true(),
    }
    found: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in _LEFT_OUT:
            continue
        conditions = [own[table]] if table in own else []
        for key in table.foreign_keys:
            parent = key.column.table
            if parent is not table and parent in found and parent.name != PlanDraft.__tablename__:
                conditions.append(or_(key.parent.is_(None), key.parent.in_(select(key.column).where(found[parent]))))
        if conditions:
            condition = conditions[0]
            for more in conditions[1:]:
                condition = condition & more
            found[table] = condition
    return found
