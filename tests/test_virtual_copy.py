"""One plan copied into memory from either database: all that its work asks for, and nothing of others."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.builders import cast, running_plan
from tracker.models import Contact, JournalEntry, Notice, Office, OutboxMessage, Plan, Task, Unit, User
from tracker.rules.states import LetterStatus
from tracker.virtual_copy import copy_in_memory


def test_a_copy_has_the_plan_its_people_and_its_waiting_letters(session: Session) -> None:
    people, others = cast(session), cast(session, name="Phòng Văn hóa - Xã hội")
    plan, second, foreign = running_plan(session, people), running_plan(session, people), running_plan(session, others)
    letters = list(session.scalars(select(OutboxMessage).where(OutboxMessage.plan_id == plan.id).order_by(OutboxMessage.id)))
    letters[0].status = LetterStatus.SENT
    session.flush()
    with copy_in_memory(session, people.office_id, plan_id=plan.id) as copy:
        assert list(copy.scalars(select(Office.id))) == [people.office_id]
        assert list(copy.scalars(select(Plan.id))) == [plan.id]
        assert {second.id, foreign.id}.isdisjoint(copy.scalars(select(Task.plan_id)))
        assert set(copy.scalars(select(OutboxMessage.id))) == {letter.id for letter in letters[1:]}
        assert [many(copy, table) for table in (Task, Unit, Contact, User, JournalEntry)] == [
            session.scalar(select(func.count(Task.id)).where(Task.plan_id == plan.id)), 3, 3, 2, 0,
        ]  # fmt: skip
        assert many(copy, Notice) == session.scalar(
            select(func.count(Notice.id)).join(Task, Task.id == Notice.task_id).where(Task.plan_id == plan.id)
        )
        copied = copy.get_one(Plan, plan.id)
        assert (copied.ladder, copied.changed_at, copied.letters_released_at) == (
            plan.ladder, plan.changed_at, plan.letters_released_at,
        )  # fmt: skip
        copied.short_name = "đổi"
        copy.commit()
    assert session.scalar(select(Plan.short_name).where(Plan.id == plan.id)) == "Khảo sát 2021"


def many(session: Session, table: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
