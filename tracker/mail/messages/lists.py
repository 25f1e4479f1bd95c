"""Letters that list a person's work: the daily digest, and the letter that opens a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tracker.mail.messages.context import (
    MOST_LINES,
    Context,
    Letter,
    Line,
    Part,
    Reader,
    first_fitting,
    lowered,
    plan_reference,
    quoted,
    subject,
)
from tracker.mail.messages.empty_rows import EmptyRow
from tracker.mail.messages.rows import ReportRow, TaskRow
from tracker.models import OutboxMessage
from tracker.rules.reminders import Recipient
from tracker.rules.standing import SOON_DAYS
from tracker.rules.watches import SILENT_MONTHS
from tracker.rules.workdays import months_after
from tracker.wording import count, date_short, date_weekday, list_names, month_year, number, sentence, sort_key
from tracker.wording.letters import step_words
from tracker.wording.vocabulary import RECIPIENT

#: (key, title, tone, icon) in the order in which they are read.
PARTS = (
    ("overdue", "Quá hạn", "over", "!"),
    ("today", "Đến hạn hôm nay", "soon", ""),
    ("behind", "Thu phiếu chậm so với tiến độ", "soon", ""),
    ("silent", f"Quá {SILENT_MONTHS} tháng chưa xác nhận", "soon", ""),
    ("soon", f"Trong {SOON_DAYS} ngày tới", "idle", ""),
    ("opened", "Mới mở", "ok", ""),
)


@dataclass(frozen=True)
class UnitWork:
    """A unit's heading and what stands under it."""

    name: str
    parts: tuple[Part, ...]


