"""What people do to a task: complete, confirm, return, withdraw, reopen, pause, resume, cancel.

Each is one transaction of the caller: leave is asked, the move is made by the table of moves, the journal line is written,
letters that lost their reason are voided, and whatever may open opens.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.errors import NotFound, Refused
from tracker.models import Plan, Publication, Task, Unit
from tracker.rules.access import Actor, refusal_to_move
from tracker.rules.states import Move, PublicationStatus, TaskStatus, status_after
from tracker.services import catalogue, journal, looks, openings, outbox, people
from tracker.services.fieldwork.closing import refusal_to_close
from tracker.services.openings import name_of_task, open_what_may_open
from tracker.services.planning import check_running, coordinator_of, get_plan
from tracker.wording import TASK_STATUS, date_short, list_names, moment, refusal


@dataclass(frozen=True)
class Outcome:
    """A move that was made: the task as it is now, and the short names of stages that opened."""

    task: Task
    opened: tuple[str, ...] = ()


def complete_task(
    session: Session, task_id: int, *, by: Actor, now: datetime, completed_on: date | None = None, note: str = ""
) -> Outcome:
    """Report a task as done on `completed_on` (today unless told). Where the stage asks for it the report waits for the
    coordinator; else the task is done and the next step opens."""
    work = _begin(session, task_id, Move.COMPLETE, by, now)
    day = completed_on or now.date()
    _check_completion_day(work.task, day, now.date())
    short = refusal_to_close(session, work.plan, work.task, note=note, by=by)
    if short is not None:
        raise short
    task = work.task
    task.status = work.after
    task.submitted_on = now.date()
    task.completed_on = day
    task.result_note = note
    task.return_reason = ""
    task.next_look_on = None
    return _finish(session, work, "báo hoàn thành", by, now, why=note)


def confirm_task(session: Session, task_id: int, *, by: Actor, now: datetime) -> Outcome:
    """Confirm what a unit reported."""
    work = _begin(session, task_id, Move.CONFIRM, by, now)
    work.task.status = work.after
    work.task.confirmed_on = now.date()
    return _finish(session, work, "xác nhận", by, now)


def confirm_tasks(session: Session, plan_id: int, task_ids: Collection[int], *, by: Actor, now: datetime) -> tuple[str, ...]:
    """Confirm reports of a plan, all or none; the short names of the stages that opened. The same few statements however
    many there are: what may open is asked once, after all of them."""
    plan = get_plan(session, plan_id, lock=True)
    wanted = select(Task).where(Task.plan_id == plan_id, Task.id.in_(task_ids)).order_by(Task.id)
    loaded = wanted.options(joinedload(Task.stage), joinedload(Task.unit)).execution_options(populate_existing=True)
    tasks = session.scalars(loaded).all()
    for task in tasks[:1]:  # who may confirm is the same for every task of a plan: no contact may, and runners may all
        _require_leave(session, plan, task, Move.CONFIRM, by)
    check_running(plan)
    for task in tasks:
        after = status_after(task.status, Move.CONFIRM, needs_confirmation=task.stage.needs_confirmation)
        if after is None:
            raise wrong_status(session, task, now, move=Move.CONFIRM)
        task.status, task.confirmed_on, task.changed_at = after, now.date(), now
        task.sequence += 1
    plan.changed_at = now
    session.flush()
    journal.record_many(session, [_line("xác nhận", task) for task in tasks], by=by, now=now)
    for stage in {task.stage: None for task in tasks}:
        of_stage = [task for task in tasks if task.stage is stage]
        outbox.void_for_tasks(session, [task.id for task in of_stage], reason=_voided(of_stage[0], now))
    return tuple(stage.short_name for stage in open_what_may_open(session, plan_id, now=now))


def return_task(session: Session, task_id: int, *, by: Actor, now: datetime, reason: str) -> Outcome:
    """Send a report back with a reason; the due date stays, reminders go on from today."""
    if not reason.strip():
        raise Refused("return_reason", "Chưa trả lại: chưa ghi lý do; nêu việc cần sửa, đơn vị nhận nguyên văn câu này.")
    work = _begin(session, task_id, Move.RETURN, by, now)
    task = work.task
    task.status = work.after
    task.return_reason = reason.strip()
    task.completed_on = task.submitted_on = task.promised_on = None
    _relay(session, work, now)
    _tell_returned(session, work, now)
    return _finish(session, work, "trả lại", by, now, why=reason.strip())


def withdraw_task(session: Session, task_id: int, *, by: Actor, now: datetime) -> Outcome:
    """Take a report back before it is confirmed."""
    work = _begin(session, task_id, Move.WITHDRAW, by, now)
    task = work.task
    task.status = work.after
    task.completed_on = task.submitted_on = task.promised_on = None
    _relay(session, work, now)
    return _finish(session, work, "rút báo cáo", by, now)


def reopen_task(session: Session, task_id: int, *, by: Actor, now: datetime, reason: str = "", agreed: bool = False) -> Outcome:
    """Open a finished task again. Later work that waited for it is locked again, what was entered there is kept; unless
    `agreed`, raises Refused with the list of what would be locked."""
    work = _begin(session, task_id, Move.REOPEN, by, now)
    _check_not_published(session, work)
    reblocked = _reblocked(session, work.task)
    if reblocked and not agreed:
        names = list_names([name_of_task(t) for t in reblocked], "việc")
        raise refusal("reopen_blocks", task=name_of_task(work.task), reblocked=names)
    task = work.task
    task.status = work.after
    task.completed_on = task.submitted_on = task.confirmed_on = task.promised_on = None
    _relay(session, work, now)
    session.flush()
    openings.relock(session, work.plan.id, reblocked, by=by, now=now)
    return _finish(session, work, "mở lại", by, now, why=reason)


def pause_task(session: Session, task_id: int, *, by: Actor, now: datetime, reason: str = "") -> Outcome:
    work = _begin(session, task_id, Move.PAUSE, by, now)
    work.task.status = work.after
    work.task.stop_reason = reason
    work.task.next_look_on = None
    return _finish(session, work, "tạm dừng", by, now, why=reason)


def resume_task(session: Session, task_id: int, *, by: Actor, now: datetime) -> Outcome:
    work = _begin(session, task_id, Move.RESUME, by, now)
    work.task.status = work.after
    work.task.stop_reason = ""
    _relay(session, work, now)
    return _finish(session, work, "tiếp tục", by, now)


def cancel_task(session: Session, task_id: int, *, by: Actor, now: datetime, reason: str = "") -> Outcome:
    """The work need not be done any more; it no longer holds a gate."""
    work = _begin(session, task_id, Move.CANCEL, by, now)
    work.task.status = work.after
    work.task.stop_reason = reason
    work.task.next_look_on = None
    return _finish(session, work, "hủy", by, now, why=reason)


def refusal_to(session: Session, task_id: int, move: Move, *, by: Actor, now: datetime) -> Refused | None:
    """Why this move would be refused now, or None: what the greyed button says. Locks nothing, writes nothing."""
    try:
        work = _begin(session, task_id, move, by, now, lock=False)
    except Refused as refused:
        return refused
    return refusal_to_close(session, work.plan, work.task, note=None, by=by) if move is Move.COMPLETE else None


def reblocked_by_reopening(session: Session, task_id: int) -> list[str]:
    """Names of the tasks that reopening this one would lock again: what the page lists before it asks."""
    return [name_of_task(t) for t in _reblocked(session, _load(session, task_id))]


@dataclass(frozen=True)
class _Work:
    task: Task
    plan: Plan
    after: TaskStatus


def load_task(session: Session, task_id: int, *, lock: bool = False) -> tuple[Plan, Task]:
    """A task and its plan, whose row is locked first; raises NotFound."""
    plan_id = session.scalar(select(Task.plan_id).where(Task.id == task_id))
    if plan_id is None:
        raise NotFound(f"task {task_id}")
    return get_plan(session, plan_id, lock=lock), _load(session, task_id)


def _load(session: Session, task_id: int) -> Task:
    task = session.execute(
        select(Task)
        .where(Task.id == task_id)
        .options(joinedload(Task.stage), joinedload(Task.unit))
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if task is None:
        raise NotFound(f"task {task_id}")
    return task


def _begin(session: Session, task_id: int, move: Move, by: Actor, now: datetime, *, lock: bool = True) -> _Work:
    """Lock the plan, load the task, ask for leave and for the table of moves. The plan's row is locked first, so that two
    units that finish at once cannot both see the other as missing."""
    plan, task = load_task(session, task_id, lock=lock)
    _require_leave(session, plan, task, move, by)
    check_running(plan)
    after = status_after(task.status, move, needs_confirmation=task.stage.needs_confirmation)
    if after is None:
        raise wrong_status(session, task, now, move=move)
    return _Work(task, plan, after)


def _require_leave(session: Session, plan: Plan, task: Task, move: Move, by: Actor) -> None:
    refused = refusal_to_move(
        by,
        move,
        office_id=plan.office_id,
        unit_id=task.unit_id,
        unit_name=task.unit.name if task.unit else plan.place or "cơ quan chủ trì",
        own_unit_name=_own_unit_name(session, by),
        coordinator=coordinator_of(session, plan),
    )
    if refused:
        raise Refused(*refused)


def _line(verb: str, task: Task, why: str = "") -> journal.Line:
    completed_on = task.completed_on.isoformat() if task.completed_on else None
    details = {"status": task.status.value, "completed_on": completed_on}
    return journal.Line(verb, name_of_task(task), why=why, plan_id=task.plan_id, task_id=task.id, details=details)


def _finish(session: Session, work: _Work, verb: str, by: Actor, now: datetime, *, why: str = "") -> Outcome:
    task = work.task
    task.changed_at = now
    task.sequence += 1
    work.plan.changed_at = now
    session.flush()
    journal.record(session, _line(verb, task, why), by=by, now=now)
    opened: tuple[str, ...] = ()
    if task.status is not TaskStatus.IN_PROGRESS:
        outbox.void_for_task(session, task.id, reason=_voided(task, now))
    if task.status in (TaskStatus.DONE, TaskStatus.CANCELLED):
        stages = open_what_may_open(session, work.plan.id, now=now, after_stage_id=task.stage_id, unit_id=task.unit_id)
        opened = tuple(s.short_name for s in stages)
    return Outcome(_load(session, task.id), opened)


def _voided(task: Task, now: datetime) -> str:
    word = TASK_STATUS[task.status].word.lower()
    return f"Thư không gửi nữa vì “{task.stage.short_name}” đã chuyển sang {word} ngày {date_short(now.date())}."


def wrong_status(session: Session, task: Task, now: datetime, *, move: Move | None = None) -> Refused:
    """Why nothing is done to a task in the status that it has."""
    if task.status is TaskStatus.NOT_OPEN:
        state = openings.gate_of_task(session, task, today=now.date())
        if state.blocked:
            return Refused(state.blocked[0].key, state.sentence)
    unit_name = task.unit.name if task.unit else "cơ quan chủ trì"
    if task.status is TaskStatus.DONE:
        done_on = date_short(task.completed_on or now.date())
        return refusal("already_done", task=f"“{task.stage.short_name}”", unit=unit_name, completed_on=done_on)
    if task.status is TaskStatus.CANCELLED:
        coordinator = coordinator_of(session, get_plan(session, task.plan_id)).name
        reason = task.stop_reason or "không ghi lý do"
        return refusal("task_cancelled", date=date_short(task.changed_at.date()), reason=reason, coordinator=coordinator)
    if task.status is TaskStatus.SUBMITTED and move is Move.COMPLETE:
        coordinator = coordinator_of(session, get_plan(session, task.plan_id)).name
        return refusal("awaiting_confirmation", task=f"“{task.stage.short_name}”", coordinator=coordinator)
    return refusal(
        "status_moved",
        task=f"“{task.stage.short_name}”",
        status=TASK_STATUS[task.status].word,
        time=moment(task.changed_at),
    )


def _check_completion_day(task: Task, day: date, today: date) -> None:
    if day > today:
        raise refusal("completed_in_future", completed_on=date_short(day))
    earliest = min((d for d in (task.start_on, task.opened_on) if d), default=None)
    if task.start_on and earliest and day < earliest:
        raise refusal("completed_before_start", completed_on=date_short(day), start_on=date_short(task.start_on))


def _relay(session: Session, work: _Work, now: datetime) -> None:
    """Lay the task's ladder anew from today: what passed meanwhile is not made up for."""
    calendar = catalogue.calendars(session).of(work.task.unit_id)
    looks.lay(session, work.plan, work.task, from_day=now.date(), calendar=calendar)


