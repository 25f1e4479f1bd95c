"""The calendar of working days, changed as a proposal: what would move is computed first, then applied or dropped.

A day off or a make-up day moves the days that reminders aim at, never a due date: due dates are the plan's, and nobody is
told of a reminder that will come a day earlier. A group of units may have a week and days of its own; those move the work of
its units only, and no letter's day: letters go when the office works.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Date, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import CalendarDay, GroupDay, Notice, OutboxMessage, Plan, Stage, Task, Unit, UnitGroup
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.schedule import aim_day, aims
from tracker.rules.states import DayKind, LetterStatus, PlanStatus, TaskStatus
from tracker.rules.workdays import SATURDAY, Calendars, WorkCalendar
from tracker.services import catalogue, journal, looks, openings
from tracker.services.chase_reach import Kind
from tracker.wording import date_short, date_weekday, refusal, week_words

#: Plans whose reminders are still to come.
OPEN_PLANS = (PlanStatus.NOT_STARTED, PlanStatus.RUNNING, PlanStatus.PAUSED)
UNFINISHED = (TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED, TaskStatus.PAUSED)
#: Days off that a person enters for a working day; a holiday may well fall on a Sunday.
_ON_WORKDAYS = (DayKind.SUBSTITUTE, DayKind.SWAPPED_OFF)
_BATCH = 5_000


@dataclass(frozen=True)
class DayChange:
    """One day as it shall be; `kind` None takes it out of the table. `replaces`: the day is there and is being edited."""

    day: date
    kind: DayKind | None
    name: str = ""
    source: str = ""
    replaces: bool = False


@dataclass(frozen=True)
class GroupDayChange:
    """A day on which a group works (`is_off` False) or rests otherwise than the office; `is_off` None takes it out again."""

    group_id: int
    day: date
    is_off: bool | None
    name: str = ""
    source: str = ""


@dataclass(frozen=True)
class WeekChange:
    """The week of a group: ISO weekdays ("123456"), "" for the office's."""

    group_id: int
    works_on: str
    source: str = ""


Change = DayChange | GroupDayChange | WeekChange


@dataclass(frozen=True)
class MovedTask:
    """A task whose reminders aim at another day."""

    id: int
    plan: str
    stage: str
    unit: str  #: empty for the office's own work
    due_on: date
    old_aim_on: date | None
    new_aim_on: date | None


@dataclass(frozen=True)
class Proposal:
    """What a change of the calendar would do; nothing is written."""

    changes: tuple[Change, ...]
    tasks: tuple[MovedTask, ...]
    looks: int  #: open tasks whose next reminder comes on another day
    letters: int  #: waiting letters that would have gone on a day that becomes a day off
    past: tuple[date, ...]  #: changed days that are over


def swap(off_on: date | None, make_up_on: date | None, source: str) -> list[DayChange]:
    """Hoán đổi: a working day off, and the Saturday or Sunday on which it is made up for. Raises Refused when one is missing."""
    if off_on is None or make_up_on is None:
        raise refusal("swap_incomplete")
    return [
        DayChange(off_on, DayKind.SWAPPED_OFF, f"Nghỉ hoán đổi (làm bù {date_weekday(make_up_on)})", source),
        DayChange(make_up_on, DayKind.MAKE_UP, f"Làm bù cho {date_weekday(off_on)}", source),
    ]


def propose(session: Session, changes: Sequence[Change], *, by: Actor, today: date) -> Proposal:
    """What the changes would move. Raises Refused for a day without name or source, twice off, or on the wrong weekday, and
    when the calendar is so already."""
    _check(session, changes, by)
    if all(_is_so(session, change) for change in changes):
        raise refusal("calendar_change_none")
    new = _calendars_after(session, changes)
    return Proposal(
        changes=tuple(changes),
        tasks=tuple(moved for moved, _ in _moved(session, new)),
        looks=len(looks.moved_looks(session, new)),
        letters=len(_letters(session, new.office)),
        past=tuple(c.day for c in changes if not isinstance(c, WeekChange) and c.day < today),
    )


def apply(session: Session, changes: Sequence[Change], *, by: Actor, now: datetime) -> Proposal:
    """Write the changes: the days, the aim days of stages and unfinished tasks, the ladders (no rung is said twice), and
    the day of waiting letters; feeds of the plans concerned follow. Raises Refused as `propose` does."""
    proposal = propose(session, changes, by=by, today=now.date())
    new = _calendars_after(session, changes)
    moved = _moved(session, new)
    new_looks = looks.moved_looks(session, new)
    letters = _letters(session, new.office)
    for change in changes:
        _write(session, change)
    _move_stages(session, new.office)
    tasks = Task.__table__
    if moved:
        session.execute(
            update(tasks)  # type: ignore[arg-type]  # the table itself: one executemany, no ORM bookkeeping
            .where(tasks.c.id == bindparam("b_id"))
            .values(aim_on=bindparam("b_aim"), changed_at=now, sequence=tasks.c.sequence + 1, version=tasks.c.version + 1),
            [{"b_id": task.id, "b_aim": task.new_aim_on} for task, _ in moved],
        )
        session.execute(update(Plan).where(Plan.id.in_({plan_id for _, plan_id in moved})).values(changed_at=now))
    looks.write_looks(session, new_looks)
    _move_letters(session, letters)
    session.expire_all()
    journal.record_many(session, [_line(session, change) for change in changes], by=by, now=now)
    return proposal


