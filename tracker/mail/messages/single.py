"""Letters about one piece of work: opened, reminded, chased, returned, received."""

from __future__ import annotations

from datetime import date
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
    without_stop,
)
from tracker.mail.messages.lists import to_contact
from tracker.mail.messages.rows import GateRow, TaskRow
from tracker.models import OutboxMessage
from tracker.rules.rounds import ROUND_WORDS
from tracker.rules.standing import standing_of
from tracker.rules.states import ConditionKind, Scope, TaskStatus, WorkKind
from tracker.wording import STANDING, capitalised, count, date_range, date_short, date_weekday, list_names, moment_inline


def unlocked(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 8, a paragraph for each stage that opened."""
    by_stage: dict[int, list[TaskRow]] = {}
    for task in sorted(tasks, key=lambda t: t.position):
        by_stage.setdefault(task.stage_id, []).append(task)
    said = str(message.facts.get("reason", ""))
    stages = [_opened_stage(c, reader, own, said) for own in by_stage.values()]
    first = tasks[0]
    plan = c.rows.plans[first.plan_id]
    units = list_names(list(dict.fromkeys(t.unit or reader.office.name for t in tasks)))
    if len(by_stage) == 1:
        dues = [f", hạn {made(first.due_on)}" for made in (date_weekday, date_short)] if first.due_on else [""]
        whole = [f"Đã mở: {first.stage_label}{due}" for due in dues]
        title = subject(plan, f"Đã mở: {{stage}}{dues[-1]}", stage=first.stage_label)
        title = first_fitting(plan, whole, otherwise=title)
        heading = f"Đã mở: {first.stage_label}"
    else:
        title = subject(plan, f"Đã mở: {count(len(by_stage), 'giai đoạn')} của {{unit}}", unit=units)
        heading = f"Đã mở {count(len(by_stage), 'giai đoạn')}"
    return Letter(
        template="unlocked",
        subject=title,
        heading=heading,
        address=(to_contact(reader, units),),
        values={"stages": stages, "page_url": reader.task_url(first) if len(tasks) == 1 else reader.page_url},
        tasks=len(tasks),
        preheader=f"{units}: {stages[0]['what']}",
    )


def _opened_stage(c: Context, reader: Reader, tasks: list[TaskRow], said: str = "") -> dict[str, Any]:
    """A paragraph; `said` is the reason of a round, in the coordinator's own words."""
    task = tasks[0]
    details = c.rows.details[task.id]
    again = ROUND_WORDS.get(details.round_kind, "")
    what = (
        f"{again} {count(details.ballots_asked or 0, 'phiếu')}; lý do: {without_stop(said)}"
        if again
        else without_stop(details.content)
    )
    ballots = details.ballots_each if details.work_kind is WorkKind.FIELDWORK else None
    if details.start_on and task.due_on:
        time = date_range(details.start_on, task.due_on)
    else:
        time = f"đến hết ngày {date_short(task.due_on)}" if task.due_on else ""
    return {
        "head": capitalised(task.stage_label),
        "unlocked_on": date_short(details.opened_on or c.today),
        "reason": f"có đợt {again}"
        if again
        else " và ".join(_reason(gate) for gate in c.rows.gates.get(task.stage_id, ())) or "kế hoạch đã bắt đầu triển khai",
        "waived_by": "" if again else _waived_by(c, task),
        "units": list_names([t.unit or reader.office.name for t in tasks]),
        "what": what,
        "time": time,
        "ballots": count(ballots, "phiếu") if ballots and not again else "",
        "wording": "" if again else details.wording,
    }


def _waived_by(c: Context, task: TaskRow) -> str:
    return c.rows.waived_by.get((task.stage_id, task.unit_id)) or c.rows.waived_by.get((task.stage_id, None)) or ""


#: Conditions that name no earlier stage, once they hold.
CONDITION_MET = {
    ConditionKind.QUOTA_MET: "đã thu đủ phiếu",
    ConditionKind.RECHECKED: "đã phúc tra xong",
    ConditionKind.ENTRIES_COMPLETE: "đã nhập đủ phiếu hợp lệ",
    ConditionKind.APPROVED: "kết quả đã được phê duyệt",
}


def _reason(gate: GateRow) -> str:
    if gate.kind is ConditionKind.START_DATE:
        return "đã đến ngày thực hiện theo kế hoạch"
    if gate.kind in CONDITION_MET:
        return CONDITION_MET[gate.kind]
    earlier = f"giai đoạn {gate.earlier_position} ({gate.earlier})"
    if gate.kind is ConditionKind.OWN_TASK_DONE:
        return f"đơn vị đã hoàn thành {earlier}"
    if gate.kind is ConditionKind.UNITS_SHARE:
        return f"đã có từ {gate.share}% đơn vị hoàn thành {earlier}"
    if gate.earlier_scope is Scope.EACH_UNIT:
        return f"tất cả các đơn vị đã hoàn thành {earlier}"
    return f"{earlier} đã hoàn thành"


def task_returned(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 9."""
    task = tasks[0]
    plan = c.rows.plans[task.plan_id]
    coordinator = c.coordinator(plan)
    due, relative = c.due_and_standing(task)
    unit = task.unit or reader.office.name
    return Letter(
        template="task_returned",
        subject=first_fitting(plan, [f"Trả lại: {task.task} của {unit}", f"Trả lại: {task.task}"]),
        heading=f"Trả lại: {task.task}",
        address=(to_contact(reader, unit),),
        values={
            "coordinator": addressed(coordinator.salutation, coordinator.name) if coordinator else reader.office.name,
            "task": quoted(task.task),
            "reason": without_stop(str(message.facts.get("reason") or task.return_reason)),
            "due": due,
            "relative": relative,
            "task_url": reader.task_url(task),
        },
        tasks=1,
        preheader=str(message.facts.get("reason") or task.return_reason),
    )


def date_changed(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 22; facts: `old_due_on`, `reason`. The new date is the one that holds when the letter goes."""
    task = tasks[0]
    plan = c.rows.plans[task.plan_id]
    unit = list_names(list(dict.fromkeys(t.unit or reader.office.name for t in tasks)))
    old = message.facts.get("old_due_on")
    new = [made(task.due_on) for made in (date_weekday, date_short)] if task.due_on else ["không có hạn"]
    title = subject(plan, f"Đổi hạn {{task}}: {new[-1]}", task=task.task)
    return Letter(
        template="date_changed",
        subject=first_fitting(plan, [f"Đổi hạn {task.task}: {day}" for day in new], otherwise=title),
        heading=f"Đổi hạn {task.task}: {new[0]}",
        address=(to_contact(reader, unit),),
        values={
            "task": quoted(task.task),
            "unit": unit,
            "old_due": date_short(date.fromisoformat(str(old))) if old else "chưa định",
            "new_due": new[0],
            "reason": without_stop(str(message.facts.get("reason") or "")),
            "task_url": reader.task_url(task) if len(tasks) == 1 else reader.page_url,
        },
        tasks=len(tasks),
        preheader=f"{unit}: {new[0]}",
    )


def acknowledgement(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 13; facts: `confirmed` says which of the two."""
    task = tasks[0]
    plan = c.rows.plans[task.plan_id]
    confirmed = bool(message.facts.get("confirmed"))
    coordinator = c.coordinator(plan)
    unit = task.unit or reader.office.name
    details = c.rows.details[task.id]
    done_on = details.completed_on or details.submitted_on or c.today
    standing = standing_of(TaskStatus.DONE, due_on=task.due_on, aim_on=task.aim_on, today=c.today, completed_on=done_on)
    what = "Đã xác nhận hoàn thành" if confirmed else "Đã nhận báo hoàn thành"
    return Letter(
        template="acknowledgement",
        subject=subject(plan, what + " {task}", task=task.task),
        heading=f"{what}: {task.task}",
        address=(to_contact(reader, unit),),
        values={
            "confirmed": confirmed,
            "coordinator": addressed(coordinator.salutation, coordinator.name) if coordinator else reader.office.name,
            "unit": unit,
            "task": quoted(task.task),
            "at": moment_inline(c.rows.details[task.id].changed_at),
            "completed_on": date_short(done_on),
            "standing": lowered(STANDING[standing].word),
            "next": c.waiting_for([task]),
            "task_url": reader.task_url(task),
        },
        tasks=1,
        preheader=f"{unit}: {plan_reference(plan)}",
    )