def _reblocked(session: Session, task: Task) -> list[Task]:
    """Open tasks whose gate would no longer hold if this one were open."""
    return openings.blocked_again(session, task.plan_id, after=task.stage.position, as_if_open={task.id})


def _check_not_published(session: Session, work: _Work) -> None:
    """What is published is corrected by a new version; the work behind it is not taken up again under it."""
    query = select(Publication.published_at).where(
        Publication.plan_id == work.plan.id, Publication.status == PublicationStatus.PUBLISHED
    )
    published_at = session.scalar(query.order_by(Publication.version_no.desc()).limit(1))
    if published_at is not None:
        raise refusal("reopen_published", date=date_short(published_at.date()))


def _tell_returned(session: Session, work: _Work, now: datetime) -> None:
    task = work.task
    who = people.directory(session, plan_ids=[work.plan.id], unit_ids=[task.unit_id], day=now.date())
    not_before = openings.letter_time(catalogue.work_calendar(session), now)
    for person in who.told_of_opening(plan_id=work.plan.id, unit_id=task.unit_id):
        outbox.enqueue(
            session,
            kind="task_returned",
            key=f"task_returned:task-{task.id}:{task.sequence + 1}:{person.key}",
            person=person.key,
            to_name=person.name,
            to_email=person.email,
            facts={"task_id": task.id, "task_ids": [task.id], "reason": task.return_reason},
            day=not_before.date(),
            now=now,
            plan_id=work.plan.id,
            not_before=not_before,
            held=work.plan.letters_released_at is None,
        )


def _own_unit_name(session: Session, by: Actor) -> str:
    if not by.is_contact or not by.unit_ids:
        return "cơ quan này"
    return session.scalar(select(Unit.name).where(Unit.id.in_(by.unit_ids)).order_by(Unit.id).limit(1)) or "đơn vị khác"