def _move_letters(session: Session, letters: Sequence[tuple[int, datetime]]) -> None:
    """Letters go on another day; what a click has said belongs to the day on which it goes (`chase_now`)."""
    if not letters:
        return
    moved = [{"b_id": message_id, "b_at": at, "b_day": at.date()} for message_id, at in letters]
    messages, notices = OutboxMessage.__table__, Notice.__table__
    by_hand = or_(*(messages.c.kind == kind.value for kind in Kind))  # `in_` is not for many letters at once
    session.execute(
        update(messages)  # type: ignore[arg-type]
        .where(messages.c.id == bindparam("b_id"))
        .values(not_before=bindparam("b_at"), day=case((by_hand, bindparam("b_day", type_=Date)), else_=messages.c.day)),
        moved,
    )
    session.execute(
        update(notices)  # type: ignore[arg-type]
        .where(
            notices.c.message_id == bindparam("b_id"),
            notices.c.message_id.in_(select(messages.c.id).where(by_hand)),
        )
        .values(day=bindparam("b_day")),
        [{"b_id": line["b_id"], "b_day": line["b_day"]} for line in moved],
    )


def _check(session: Session, changes: Sequence[Change], by: Actor) -> None:
    refused = refusal_to_run(by, "sửa lịch làm việc", office_id=by.office_id or 0, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)
    own = [change for change in changes if isinstance(change, DayChange)]
    _check_groups(session, [change for change in changes if not isinstance(change, DayChange)], by)
    known = {row.day: row for row in session.scalars(select(CalendarDay).where(CalendarDay.day.in_([c.day for c in own])))}
    for change in own:
        there = known.get(change.day)
        said = date_short(change.day)
        if change.kind is None or change.replaces:
            if there is None:
                raise refusal("calendar_no_day", date=said)
        elif there is not None:
            raise refusal("day_already_off", date=said, name=there.name)
        if not change.source.strip():
            raise refusal("calendar_source", date=said)
        if change.kind is None:
            continue
        if not change.name.strip():
            raise refusal("calendar_name", date=said)
        weekday = date_weekday(change.day).partition(",")[0]
        if change.kind in _ON_WORKDAYS and change.day.weekday() >= SATURDAY:
            raise refusal("calendar_weekend", date=said, weekday=weekday)
        if change.kind is DayKind.MAKE_UP and change.day.weekday() < SATURDAY:
            raise refusal("calendar_workday", date=said, weekday=weekday)


def _check_groups(session: Session, changes: Sequence[GroupDayChange | WeekChange], by: Actor) -> None:
    for change in changes:
        group = session.get(UnitGroup, change.group_id)
        if group is None or by.office_id not in (group.office_id, None):
            raise NotFound(f"group {change.group_id}")
        if isinstance(change, WeekChange):
            if not re.fullmatch("1?2?3?4?5?6?7?", change.works_on):
                raise Refused("week_days", "Tuần làm việc không đúng; chọn lại các ngày làm việc.")
            continue
        said = date_short(change.day)
        if change.is_off is None:
            if session.get(GroupDay, (change.group_id, change.day)) is None:
                raise refusal("calendar_no_day", date=said)
            continue
        if not change.name.strip():
            raise refusal("calendar_name", date=said)
        if not change.source.strip():
            raise refusal("calendar_source", date=said)


def _is_so(session: Session, change: Change) -> bool:
    """Whether the calendar says already what the change would write."""
    if isinstance(change, WeekChange):
        return session.get_one(UnitGroup, change.group_id).works_on == change.works_on
    said = (change.name.strip(), change.source.strip())
    if isinstance(change, DayChange):
        row = session.get(CalendarDay, change.day)
        return row is not None and (row.kind, row.name, row.source) == (change.kind, *said)
    own = session.get(GroupDay, (change.group_id, change.day))
    return own is not None and (own.is_off, own.name, own.source) == (change.is_off, *said)


