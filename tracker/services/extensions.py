"""Gia hạn: a unit asks for more time, the coordinator sees what it does to later steps and decides.

The plan's own date stays on the task (`original_due_on`); an approved date lays a new ladder, since rungs are remembered
by due date, and letters that named the old date are taken back.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Extension, Plan, Stage, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.effects import Effect, WaitingStage, effects_of
from tracker.rules.schedule import aim_day
from tracker.rules.states import ExtensionStatus, PlanStatus, TaskStatus
from tracker.services import catalogue, gate_facts, journal, looks, openings, outbox, people
from tracker.services.planning import coordinator_of
from tracker.services.progress import load_task
from tracker.wording import date_short, refusal


def request_extension(
    session: Session, task_id: int, *, by: Actor, now: datetime, new_due_on: date, reason: str, document: str = ""
) -> Extension:
    """Ask for a later due date. Raises Refused when the date is not later, no reason is given, another question waits, or
    the task is not `by`'s or not under way."""
    plan, task = load_task(session, task_id, lock=True)
    due_on = _require_may_ask(session, plan, task, by)
    if new_due_on <= due_on:
        raise refusal("extension_not_later", new_due_on=date_short(new_due_on), due_on=date_short(due_on))
    if not reason.strip():
        raise refusal("extension_reason")
    waiting = pending_of(session, task_id)
    if waiting is not None:
        raise refusal("extension_pending", date=date_short(waiting.asked_at.date()))
    extension = Extension(
        plan_id=plan.id,
        task_id=task.id,
        asked_by=by.name,
        asked_by_key=by.key,
        asked_at=now,
        old_due_on=due_on,
        new_due_on=new_due_on,
        reason=reason.strip(),
        document=document.strip(),
    )
    session.add(extension)
    try:
        session.flush()
    except IntegrityError:  # somebody else asked a moment ago
        raise refusal("extension_pending", date=date_short(now.date())) from None
    _touch(plan, task, now)
    _record(session, plan, task, "đề nghị gia hạn", f"đến {date_short(new_due_on)}", reason.strip(), by, now)
    _tell_coordinator(session, plan, extension, now)
    return extension


def refusal_to_ask(session: Session, task_id: int, *, by: Actor) -> Refused | None:
    """Why `by` may not ask for more time for this task at all, whatever date and reason; None when the form may be shown."""
    plan, task = load_task(session, task_id)
    try:
        _require_may_ask(session, plan, task, by)
    except Refused as refused:
        return refused
    return None


def withdraw_extension(session: Session, extension_id: int, *, by: Actor, now: datetime) -> Extension:
    """Take the question back before it is decided."""
    extension, plan, task = _pending(session, extension_id)
    _require_asker(session, plan, task, by)
    extension.status = ExtensionStatus.WITHDRAWN
    extension.decided_at = now
    extension.decided_by = by.name
    _touch(plan, task, now)
    _record(session, plan, task, "rút đề nghị gia hạn", f"đến {date_short(extension.new_due_on)}", "", by, now)
    return extension


def approve_extension(
    session: Session,
    extension_id: int,
    *,
    by: Actor,
    now: datetime,
    new_due_on: date | None = None,
    note: str = "",
    decision_document: str = "",
) -> Extension:
    """Grant the asked (or another later) date: the task's due date moves, its ladder is laid anew, its feeds follow."""
    extension, plan, task = _pending(session, extension_id)
    _require_decider(session, plan, by)
    granted = new_due_on or extension.new_due_on
    if task.due_on is not None and granted <= task.due_on:
        raise refusal("extension_not_later", new_due_on=date_short(granted), due_on=date_short(task.due_on))
    extension.status = ExtensionStatus.APPROVED
    extension.new_due_on = granted
    extension.note = note.strip()
    extension.decision_document = decision_document.strip()
    extension.decided_by = by.name
    extension.decided_at = now
    calendar = catalogue.calendars(session).of(task.unit_id)
    outbox.void_for_task(session, task.id, reason=f"Thư không gửi nữa vì hạn đã chuyển sang {date_short(granted)}.")
    task.due_on, task.promised_on = granted, None
    task.aim_on = aim_day(task.start_on, granted, calendar)
    if task.status is TaskStatus.IN_PROGRESS:
        tomorrow = now.date() + timedelta(days=1)  # the letter of approval is what is said today
        looks.lay(session, plan, task, from_day=tomorrow, calendar=calendar)
    _touch(plan, task, now)
    _record(
        session, plan, task, "gia hạn", f"từ {date_short(extension.old_due_on)} sang {date_short(granted)}", note.strip(), by, now
    )
    _tell_unit(session, plan, extension, "extension_approved", now)
    return extension


def refuse_extension(session: Session, extension_id: int, *, by: Actor, now: datetime, note: str) -> Extension:
    """Decline with a reason that the unit reads word for word."""
    extension, plan, task = _pending(session, extension_id)
    _require_decider(session, plan, by)
    if not note.strip():
        raise refusal("refuse_reason")
    extension.status = ExtensionStatus.REFUSED
    extension.note = note.strip()
    extension.decided_by = by.name
    extension.decided_at = now
    _touch(plan, task, now)
    _record(session, plan, task, "không chấp thuận gia hạn", f"đến {date_short(extension.new_due_on)}", note.strip(), by, now)
    _tell_unit(session, plan, extension, "extension_refused", now)
    return extension


