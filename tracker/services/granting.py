"""Gia hạn cho nhiều đơn vị: the coordinator gives units of one stage a later due date without being asked one by one.

Kept and told as an approved question is: the plan's own date stays on the task, a new ladder is laid, letters that named
the old date are taken back. A question that waits for an answer gets it with this date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.errors import Refused
from tracker.models import Extension, Plan, Stage, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.effects import Effect
from tracker.rules.schedule import aims
from tracker.rules.states import ExtensionStatus, TaskStatus
from tracker.services import catalogue, date_changes, extensions, journal, looks, outbox, people, planning
from tracker.wording import date_short, refusal

#: Work of which the due date can be put off.
OPEN = (TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS)


@dataclass(frozen=True)
class Grant:
    """What a later due date for some units does; nothing is written."""

    position: int
    label: str
    new_due_on: date
    moved: tuple[tuple[str, date], ...]  #: (unit, its due date until now)
    kept: tuple[str, ...]  #: units whose due date is no earlier already
    answered: int  #: questions of units that wait, and are answered by this
    told: int  #: people who get a letter
    effects: tuple[Effect, ...]  #: on later stages


def propose(
    session: Session, plan_id: int, position: int, unit_ids: Collection[int], new_due_on: date, *, by: Actor, today: date
) -> Grant:
    """What the date would do. Raises Refused when it is later for none of the units, the plan does not run, or `by` may not."""
    plan = planning.get_plan(session, plan_id)
    _require_may_grant(session, plan, by)
    stage = date_changes.stage_of(session, plan_id, position)
    moved, kept = _tasks(session, stage, unit_ids, new_due_on)
    return Grant(
        position,
        stage.short_name,
        new_due_on,
        tuple((_unit(task), _due(task)) for task in moved),
        tuple(_unit(task) for task in kept),
        len(_questions(session, plan, moved)),
        len({person for told in _told(session, plan, moved, today).values() for person in told}),
        tuple(extensions.effects(session, moved[0], new_due_on)),
    )


def apply(
    session: Session,
    plan_id: int,
    position: int,
    unit_ids: Collection[int],
    new_due_on: date,
    *,
    reason: str,
    document: str = "",
    by: Actor,
    now: datetime,
) -> Grant:
    """Put the date off. Raises Refused as `propose`, and without a reason."""
    plan = planning.get_plan(session, plan_id, lock=True)
    grant = propose(session, plan_id, position, unit_ids, new_due_on, by=by, today=now.date())
    if not reason.strip():
        raise refusal("extension_reason")
    stage = date_changes.stage_of(session, plan_id, position)
    moved, _kept = _tasks(session, stage, unit_ids, new_due_on)
    _keep(session, plan, moved, new_due_on, reason.strip(), document.strip(), by, now)
    told = _told(session, plan, moved, now.date())
    sentence = f"Thư không gửi nữa vì hạn đã chuyển sang {date_short(new_due_on)}."
    outbox.void_for_tasks(session, [task.id for task in moved], reason=sentence)
    lines = [
        journal.Line(
            "gia hạn",
            f"“{stage.short_name}” của {_unit(task)} từ {date_short(_due(task))} sang {date_short(new_due_on)}",
            why=reason.strip().rstrip(". "),
            plan_id=plan.id,
            task_id=task.id,
        )
        for task in moved
    ]
    _move(session, plan, moved, new_due_on, now)
    journal.record_many(session, lines, by=by, now=now)
    for old_due_on, of_people in told.items():
        date_changes.tell(session, plan, stage, of_people, old_due_on, reason, now)
    return grant


def _move(session: Session, plan: Plan, moved: Sequence[Task], new_due_on: date, now: datetime) -> None:
    calendars = catalogue.calendars(session)
    aim_of = aims(calendars)
    known = looks.ladders(session, [plan.id])
    tomorrow = now.date() + timedelta(days=1)  # the letter of the new date is what is said today
    for task in moved:
        task.due_on, task.promised_on = new_due_on, None
        task.aim_on = aim_of(task.start_on, new_due_on, task.unit_id)
        if task.status is TaskStatus.IN_PROGRESS:
            looks.lay(session, plan, task, from_day=tomorrow, calendar=calendars.of(task.unit_id), known=known)
        task.changed_at = now
        task.sequence += 1
    plan.changed_at = now
    session.flush()


def _keep(
    session: Session, plan: Plan, moved: Sequence[Task], new_due_on: date, reason: str, document: str, by: Actor, now: datetime
) -> None:
    """One approved extension a task: the question that waited, or one of the coordinator's own."""
    waiting = _questions(session, plan, moved)
    for task in moved:
        kept = waiting.get(task.id)
        if kept is None:
            kept = Extension(plan_id=plan.id, task_id=task.id, asked_by=by.name, asked_by_key=by.key, asked_at=now)
            kept.old_due_on, kept.reason, kept.document = _due(task), reason, document
            session.add(kept)
        else:
            kept.note, kept.decision_document = reason, document
        kept.status, kept.new_due_on = ExtensionStatus.APPROVED, new_due_on
        kept.decided_by, kept.decided_at = by.name, now


def _tasks(session: Session, stage: Stage, unit_ids: Collection[int], new_due_on: date) -> tuple[list[Task], list[Task]]:
    """The open work that gets the date, and what has one no earlier already."""
    query = select(Task).where(Task.stage_id == stage.id, Task.status.in_(OPEN), Task.due_on.is_not(None))
    wanted = frozenset(unit_ids)
    found = session.scalars(query.options(joinedload(Task.unit)).order_by(Task.id)).all()
    tasks = [task for task in found if task.unit_id in wanted]
    moved = [task for task in tasks if _due(task) < new_due_on]
    if not tasks:
        raise Refused("extension_status", "Các đơn vị đã chọn không có việc nào đang làm hoặc chưa mở ở giai đoạn này.")
    if not moved:
        latest = max(_due(task) for task in tasks)
        raise refusal("extension_not_later", new_due_on=date_short(new_due_on), due_on=date_short(latest))
    return moved, [task for task in tasks if _due(task) >= new_due_on]


def _questions(session: Session, plan: Plan, moved: Sequence[Task]) -> dict[int, Extension]:
    """The questions that wait about these tasks."""
    ids = {task.id for task in moved}
    waiting = select(Extension).where(Extension.plan_id == plan.id, Extension.status == ExtensionStatus.PENDING)
    return {question.task_id: question for question in session.scalars(waiting) if question.task_id in ids}


def _told(session: Session, plan: Plan, moved: Sequence[Task], today: date) -> dict[date, dict[people.Person, list[int]]]:
    """Who hears of it, and of which tasks, by the date that held until now; nobody before the plan's first letters are out."""
    if plan.letters_released_at is None:
        return {}
    who = people.directory(session, plan_ids=[plan.id], unit_ids={task.unit_id for task in moved}, day=today)
    told: defaultdict[date, dict[people.Person, list[int]]] = defaultdict(dict)
    for task in moved:
        for person in who.contacts.get(task.unit_id or 0, ()):
            told[_due(task)].setdefault(person, []).append(task.id)
    return told


def _require_may_grant(session: Session, plan: Plan, by: Actor) -> None:
    coordinator = planning.coordinator_of(session, plan)
    refused = refusal_to_run(by, "gia hạn", office_id=plan.office_id, coordinator=coordinator)
    if refused:
        raise Refused(*refused)
    planning.check_running(plan)


def _unit(task: Task) -> str:
    return task.unit.name if task.unit else ""


def _due(task: Task) -> date:
    assert task.due_on is not None  # selected so
    return task.due_on
