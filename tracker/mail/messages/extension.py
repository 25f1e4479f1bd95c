"""Letters about more time (gia hạn): asked for, granted, declined."""

from __future__ import annotations

from tracker.mail.messages.context import Context, Letter, Reader, first_fitting, quoted, subject, without_stop
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import ExtensionRow, TaskRow
from tracker.models import OutboxMessage
from tracker.rules.effects import effects_of
from tracker.rules.states import ExtensionStatus
from tracker.wording import count, date_short, date_weekday


def extension_asked(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """Letter 10, to the coordinator; None once the question was decided or taken back."""
    found = _question(c, message, tasks, ExtensionStatus.PENDING)
    if found is None:
        return None
    task, asked = found
    plan = c.rows.plans[task.plan_id]
    unit = task.unit or reader.office.name
    until = date_short(asked.new_due_on)
    return Letter(
        template="extension_asked",
        subject=first_fitting(
            plan,
            [f"{unit} đề nghị gia hạn {task.task}{day}" for day in (f" đến {until}", "")],
            otherwise=subject(plan, f"{{unit}} đề nghị gia hạn {{task}} đến {until}", unit=unit, task=task.task),
        ),
        heading=f"Đề nghị gia hạn {task.task} đến {until}",
        address=(to_contact(reader, ""),),
        values={
            "unit": unit,
            "task": quoted(task.task),
            "due": date_weekday(asked.old_due_on),
            "new_due": date_weekday(asked.new_due_on),
            "number": asked.number,
            "reason": without_stop(asked.reason),
            "document": without_stop(asked.document),
            "moved": _stages_passed(c, task, asked),
            "task_url": reader.task_url(task),
        },
        tasks=1,
        preheader=f"{unit}: {asked.reason}",
    )


def extension_approved(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """Letter 11."""
    found = _question(c, message, tasks, ExtensionStatus.APPROVED)
    if found is None:
        return None
    task, granted = found
    plan = c.rows.plans[task.plan_id]
    unit = task.unit or reader.office.name
    untils = [said(granted.new_due_on) for said in (date_weekday, date_short)]
    return Letter(
        template="extension_approved",
        subject=first_fitting(
            plan,
            [f"Chấp thuận gia hạn {task.task}: hạn mới {until}" for until in untils],
            otherwise=subject(plan, f"Chấp thuận gia hạn {{task}}: hạn mới {untils[-1]}", task=task.task),
        ),
        heading=f"Chấp thuận gia hạn: {task.task}",
        address=(to_contact(reader, unit),),
        values={
            "task": quoted(task.task),
            "new_due": untils[0],
            "original_due": date_short(task.original_due_on or granted.old_due_on),
            "note": without_stop(granted.note),
            "task_url": reader.task_url(task),
        },
        tasks=1,
        preheader=f"{unit}: hạn mới {untils[0]}",
    )


def extension_refused(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter | None:
    """Letter 12."""
    found = _question(c, message, tasks, ExtensionStatus.REFUSED)
    if found is None:
        return None
    task, declined = found
    plan = c.rows.plans[task.plan_id]
    unit = task.unit or reader.office.name
    due, relative = c.due_and_standing(task)
    return Letter(
        template="extension_refused",
        subject=subject(plan, "Không chấp thuận gia hạn {task}", task=task.task),
        heading=f"Không chấp thuận gia hạn: {task.task}",
        address=(to_contact(reader, unit),),
        values={
            "task": quoted(task.task),
            "due": due,
            "relative": relative,
            "reason": without_stop(declined.note),
            "task_url": reader.task_url(task),
        },
        tasks=1,
        preheader=declined.note,
    )


def _question(
    c: Context, message: OutboxMessage, tasks: list[TaskRow], status: ExtensionStatus
) -> tuple[TaskRow, ExtensionRow] | None:
    """The task and the question, when the question still stands as the letter says."""
    extension = c.rows.extensions.get(int(message.facts["extension_id"]))
    return (tasks[0], extension) if tasks and extension is not None and extension.status is status else None


def _stages_passed(c: Context, task: TaskRow, asked: ExtensionRow) -> str:
    """2 việc sau phải lùi (“Phúc tra” hạn 30/9/2021; …)"""
    stages = c.rows.stages_of_plan.get(task.plan_id, [])
    passed = [e for e in effects_of(asked.new_due_on, task.position, stages, c.rows.calendars.of(task.unit_id)) if e.passed]
    if not passed:
        return "không có việc sau nào phải lùi"
    listed = "; ".join(f"{quoted(e.short_name)} hạn {date_short(e.due_on)}" for e in passed)
    return f"{count(len(passed), 'việc')} sau phải lùi ({listed})"