def _calendars_after(session: Session, changes: Sequence[Change]) -> Calendars:
    """The calendars as they will be: the office's, then each group's own week and days upon it."""
    office = catalogue.work_calendar(session)
    own = [change for change in changes if isinstance(change, DayChange)]
    touched = {change.day for change in own}
    off = {change.day for change in own if change.kind not in (None, DayKind.MAKE_UP)}
    made_up = {change.day for change in own if change.kind is DayKind.MAKE_UP}
    office = replace(office, days_off=(office.days_off - touched) | off, make_up_days=(office.make_up_days - touched) | made_up)
    weeks, days = catalogue.group_weeks(session), catalogue.group_days(session)
    for change in changes:
        if isinstance(change, WeekChange):
            weeks[change.group_id] = change.works_on
        elif isinstance(change, GroupDayChange):
            days.setdefault(change.group_id, {}).pop(change.day, None)
            if change.is_off is not None:
                days[change.group_id][change.day] = change.is_off
    return catalogue.calendars_of(session, office, weeks, days)


def _moved(session: Session, calendars: Calendars) -> list[tuple[MovedTask, int]]:
    """Unfinished tasks whose aim day changes, with their plan's id; one query."""
    rows = session.execute(
        select(
            Task.id,
            Task.plan_id,
            Task.unit_id,
            Task.start_on,
            Task.due_on,
            Task.aim_on,
            Plan.short_name,
            Stage.short_name.label("stage"),
            Unit.name,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Plan.status.in_(OPEN_PLANS), Task.status.in_(UNFINISHED), Task.due_on.is_not(None))
        .order_by(Task.plan_id, Stage.position, Task.id)
    ).all()
    found = []
    aim_of = aims(calendars)
    for row in rows:
        aim = aim_of(row.start_on, row.due_on, row.unit_id)
        if aim != row.aim_on:
            task = MovedTask(row.id, row.short_name, row.stage, row.name or "", row.due_on, row.aim_on, aim)
            found.append((task, row.plan_id))
    return found


def _letters(session: Session, calendar: WorkCalendar) -> list[tuple[int, datetime]]:
    """Waiting letters set for a day that becomes a day off, with the moment at which they may go instead."""
    before = catalogue.work_calendar(session)
    rows = session.execute(select(OutboxMessage.id, OutboxMessage.not_before).where(OutboxMessage.status == LetterStatus.QUEUED))
    return [
        (message_id, openings.letter_time(calendar, at))
        for message_id, at in rows
        if before.is_workday(at.date()) and not calendar.is_workday(at.date())
    ]


def _move_stages(session: Session, calendar: WorkCalendar) -> None:
    stages = session.scalars(
        select(Stage).join(Plan, Plan.id == Stage.plan_id).where(Plan.status.in_(OPEN_PLANS), Stage.due_on.is_not(None))
    )
    for stage in stages:
        aim = aim_day(stage.start_on, stage.due_on, calendar)
        if aim != stage.aim_on:
            stage.aim_on = aim
    session.flush()


def _write(session: Session, change: Change) -> None:
    if isinstance(change, WeekChange):
        session.get_one(UnitGroup, change.group_id).works_on = change.works_on
        return
    if isinstance(change, GroupDayChange):
        _write_group_day(session, change)
        return
    row = session.get(CalendarDay, change.day)
    if change.kind is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(CalendarDay(day=change.day, kind=change.kind, name=change.name.strip(), source=change.source.strip()))
    else:
        row.kind, row.name, row.source = change.kind, change.name.strip(), change.source.strip()
    session.flush()


def _write_group_day(session: Session, change: GroupDayChange) -> None:
    row = session.get(GroupDay, (change.group_id, change.day))
    if change.is_off is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(
            GroupDay(
                group_id=change.group_id,
                day=change.day,
                is_off=change.is_off,
                name=change.name.strip(),
                source=change.source.strip(),
            )
        )
    else:
        row.is_off, row.name, row.source = change.is_off, change.name.strip(), change.source.strip()
    session.flush()


def _line(session: Session, change: Change) -> journal.Line:
    if not isinstance(change, DayChange):
        group = session.get_one(UnitGroup, change.group_id).name
        if isinstance(change, WeekChange):
            what = f"khối {group} {week_words(change.works_on)}"
        elif change.is_off is None:
            what = f"khối {group}: bỏ ngày riêng {date_weekday(change.day)}"
        else:
            what = f"khối {group} {'nghỉ' if change.is_off else 'làm việc'} {date_weekday(change.day)} ({change.name.strip()})"
        return journal.Line("sửa", f"lịch làm việc: {what}", why=change.source.strip())
    day = date_weekday(change.day)
    if change.kind is None:
        return journal.Line("sửa", f"lịch làm việc: bỏ {day}", why=change.source.strip())
    kind = "ngày làm bù" if change.kind is DayKind.MAKE_UP else "ngày nghỉ"
    return journal.Line("sửa", f"lịch làm việc: {kind} {day} ({change.name.strip()})", why=change.source.strip())
