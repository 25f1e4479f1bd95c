"""Rungs that nobody holds: passed over at once, and named once in the next digest of the plan's coordinator.

A notice that is EMPTY and belongs to no letter is one of which nobody has heard yet.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tracker.models import Notice, Plan, Task
from tracker.rules.states import NoticeStatus, PlanStatus
from tracker.services import digests
from tracker.services.chasing.gathered import NOBODY, Round, TaskRow
from tracker.services.people import Directory

#: What nobody could be told for so long (no coordinator, a plan that rests) is no news any more.
NEWS_FOR = timedelta(days=31)
#: The condition of the partial index, letter for letter: SQLite uses the index only where the query repeats it.
_EMPTY = text("notice.status = 'empty'")


class Untold(NamedTuple):
    """A rung that an earlier round passed over."""

    notice_id: int
    plan_id: int


def untold(session: Session, today: date) -> list[Untold]:
    """What earlier rounds passed over and told nobody: the coordinator had his digest of the day, or one letter a week."""
    passed = session.execute(
        select(Notice.id, Notice.task_id).where(
            _EMPTY, Notice.message_id.is_(None), Notice.day >= today - NEWS_FOR, Notice.person == NOBODY
        )
    ).all()
    if not passed:
        return []
    running = (Plan.status == PlanStatus.RUNNING, Plan.letters_released_at.is_not(None))
    rows = session.execute(
        select(Task.id, Task.plan_id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.id.in_({p.task_id for p in passed}), *running)
    )
    plan_of = {row.id: row.plan_id for row in rows}
    return [Untold(p.id, plan_of[p.task_id]) for p in passed if p.task_id in plan_of]


def gather_empty(
    gathered: Round, earlier: Sequence[Untold], tasks: Sequence[TaskRow], who: Directory, already: Collection[str]
) -> None:
    """Let each coordinator's digest of today name what this round and earlier ones passed over; where today's is written it
    waits for the next."""
    by_id = {task.id: task for task in tasks}

    def letter_of(plan_id: int) -> str | None:
        person = who.coordinators.get(plan_id)
        if person is None or person.key in gathered.heard:
            return None
        letter = digests.digest_key(person, gathered.today)
        if letter in already:
            return None
        gathered.empty[person].add(plan_id)
        return letter

    for index, notice in enumerate(gathered.notices):
        task = by_id.get(notice["task_id"])
        if (notice["status"], notice["person"]) != (NoticeStatus.EMPTY, NOBODY) or task is None:
            continue
        if letter := letter_of(task.plan_id):
            gathered.carried_by[index] = letter
    for passed in earlier:
        if letter := letter_of(passed.plan_id):
            gathered.told_late[passed.notice_id] = letter