def daily_digest(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 1. The parts follow from the dates of today, not from those of the day on which it was queued."""
    opened = set(message.facts["task_ids"].get("opened", ()))
    extra = {i: part for part in ("silent", "behind") for i in message.facts["task_ids"].get(part, ())}
    helps = [task for task in tasks if task.id in message.facts["task_ids"].get("helps", ())]
    tasks = [task for task in tasks if task not in helps]
    placed = [(extra.get(task.id) or _part_of(c, task, task.id in opened), task) for task in tasks]
    pace = {int(i): figures for i, figures in message.facts.get("pace", {}).items()}
    found = Counter(part for part, _ in placed)
    units = [UnitWork(name, _parts(c, reader, own, pace)) for name, own in by_unit(reader, placed).items()]
    reports = c.rows.waiting_for_word(message)
    empty = c.rows.empty.get(message.id, [])
    plan_ids = (*(t.plan_id for t in (*tasks, *helps)), *(r.plan_id for r in reports), *(e.plan_id for e in empty))
    plan = c.rows.plans[plan_ids[0]]
    counts = [
        count(found["overdue"], "việc quá hạn") if found["overdue"] else "",
        count(found["today"], "việc đến hạn hôm nay") if found["today"] else "",
        f"{count(found['soon'], 'việc')} {_title_of_soon(c, [t for p, t in placed if p == 'soon']).lower()}"
        if found["soon"]
        else "",
        count(len(reports), "việc chờ xác nhận") if reports else "",
        count(len(helps), "việc cần phối hợp") if helps else "",
        count(found["behind"], "đơn vị thu phiếu chậm") if found["behind"] else "",
        count(found["silent"], "việc lâu chưa xác nhận") if found["silent"] else "",
        count(len(empty), "bậc nhắc việc không có người nhận") if empty else "",
    ]
    said = [part for part in counts if part] or [count(found["opened"], "việc mới mở")]
    day, short_day = date_weekday(c.today), date_short(c.today)
    candidates = [f"{', '.join(said[:many])} – {on}" for many in range(len(said), 0, -1) for on in (day, short_day)]
    of_units = list_names([u.name for u in units])
    confirm = _to_confirm(c, reader, reports)
    passed_over = _passed_over(c, reader, empty)
    helping = _helping(c, reader, helps)
    values: dict[str, Any] = {
        "reader": ("các đơn vị" if len(units) > 1 else "đơn vị") if reader.is_contact else "",
        "today": day,
        "units": units,
        "confirm": confirm,
        "passed_over": passed_over,
        "helping": helping,
        "page_url": reader.page_url,
        "button_label": "Xem việc của đơn vị" if reader.is_contact else "Xem việc hôm nay",
        "is_contact": reader.is_contact,
        "reports_own": reader.is_contact or any(task.unit_id is None for task in tasks),
        "extensions": bool(tasks and reader.extension_url(tasks[0])),
    }
    return Letter(
        template="daily_digest",
        subject=first_fitting(plan, candidates),
        heading=", ".join(said),
        address=(to_contact(reader, of_units),),
        values=values,
        tasks=len(tasks) + len(helps),
        preheader=next(p for p in (*(p for u in units for p in u.parts), helping, confirm, passed_over) if p.lines)
        .lines[0]
        .sentence,
    )


def _to_confirm(c: Context, reader: Reader, reports: Sequence[ReportRow]) -> Part:
    """Chờ xác nhận: what units have reported, each with the page on which it is confirmed or sent back."""
    lines = []
    for report in reports[:MOST_LINES]:
        title = f"{report.unit or reader.office.name}: {lowered(report.task)}"
        said = f"Báo hoàn thành ngày {date_short(report.submitted_on)}" if report.submitted_on else "Đã báo hoàn thành"
        late = report.due_on is not None and report.submitted_on is not None and report.submitted_on > report.due_on
        standing = "quá hạn" if late else ""
        lines.append(
            Line(
                sentence=f"{title} – {lowered(said)}{', quá hạn' if late else ''}",
                title=title,
                due=said,
                standing=standing,
                tone="soon" if late else "idle",
                remark="",
                url=c.links.task(report.task_id),
                url_label="Xem và xác nhận",
                extension_url="",
            )
        )
    more = f"và {count(len(reports) - MOST_LINES, 'việc khác')}" if len(reports) > MOST_LINES else ""
    return Part("Chờ xác nhận", len(reports), tuple(lines), "idle", "", more)


def _helping(c: Context, reader: Reader, tasks: Sequence[TaskRow]) -> Part:
    """Việc cần phối hợp: another's work, for which the plan names the reader's unit. He has nothing to report of it."""
    made = c.part(reader, tasks, title="Việc cần phối hợp", with_unit=True)
    return made._replace(lines=tuple(line._replace(url="", extension_url="") for line in made.lines))


def _passed_over(c: Context, reader: Reader, empty: Sequence[EmptyRow]) -> Part:
    """Bậc không có người nhận: where a role is to be filled, each with the page on which that is done."""
    lines = []
    for row in empty:
        names = [name or reader.office.name for name in row.units.values()]
        role = Recipient(row.rung.partition(":")[2] or Recipient.CONTACT)
        said = sentence("rung_empty", rung=step_words(row.rung), n=len(names), names=list_names(names), role=RECIPIENT[role])
        unit, *others = row.units
        if unit is None or others or role in (Recipient.COORDINATOR, Recipient.LEADER):
            url, label = c.links.ladder(row.plan_id), "Xem bậc không có người nhận"
        else:
            url, label = c.links.unit(unit), "Bổ sung người nhận"
        lines.append(Line(said, f"Bổ sung {RECIPIENT[role]}", said.removesuffix("."), "", "idle", "", url, label, ""))
    return Part("Bậc nhắc việc không có người nhận", len(empty), tuple(lines), "soon", "")


def plan_started(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """The opening letter of a plan: all work of the reader's units with its dates."""
    plan = c.rows.plans[tasks[0].plan_id]
    units = [
        UnitWork(name, (c.part(reader, [task for _, task in own]),))
        for name, own in by_unit(reader, [("", task) for task in sorted(tasks, key=lambda t: t.position)]).items()
    ]
    names = list_names([u.name for u in units])
    year = f"khảo sát năm {plan.year}" if plan.year else "khảo sát"
    return Letter(
        template="plan_started",
        subject=subject(plan, f"{{unit}} tham gia {year}: {count(len(tasks), 'việc')}", unit=names),
        heading=f"{count(len(tasks), 'việc')} theo kế hoạch khảo sát",
        address=(to_contact(reader, names),),
        values={"units": units, "plan": plan_reference(plan), "page_url": reader.page_url},
        tasks=len(tasks),
        preheader=f"{names}: {count(len(tasks), 'việc')}",
    )


def to_contact(reader: Reader, units: str) -> str:
    """Kính gửi: Bà Lê Thị Kim Oanh, đầu mối của …; to a user without the unit."""
    if reader.is_contact:
        return f"Kính gửi: {reader.name}, đầu mối của {units or reader.unit}"
    if reader.kind == "head":
        if not reader.name:
            return f"Kính gửi: {reader.position or 'Thủ trưởng'} {reader.unit}"
        return f"Kính gửi: {reader.name}, {reader.position or f'thủ trưởng {reader.unit}'}"
    return f"Kính gửi: {reader.name}"


def _part_of(c: Context, task: TaskRow, opened: bool) -> str:
    if task.due_on is not None:
        if task.due_on < c.today:
            return "overdue"
        if task.due_on == c.today:
            return "today"
        if task.due_on <= c.today + timedelta(days=SOON_DAYS):
            return "soon"
    return "opened" if opened or task.due_on is None else "soon"


def by_unit(reader: Reader, placed: Sequence[tuple[str, TaskRow]]) -> dict[str, list[tuple[str, TaskRow]]]:
    """A heading a unit, those with the most pressing work first."""
    found: dict[str, list[tuple[str, TaskRow]]] = {}
    for part, task in placed:
        found.setdefault(task.unit or reader.office.name, []).append((part, task))
    if len(found) == 1:
        return found
    rank = {key: place for place, (key, *_) in enumerate(PARTS)}
    order = sorted(found, key=lambda name: (min(rank.get(part, 0) for part, _ in found[name]), sort_key(name)))
    return {name: found[name] for name in order}


def _parts(
    c: Context, reader: Reader, placed: Sequence[tuple[str, TaskRow]], pace: Mapping[int, Sequence[int]]
) -> tuple[Part, ...]:
    made = []
    of_part: dict[str, list[TaskRow]] = {}
    for part, task in placed:
        of_part.setdefault(part, []).append(task)
    for key, title, tone, icon in PARTS:
        if tasks := of_part.get(key):
            tasks.sort(key=lambda t: (t.due_on is None, t.due_on, t.position))
            title = _title_of_soon(c, tasks) if key == "soon" else title
            remarks = {t.id: _watched(c, key, t, pace) for t in tasks} if key in ("silent", "behind") else {}
            made.append(c.part(reader, tasks, title=title, tone=tone, icon=icon, remarks=remarks))
    return tuple(made)


def _watched(c: Context, key: str, task: TaskRow, pace: Mapping[int, Sequence[int]]) -> str:
    """What is said of work that is named though nothing of it is due."""
    if key == "silent":
        return last_word(task)
    collected, expected, quota = pace.get(task.id, (0, 0, 0))
    return f"Thu về {number(collected)}/{number(quota)} phiếu, theo tiến độ đều phải có {number(expected)} phiếu."


def last_word(task: TaskRow) -> str:
    """When work without an end was last heard of."""
    return f"Lần xác nhận gần nhất: {date_short(task.heard_on) if task.heard_on else 'chưa có'}."


def confirm_continuous(c: Context, message: OutboxMessage, reader: Reader, tasks: list[TaskRow]) -> Letter:
    """Letter 19; a list where one person answers for several such works."""
    plan = c.rows.plans[tasks[0].plan_id]
    month = month_year(message.day)
    of_unit = list_names(list(dict.fromkeys(t.unit or reader.office.name for t in tasks)))
    works = []
    for task in tasks:
        since = task.heard_on or task.opened_on or message.day
        months = next(n for n in range(1000) if months_after(since, n + 1) > message.day)
        silent = f" Đã {months} tháng chưa xác nhận; quá {SILENT_MONTHS} tháng sẽ báo cáo lãnh đạo." if months > 1 else ""
        works.append({"task": quoted(task.task), "url": reader.task_url(task), "last": last_word(task) + silent})
    what = tasks[0].task if len(tasks) == 1 else count(len(tasks), "việc thường xuyên")
    return Letter(
        template="confirm_continuous",
        subject=first_fitting(
            plan, [f"Xác nhận tháng {month}: {what}"], otherwise=subject(plan, f"Xác nhận tháng {month}: {{what}}", what=what)
        ),
        heading=f"Xác nhận tháng {month}",
        address=(to_contact(reader, of_unit),),
        values={"works": works, "month": month, "reader": "đơn vị" if reader.is_contact else reader.office.name},
        tasks=len(tasks),
        preheader=f"{of_unit}: {what}",
    )


def _title_of_soon(c: Context, tasks: Sequence[TaskRow]) -> str:
    """A rung of seven working days reaches beyond seven days: the heading must stay true."""
    beyond = any(t.due_on is not None and t.due_on > c.today + timedelta(days=SOON_DAYS) for t in tasks)
    return "Sắp đến hạn" if beyond else f"Trong {SOON_DAYS} ngày tới"