def pending_of(session: Session, task_id: int) -> Extension | None:
    """The question that waits for an answer, if any."""
    return session.scalar(select(Extension).where(Extension.task_id == task_id, Extension.status == ExtensionStatus.PENDING))


def history_of(session: Session, task_id: int) -> list[Extension]:
    """All questions about a task, the newest first."""
    return list(session.scalars(select(Extension).where(Extension.task_id == task_id).order_by(Extension.id.desc())))


def effects(session: Session, task: Task, new_due_on: date) -> list[Effect]:
    """What the new date does to the stages that wait for this task's stage. Two queries."""
    conditions = gate_facts.conditions_of(session, task.plan_id)
    rows = session.execute(
        select(Stage.id, Stage.position, Stage.short_name, Stage.due_on)
        .where(Stage.plan_id == task.plan_id)
        .order_by(Stage.position)
    ).all()
    stages = [
        WaitingStage(
            row.position,
            row.short_name,
            row.due_on,
            tuple(c.earlier for c in conditions.get(row.id, ()) if c.earlier is not None),
        )
        for row in rows
    ]
    position = next(row.position for row in rows if row.id == task.stage_id)
    return effects_of(new_due_on, position, stages, catalogue.calendars(session).of(task.unit_id))


def _pending(session: Session, extension_id: int) -> tuple[Extension, Plan, Task]:
    task_id = session.scalar(select(Extension.task_id).where(Extension.id == extension_id))
    if task_id is None:
        raise NotFound(f"extension {extension_id}")
    plan, task = load_task(session, task_id, lock=True)
    extension = session.execute(
        select(Extension).where(Extension.id == extension_id).execution_options(populate_existing=True)
    ).scalar_one()
    if extension.status is not ExtensionStatus.PENDING:
        raise Refused(
            "extension_decided",
            f"Đề nghị này đã được xử lý ngày {date_short((extension.decided_at or extension.asked_at).date())}; tải lại trang.",
        )
    return extension, plan, task


def _require_may_ask(session: Session, plan: Plan, task: Task, by: Actor) -> date:
    """The due date that would move; raises Refused."""
    _require_asker(session, plan, task, by)
    _require_under_way(plan, task)
    if task.due_on is None:
        raise Refused("extension_no_date", "Việc này không có hạn nên không cần gia hạn.")
    return task.due_on


def _require_asker(session: Session, plan: Plan, task: Task, by: Actor) -> None:
    if by.is_contact:
        if task.unit_id is None or task.unit_id not in by.unit_ids:
            raise refusal("own_unit_only", owner_unit=task.unit.name if task.unit else plan.place, unit="đơn vị khác")
        return
    _require_decider(session, plan, by)


def _require_decider(session: Session, plan: Plan, by: Actor) -> None:
    refused = refusal_to_run(by, "duyệt gia hạn", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)


def _require_under_way(plan: Plan, task: Task) -> None:
    if plan.status is PlanStatus.PAUSED:
        raise refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status is not PlanStatus.RUNNING:
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    if task.status is TaskStatus.DONE:
        raise refusal(
            "already_done",
            task=f"“{task.stage.short_name}”",
            unit=task.unit.name if task.unit else "cơ quan chủ trì",
            completed_on=date_short(task.completed_on or task.changed_at.date()),
        )
    if task.status not in (TaskStatus.IN_PROGRESS, TaskStatus.NOT_OPEN):
        raise Refused("extension_status", "Chưa đề nghị gia hạn được: việc không ở trạng thái Đang thực hiện; tải lại trang.")


def _touch(plan: Plan, task: Task, now: datetime) -> None:
    task.changed_at = plan.changed_at = now
    task.sequence += 1


def _record(session: Session, plan: Plan, task: Task, verb: str, what: str, why: str, by: Actor, now: datetime) -> None:
    unit = f" của {task.unit.name}" if task.unit else ""
    journal.record(
        session,
        journal.Line(verb, f"“{task.stage.short_name}”{unit} {what}", why=why.rstrip(". "), plan_id=plan.id, task_id=task.id),
        by=by,
        now=now,
    )


def _tell_coordinator(session: Session, plan: Plan, extension: Extension, now: datetime) -> None:
    who = people.directory(session, plan_ids=[plan.id], unit_ids=(), day=now.date())
    coordinator = who.coordinators.get(plan.id)
    if coordinator is not None:
        _letter(session, plan, extension, "extension_asked", coordinator, now)


def _tell_unit(session: Session, plan: Plan, extension: Extension, kind: str, now: datetime) -> None:
    unit_id = session.scalar(select(Task.unit_id).where(Task.id == extension.task_id))
    who = people.directory(session, plan_ids=[plan.id], unit_ids=[unit_id], day=now.date())
    for person in who.told_of_opening(plan_id=plan.id, unit_id=unit_id):
        _letter(session, plan, extension, kind, person, now)


def _letter(session: Session, plan: Plan, extension: Extension, kind: str, person: people.Person, now: datetime) -> None:
    not_before = openings.letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue(
        session,
        kind=kind,
        key=f"{kind}:{extension.id}:{person.key}",
        person=person.key,
        to_name=person.name,
        to_email=person.email,
        facts={"extension_id": extension.id, "task_id": extension.task_id},
        day=not_before.date(),
        now=now,
        plan_id=plan.id,
        not_before=not_before,
    )
