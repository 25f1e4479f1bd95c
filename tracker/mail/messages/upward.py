"""Letters up the ladder: to the head of a unit, to the coordinator, to the leader."""

from __future__ import annotations

from typing import Any

from tracker.mail.messages.context import (
    Context,
    Letter,
    Reader,
    addressed,
    first_fitting,
    lowered,
    plan_reference,
    quoted,
    subject,
)
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.models import OutboxMessage
from tracker.wording import count, date_short, list_names, promise_words


def escalate_head(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 5."""
    tasks = _by_lateness(c, tasks)
    plan = c.rows.plans[tasks[0].plan_id]
    unit = tasks[0].unit or reader.unit
    contact = c.rows.contact_of_unit.get(tasks[0].unit_id or 0)
    n = count(len(tasks), "việc")
    return Letter(
        template="escalate_head",
        subject=subject(plan, f"{n} của {{unit}} quá hạn, đề nghị quan tâm chỉ đạo", unit=unit),
        heading=f"{n} của {unit} quá hạn",
        address=(to_contact(reader, unit),),
        values={
            "as_of": date_short(c.today),
            "unit": unit,
            "n": str(len(tasks)),
            "plan": plan_reference(plan),
            "part": c.part(reader, tasks, tone="over"),
            "contact": lowered(addressed(contact.salutation, contact.name)) if contact else "",
            "phone": contact.phone if contact else "",
            "chases": str(max(t.chase_count for t in tasks)),
            "position": reader.position or "thủ trưởng đơn vị",
            "page_url": reader.page_url,
        },
        tasks=len(tasks),
        preheader=f"{unit}: {n} quá hạn",
    )


def escalate_coordinator(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 6; a list where several tasks came to this rung on one day."""
    tasks = _by_lateness(c, tasks)
    plan = c.rows.plans[tasks[0].plan_id]
    values: dict[str, Any] = {
        "single": len(tasks) == 1,
        "as_of": date_short(c.today),
        "blocked": c.waiting_for(tasks),
        "plan_url": c.links.plan(plan.id),
        "letter_url": c.links.chase_letter(plan.id, (tasks[0].unit_id or 0) if len(tasks) == 1 else 0),
    }
    if len(tasks) == 1:
        title = _one_late_task(c, reader, tasks[0], values)
        heading = f"{values['unit']} quá hạn {values['days_late']}"
    else:
        units = list(dict.fromkeys(t.unit or reader.office.name for t in tasks))
        values |= {
            "n": str(len(tasks)),
            "units": list_names(units) if len(units) <= 2 else count(len(units), "đơn vị"),
            "part": c.part(reader, tasks, tone="over", with_unit=True),
        }
        heading = f"{count(len(tasks), 'việc')} của {values['units']} quá hạn"
        title = subject(plan, f"{count(len(tasks), 'việc')} của {{unit}} quá hạn, cần xử lý", unit=values["units"])
    return Letter(
        template="escalate_coordinator",
        subject=title,
        heading=heading,
        address=(to_contact(reader, ""),),
        values=values,
        tasks=len(tasks),
        preheader=heading,
    )


def _one_late_task(c: Context, reader: Reader, task: TaskRow, values: dict[str, Any]) -> str:
    """Fills `values` for a single task; returns the subject."""
    plan = c.rows.plans[task.plan_id]
    contact = c.rows.contact_of_unit.get(task.unit_id or 0)
    unit = task.unit or reader.office.name
    late = count(c.days_late(task.due_on), "ngày")
    values |= {
        "task": quoted(task.task),
        "unit": unit,
        "days_late": late,
        "workdays_late": count(c.workdays_late(task), "ngày làm việc"),
        "chases": task.chase_count,
        "promised": promise_words(task.promised_on, c.today) if task.promised_on else "",
        "dates": ", ".join(date_short(day) for day in c.rows.chase_days.get(task.id, ())),
        "contact": addressed(contact.salutation, contact.name) if contact else "",
        "phone": contact.phone if contact else "",
        "bounced_on": date_short(contact.bounced_on) if contact and contact.bounced_on else "",
        "task_url": reader.task_url(task),
    }
    return first_fitting(
        plan,
        [f"{unit} quá hạn {late}, cần xử lý: {task.task}", f"{unit} quá hạn {late}: {task.task}", f"{unit} quá hạn {late}"],
        otherwise=subject(plan, f"{{unit}} quá hạn {late}", unit=unit),
    )


def escalate_leader(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 7: one a plan and day, a list for each stage."""
    tasks = _by_lateness(c, tasks)
    plan = c.rows.plans[tasks[0].plan_id]
    by_stage: dict[int, list[TaskRow]] = {}
    for task in tasks:
        by_stage.setdefault(task.stage_id, []).append(task)
    stages = []
    for own in sorted(by_stage.values(), key=lambda found: found[0].position):
        due = min((t.due_on for t in own if t.due_on), default=None)
        lines = []
        for task in own:
            chased = f", đã đôn đốc {count(task.chase_count, 'lần')}" if task.chase_count else ""
            promised = f", {lowered(promise_words(task.promised_on, c.today))}" if task.promised_on else ""
            late = count(c.days_late(task.due_on), "ngày")
            lines.append(f"{task.unit or reader.office.name}: quá hạn {late}{chased}{promised}.")
        stages.append(
            {"n": str(len(own)), "label": own[0].stage_label, "due": date_short(due) if due else "chưa định", "lines": lines}
        )
    units = {t.unit_id for t in tasks}
    chases = max(t.chase_count for t in tasks)
    after = f" sau {chases} lần đôn đốc" if chases else ""
    heading = f"{count(len(units), 'đơn vị')} chậm{after}"
    return Letter(
        template="escalate_leader",
        subject=subject(plan, "Báo cáo: {what}", what=heading),
        heading=f"Báo cáo: {heading}",
        address=(to_contact(reader, "") + (f", {reader.position}" if reader.position else ""),),
        values={
            "as_of": date_short(c.today),
            "stages": stages,
            "blocked": c.waiting_for(tasks),
            "position": reader.position or "đồng chí",
            "report_url": c.links.progress_report(plan.id),
        },
        tasks=len(tasks),
        preheader=heading,
    )


def _by_lateness(c: Context, tasks: list[TaskRow]) -> list[TaskRow]:
    return sorted(tasks, key=lambda t: (-c.days_late(t.due_on), t.position, t.id))
