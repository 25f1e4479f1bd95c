"""Letters that a coordinator sends by a click: "Nhắc ngay" and "Đôn đốc ngay", about one piece of work or several."""

from __future__ import annotations

from typing import Any

from tracker.mail.messages.context import Context, Letter, Part, Reader, first_fitting, quoted, subject
from tracker.mail.messages.lists import UnitWork, by_unit, to_contact
from tracker.mail.messages.rows import TaskRow
from tracker.mail.plain_text import NBSP
from tracker.models import OutboxMessage
from tracker.wording import count, date_short, date_weekday, list_names


def remind(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 3, after "Nhắc ngay"."""
    if len(tasks) > 1:
        return _remind_several(c, reader, tasks)
    task = tasks[0]
    plan = c.rows.plans[task.plan_id]
    due, relative = c.due_and_standing(task)
    unit = task.unit or reader.office.name
    dues = [f" (hạn {said(task.due_on)})" for said in (date_weekday, date_short)] if task.due_on else [""]
    return Letter(
        template="remind",
        subject=first_fitting(
            plan,
            [f"{task.task}: {relative}{due_words}" for due_words in dues],
            otherwise=subject(plan, f"{{task}}: {relative}{dues[-1]}", task=task.task),
        ),
        heading=f"{task.task}: {relative}",
        address=(to_contact(reader, unit),),
        values={
            "units": [],
            "task": quoted(task.task),
            "unit": unit,
            "due": due or "chưa định",
            "relative": relative,
            "wording": c.rows.details[task.id].wording,
            "task_url": reader.task_url(task),
            "extension_url": reader.extension_url(task),
        },
        tasks=1,
        preheader=f"{unit} · {task.task}",
    )


def _remind_several(c: Context, reader: Reader, tasks: list[TaskRow]) -> Letter:
    plan = c.rows.plans[tasks[0].plan_id]
    units = _units(c, reader, tasks, tone="idle")
    names = list_names([u.name for u in units])
    n = count(len(tasks), "việc")
    return Letter(
        template="remind",
        subject=subject(plan, f"Nhắc {n} của {{unit}}", unit=names),
        heading=f"Nhắc {n}",
        address=(to_contact(reader, names),),
        values={"units": units, "n": n, "names": names, "page_url": reader.page_url, "extensions": _can_ask(reader, tasks)},
        tasks=len(tasks),
        preheader=units[0].parts[0].lines[0].sentence,
    )


def chase(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 4, counted: "lần đôn đốc thứ N"."""
    if len(tasks) > 1:
        return _chase_several(c, message, reader, tasks)
    task = tasks[0]
    plan = c.rows.plans[task.plan_id]
    unit = task.unit or reader.office.name
    chases = _number(message, task)
    late = count(c.days_late(task.due_on), "ngày")
    days = [day for day in c.rows.chase_days.get(task.id, []) if day < message.day]
    leader = c.rows.users.get(plan.leader_id or 0)
    head = c.rows.details[task.id].head_position
    copy_to = f"; đồng gửi: {head}" if head and message.facts.get("copy_to_head") else ""
    moved = task.original_due_on if task.original_due_on != task.due_on else None
    return Letter(
        template="chase",
        subject=first_fitting(
            plan,
            [f"Đôn đốc lần {chases}: {task.task}{of_unit}, quá hạn {late}" for of_unit in (f" của {unit}", "")],
            otherwise=subject(plan, f"Đôn đốc lần {chases}: {{task}}, quá hạn {late}", task=task.task),
        ),
        heading=f"Đôn đốc lần {chases}: {task.task}",
        address=(f"Kính gửi: {unit}", f"(Đầu mối: {reader.name}{copy_to})") if reader.is_contact else (to_contact(reader, unit),),
        values={
            "units": [],
            "task": quoted(task.task),
            "due": date_weekday(task.due_on) if task.due_on else "chưa định",
            "original_due": date_short(moved) if moved else "",
            "days_late": late,
            "workdays_late": count(c.workdays_late(task), "ngày làm việc"),
            "chases": chases,
            "previous_on": date_short(days[-1]) if days else "",
            "leader": leader.position or leader.name if leader else "",
            "task_url": reader.task_url(task),
            "extension_url": reader.extension_url(task),
            "blocked": c.waiting_for([task]),
        },
        tasks=1,
        preheader=f"{unit}: quá hạn {late}",
    )


def _chase_several(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """The same letter with a list; each line says how often its work has been chased, this time included."""
    plan = c.rows.plans[tasks[0].plan_id]
    tasks = sorted(tasks, key=lambda t: (-c.days_late(t.due_on), t.position, t.id))
    numbered = [task._replace(chase_count=_number(message, task)) for task in tasks]
    units = _counted(_units(c, reader, numbered, tone="over"))
    names = list_names([u.name for u in units])
    most = max(task.chase_count for task in numbered)
    leader = c.rows.users.get(plan.leader_id or 0)
    n = count(len(tasks), "việc")
    return Letter(
        template="chase",
        subject=subject(plan, f"Đôn đốc: {n} của {{unit}} quá hạn", unit=names),
        heading=f"Đôn đốc: {n} quá hạn",
        address=(f"Kính gửi: {names}", f"(Đầu mối: {reader.name})") if reader.is_contact else (to_contact(reader, names),),
        values={
            "units": units,
            "n": n,
            "names": names,
            "chases": most,
            "leader": leader.position or leader.name if leader else "",
            "page_url": reader.page_url,
            "extensions": _can_ask(reader, tasks),
            "blocked": c.waiting_for(tasks),
        },
        tasks=len(tasks),
        preheader=units[0].parts[0].lines[0].sentence,
    )


def _number(message: OutboxMessage, task: TaskRow) -> int:
    """The how-manieth chase of this work the letter is: as it was counted when it was written."""
    numbers: dict[str, Any] = message.facts.get("chases", {})
    return int(numbers.get(str(task.id), 0)) or max(1, task.chase_count)


def _units(c: Context, reader: Reader, tasks: list[TaskRow], *, tone: str) -> list[UnitWork]:
    found = by_unit(reader, [("", task) for task in tasks])
    return [UnitWork(name, (c.part(reader, [task for _, task in own], tone=tone),)) for name, own in found.items()]


def _counted(units: list[UnitWork]) -> list[UnitWork]:
    """ "Đã đôn đốc 2 lần." counts this letter too: here it is "Lần đôn đốc thứ 2."."""

    def counted(part: Part) -> Part:
        said = [line.remark.replace("Đã đôn đốc", "Lần đôn đốc thứ", 1).replace(f"{NBSP}lần", "", 1) for line in part.lines]
        return part._replace(lines=tuple(line._replace(remark=r) for line, r in zip(part.lines, said, strict=True)))

    return [UnitWork(unit.name, tuple(counted(part) for part in unit.parts)) for unit in units]


def _can_ask(reader: Reader, tasks: list[TaskRow]) -> bool:
    return bool(reader.extension_url(tasks[0]))
