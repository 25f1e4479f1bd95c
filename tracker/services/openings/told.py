"""What has opened, in the journal and in letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from tracker.models import Plan, Stage, Task, Unit
from tracker.rules.access import SYSTEM
from tracker.rules.rounds import ROUND_WORDS
from tracker.rules.workdays import WorkCalendar
from tracker.services import catalogue, journal, outbox, people
from tracker.wording.openings import NAMED, opened_words


@dataclass(frozen=True)
class Opened:
    """A stage that opened, for all or for some of its units."""

    stage_id: int
    position: int
    short_name: str
    task_ids: tuple[int, ...]


def announce(session: Session, plan: Plan, task: Task, *, reason: str, now: datetime) -> None:
    """The letter "Đã mở" about one task that was opened by itself, with the reason."""
    opened = Opened(task.stage_id, task.stage.position, task.stage.short_name, (task.id,))
    announce_opened(session, plan, [opened], now=now, reason=reason)


def letter_time(calendar: WorkCalendar, now: datetime) -> datetime:
    """The first moment from `now` on at which a letter may go: never on a day off, never before the office's hour."""
    day = calendar.on_or_after(now.date())
    earliest = datetime.combine(day, calendar.letters_from, tzinfo=now.tzinfo)
    return max(now, earliest)


def stage_name(session: Session, task: Task) -> str:
    """“Điều tra khảo sát”"""
    return f"“{session.scalar(select(Stage.short_name).where(Stage.id == task.stage_id))}”"


def name_of_task(task: Task) -> str:
    """“Điều tra khảo sát” của UBND xã Cam Bình; a round says which."""
    unit = f" của {task.unit.name}" if task.unit else ""
    again = f" ({ROUND_WORDS[task.round_kind]})" if task.round_kind else ""
    return f"“{task.stage.short_name}”{unit}{again}"


def record_opened(session: Session, plan: Plan, opened: Sequence[Opened], *, now: datetime) -> None:
    """A line for each stage that names its units; of many the first, and the ids of all beside. One query."""
    task_ids = [task_id for stage in opened for task_id in stage.task_ids]
    units: defaultdict[int, dict[int, str]] = defaultdict(dict)
    of_units = select(Task.stage_id, Unit.id, Unit.name).join(Unit, Unit.id == Task.unit_id).where(Task.id.in_(task_ids))
    for stage_id, unit_id, name in session.execute(of_units.order_by(Task.id)):
        units[stage_id][unit_id] = name
    lines = []
    for stage in opened:
        own = units[stage.stage_id]
        details = {"stage": stage.position} | ({"units": list(own)} if len(own) > NAMED else {})
        lines.append(
            journal.Line(
                "mở",
                opened_words(stage.position, stage.short_name, list(own.values())),
                why="đủ điều kiện chuyển bước",
                plan_id=plan.id,
                task_id=stage.task_ids[0] if len(stage.task_ids) == 1 else None,
                details=details,
            )
        )
    journal.record_many(session, lines, by=SYSTEM, now=now)


def announce_opened(session: Session, plan: Plan, opened: Sequence[Opened], *, now: datetime, reason: str = "") -> None:
    """One letter a person and stage: what opened, until when."""
    task_ids = [task_id for stage in opened for task_id in stage.task_ids]
    rows = session.execute(
        select(Task.id, Task.stage_id, Task.unit_id, Task.sequence).where(Task.id.in_(task_ids)).order_by(Task.id)
    )
    tasks = rows.all()
    who = people.directory(session, plan_ids=[plan.id], unit_ids={t.unit_id for t in tasks}, day=now.date())
    told: defaultdict[tuple[int, people.Person], list[Row[int, int, int | None, int]]] = defaultdict(list)
    for task in tasks:
        for person in who.told_of_opening(plan_id=plan.id, unit_id=task.unit_id):
            told[task.stage_id, person].append(task)
    not_before = letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="unlocked",
                key=f"unlocked:task-{own[0].id}:{own[0].sequence}:{person.key}",
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={"task_ids": [t.id for t in own]} | ({"reason": reason} if reason else {}),
                day=not_before.date(),
                plan_id=plan.id,
                not_before=not_before,
                held=plan.letters_released_at is None,
            )
            for (_, person), own in told.items()
        ],
        now=now,
    )
