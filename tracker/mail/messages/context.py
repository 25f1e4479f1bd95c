"""What every letter is made from: the loaded rows, the reader, the links; and the words that several letters share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from tracker.links import Links
from tracker.mail.messages.rows import OfficeRow, PlanRow, Rows, TaskRow, UserRow
from tracker.mail.plain_text import fit
from tracker.wording import count, date_short, date_weekday, list_names, promise_words, relative

#: RFC 5322 asks for lines of no more than 78 characters; longer subjects are cut by clients, blindly.
SUBJECT_LIMIT = 78
#: A list in a letter stops here and says how many more there are.
MOST_LINES = 30

PersonalToken = Callable[[int, str], str]


@dataclass(frozen=True)
class Reader:
    """Whoever gets the letter, and the addresses that are his."""

    kind: str  #: "contact", "user" or "head"
    name: str  #: with the form of address: "Bà Lê Thị Kim Oanh"
    position: str
    unit: str  #: a contact's or head's own unit; "" for a user
    office: OfficeRow
    page_url: str  #: his own page; "" when he has none
    token: str
    links: Links
    user_id: int | None = None
    #: A person in charge of several units has a link for each: unit id -> token.
    tokens: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_contact(self) -> bool:
        return self.kind == "contact"

    def task_url(self, task: TaskRow) -> str:
        if self.is_contact:
            return self.links.personal_task(self.tokens.get(task.unit_id or 0, self.token), task.id)
        return self.links.task(task.id) if self.kind == "user" else self.links.head_task(self.token, task.id)

    def extension_url(self, task: TaskRow) -> str:
        return self.links.personal_extension(self.tokens.get(task.unit_id or 0, self.token), task.id) if self.is_contact else ""


@dataclass(frozen=True)
class Letter:
    """A letter before its form: which template, and the values in it."""

    template: str
    subject: str
    heading: str
    address: tuple[str, ...]
    values: dict[str, Any]
    tasks: int = 0
    preheader: str = ""
    secrets: tuple[str, ...] = ()  #: parts of links that the kept copy must not show


class Line(NamedTuple):
    """One task in a list: a sentence for plain text, its parts for HTML."""

    sentence: str
    title: str
    due: str
    standing: str
    tone: str
    remark: str
    url: str
    url_label: str
    extension_url: str


class Part(NamedTuple):
    """A part of a list, in the order in which it is read."""

    title: str
    many: int
    lines: tuple[Line, ...]
    tone: str = "idle"
    icon: str = ""
    more: str = ""


@dataclass
class Context:
    """A batch of letters being made."""

    rows: Rows
    links: Links
    personal_token: PersonalToken
    link_days: int
    _due: dict[tuple[date | None, date | None, int | None], tuple[str, str]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.rows.today

    def due_and_standing(self, task: TaskRow) -> tuple[str, str]:
        """("Chủ nhật, 26/9/2021 (ngày làm việc cuối trong hạn: …)", "còn 4 ngày làm việc"): many tasks share a due date."""
        due_on, aim_on, calendars = task.due_on, task.aim_on, self.rows.calendars
        key = due_on, aim_on, calendars.group_of.get(task.unit_id or 0)
        known = self._due.get(key)
        if known is not None:
            return known
        if due_on is None:
            made = "", "không có hạn"
        else:
            due = date_weekday(due_on)
            if aim_on is not None and aim_on != due_on:
                due += f" (ngày làm việc cuối trong hạn: {date_weekday(aim_on)})"
            left = calendars.of(task.unit_id).between(self.today, aim_on or due_on) if self.today < due_on else 0
            made = due, relative(self.today, aim_on, due_on, left)
        self._due[key] = made
        return made

    def days_late(self, due_on: date | None) -> int:
        return max(0, (self.today - due_on).days) if due_on else 0

    def workdays_late(self, task: TaskRow) -> int:
        return self.rows.calendars.of(task.unit_id).between(task.due_on, self.today) if task.due_on else 0

    def office_of(self, plan: PlanRow) -> OfficeRow:
        return self.rows.offices[plan.office_id]

    def coordinator(self, plan: PlanRow | None) -> UserRow | None:
        return self.rows.users.get(plan.coordinator_id or 0) if plan else None

    def line(self, reader: Reader, task: TaskRow, *, with_unit: bool, remark: str = "") -> Line:
        """One task line; the unit stands first where the letter speaks of several, `remark` before what is said of the task."""
        due, standing = self.due_and_standing(task)
        title = f"{task.unit or reader.office.name}: {lowered(task.task)}" if with_unit else task.task
        late = self.days_late(task.due_on) > 0
        today = task.due_on == self.today
        remarks = [remark] if remark else []
        if task.chase_count:
            remarks.append(f"Đã đôn đốc {count(task.chase_count, 'lần')}.")
        if task.promised_on is not None:
            remarks.append(f"{promise_words(task.promised_on, self.today)}.")
        if task.return_reason:
            remarks.append(f"Bị trả lại: {without_stop(task.return_reason)}.")
        return Line(
            sentence=f"{title} – hạn {due}, {standing}" if due else f"{title} – {standing}",
            title=title,
            due=f"Hạn {due}" if due else "Không có hạn",
            standing=standing if due else "",
            tone="over" if late else "soon" if today else "idle",
            remark=" ".join(remarks),
            url=reader.task_url(task),
            url_label="Xem và báo hoàn thành" if reader.is_contact else "Xem việc",
            extension_url=reader.extension_url(task),
        )

    def part(
        self,
        reader: Reader,
        tasks: Sequence[TaskRow],
        *,
        title: str = "",
        tone: str = "idle",
        icon: str = "",
        with_unit: bool = False,
        remarks: Mapping[int, str] | None = None,
    ) -> Part:
        """A list of tasks, the rest beyond `MOST_LINES` as a number."""
        more = f"và {count(len(tasks) - MOST_LINES, 'việc khác')}" if len(tasks) > MOST_LINES else ""
        more_of = remarks or {}
        lines = tuple(
            [self.line(reader, task, with_unit=with_unit, remark=more_of.get(task.id, "")) for task in tasks[:MOST_LINES]]
        )
        return Part(title, len(tasks), lines, tone, icon, more)

    def waiting_for(self, tasks: Iterable[TaskRow]) -> str:
        """The stages that wait for these tasks, in words; "" when none does."""
        labels: list[str] = []
        for task in tasks:
            labels.extend(self.rows.waiting_stages.get(task.stage_id, ()))
        return list_names(list(dict.fromkeys(labels)), "giai đoạn")


def lowered(text: str) -> str:
    """The first letter small, for the middle of a sentence; "UBND …" stays, "Ông/Bà" is small twice."""
    if text.startswith("Ông/Bà"):
        return text.replace("Ông/Bà", "ông/bà", 1)
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def without_stop(text: str) -> str:
    return text.strip().rstrip(".;, ")


def quoted(text: str) -> str:
    return f"“{text}”"


def addressed(salutation: str, name: str) -> str:
    """Bà Lê Thị Kim Oanh; Ông/Bà when the form of address is not known."""
    return f"{salutation or 'Ông/Bà'} {name}"


def plan_reference(plan: PlanRow) -> str:
    """Kế hoạch số 123/KH-UBND; by its year or name while it has no number."""
    if plan.number:
        return f"Kế hoạch số {plan.number}"
    return f"Kế hoạch khảo sát năm {plan.year}" if plan.year else plan.name


def plan_source(plan: PlanRow) -> str:
    """Kế hoạch số … ngày … của …, without what is not known."""
    issued = f" ngày {date_short(plan.issued_on)}" if plan.issued_on else ""
    return plan_reference(plan) + issued + (f" của {plan.issuer}" if plan.issuer else "")


def subject(plan: PlanRow | None, pattern: str, **values: str) -> str:
    """A subject line: the plan's short name in brackets, then `pattern`; the names in `values` give way where it is long."""
    prefix = f"[{plan.short_name}] ".replace("{", "{{").replace("}", "}}") if plan else ""
    return fit(prefix + pattern, SUBJECT_LIMIT, **values)


def first_fitting(plan: PlanRow | None, candidates: Sequence[str], *, otherwise: str = "") -> str:
    """The first candidate that fits a subject line, else `otherwise`, else the last candidate cut."""
    for candidate in candidates:
        whole = f"[{plan.short_name}] {candidate}" if plan else candidate
        if len(whole) <= SUBJECT_LIMIT:
            return whole
    return otherwise or subject(plan, "{text}", text=candidates[-1])
