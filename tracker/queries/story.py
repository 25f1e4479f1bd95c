"""What the system did by itself, told in sentences: letters about one task, and the last days over all plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import CTE, ColumnElement, ScalarSelect, func, literal, select
from sqlalchemy.orm import Session

from tracker.models import JournalEntry, Notice, OutboxMessage, Plan, Task, Unit
from tracker.queries.journal import JournalLine, of_plan, of_task
from tracker.rules.access import SYSTEM
from tracker.rules.reminders import Recipient, is_by_hand, is_chase
from tracker.rules.states import LetterStatus, NoticeStatus
from tracker.wording import count, list_names
from tracker.wording.openings import opened_briefly

#: Lines of the system that are looked through for its last deeds: one opening of 30 units may be 30 lines.
LOOKED_THROUGH = 80
TOLD = {
    Recipient.COORDINATING: "nhắc đơn vị phối hợp",
    Recipient.HEAD: "báo thủ trưởng đơn vị",
    Recipient.COORDINATOR: "báo điều phối viên",
    Recipient.LEADER: "báo lãnh đạo",
}


class Told(NamedTuple):
    """One sentence of a story: `at` is a moment, or a day where no hour is known."""

    at: datetime | date
    sentence: str

    @property
    def day(self) -> date:
        return self.at.date() if isinstance(self.at, datetime) else self.at


class LetterAbout(NamedTuple):
    """A rung of the ladder that was said about a task."""

    day: date
    rung: str
    status: NoticeStatus
    to_name: str | None
    letter_status: LetterStatus | None
    sent_at: datetime | None


def of_one_task(session: Session, task_id: int, *, opened_on: date | None, limit: int) -> list[Told]:
    """The story of a task, newest first: what people did, what the system sent, the day it opened."""
    lines = of_task(session, task_id, limit=limit)
    told = [Told(line.at, line.sentence) for line in lines] + letters_told(letters_about(session, task_id))
    if opened_on is not None and not any(line.who_key == SYSTEM.key and line.verb == "mở" for line in lines):
        told.append(Told(opened_on, "Việc mở ra, đơn vị bắt đầu làm được"))
    return sorted(told, key=_newest_first)


def letters_about(session: Session, task_id: int) -> list[LetterAbout]:
    rows: Sequence[Sequence[Any]] = session.execute(
        select(Notice.day, Notice.rung, Notice.status, OutboxMessage.to_name, OutboxMessage.status, OutboxMessage.sent_at)
        .outerjoin(OutboxMessage, OutboxMessage.id == Notice.message_id)
        .where(Notice.task_id == task_id, Notice.status.in_((NoticeStatus.QUEUED, NoticeStatus.SENT, NoticeStatus.EMPTY)))
        .order_by(Notice.day, Notice.id)
    ).all()
    return [LetterAbout(*row) for row in rows]


def letters_told(letters: Iterable[LetterAbout]) -> list[Told]:
    """Hệ thống đôn đốc lần thứ 2: thư gửi bà Trần Thị Thu Hương."""
    told = []
    chases = 0
    chased_on: date | None = None
    for letter in letters:
        who = letter.rung.rpartition(":")[2]
        if who in TOLD:
            what = TOLD[Recipient(who)]
        elif is_chase(letter.rung):
            chases += letter.day != chased_on  # two rungs in one letter are one chase
            chased_on = letter.day
            what = f"đôn đốc lần thứ {chases}"
        else:
            what = "nhắc việc"
        by_hand = is_by_hand(letter.rung)  # whose hand, the journal says
        said = f"{what[:1].upper()}{what[1:]}" if by_hand else f"Hệ thống {what}"
        told.append(Told(letter.sent_at or letter.day, f"{said}: {_what_became(letter)}"))
    return list(dict.fromkeys(told))  # two rungs that fell on one day went out in one letter


def of_one_plan(session: Session, plan_id: int, *, limit: int) -> list[Told]:
    """What happened last in a plan, newest first; what the system did to many units on one day is told once."""
    alike: dict[tuple[date, str, str, str], list[JournalLine]] = {}
    for line in of_plan(session, plan_id, limit=LOOKED_THROUGH):
        key = (line.at.date(), line.who_key, line.verb, _briefly(line.verb, line.what))
        alike.setdefault(key, []).append(line)
    return [Told(group[0].at, _of_many(group)) for group in list(alike.values())[:limit]]


def _of_many(group: Sequence[JournalLine]) -> str:
    first = group[0]
    brief = _briefly(first.verb, first.what)
    if len(group) == 1:
        return (first if first.task_id else first._replace(what=brief)).sentence
    whom = count(len(group), "đơn vị") if first.task_id else f"{len(group)} lần"
    return f"{first.who} {first.verb} {brief} ({whom})"


def _briefly(verb: str, what: str) -> str:
    return opened_briefly(what) if verb == "mở" else what


def done_by_the_system(session: Session, office_id: int, *, limit: int) -> list[Told]:
    """Its last deeds in an office's plans, alike ones of a day told once: openings by stage, letters by day."""
    own_plans = select(Plan.id).where(Plan.office_id == office_id)
    rows: Sequence[Sequence[Any]] = session.execute(
        select(JournalEntry.at, JournalEntry.verb, JournalEntry.what, Unit.name)
        .outerjoin(Task, Task.id == JournalEntry.task_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(JournalEntry.who_key == SYSTEM.key, JournalEntry.plan_id.in_(own_plans))
        .order_by(JournalEntry.id.desc())
        .limit(LOOKED_THROUGH)
    ).all()
    alike: dict[tuple[date, str, str], list[Sequence[Any]]] = {}
    for row in rows:
        alike.setdefault((row[0].date(), row[1], _briefly(row[1], row[2])), []).append(row)
    told = []
    for (_, verb, what), group in alike.items():
        units = [row[3] for row in reversed(group) if row[3]]
        whom = f" cho {list_names(units)}" if units else ""
        told.append(Told(group[0][0], f"{verb[:1].upper()}{verb[1:]} {what}{whom}"))
    grouped = OutboxMessage.plan_id, OutboxMessage.day
    sent: dict[date, tuple[int, datetime | None]] = {}
    # By plan too: so they stand in the index, and nothing is sorted.
    for _, day, many, last in session.execute(
        select(*grouped, func.count(), func.max(OutboxMessage.sent_at))
        .where(
            OutboxMessage.plan_id.in_(own_plans),
            OutboxMessage.status == LetterStatus.SENT,
            OutboxMessage.day >= select(func.min(_days_of_letters(office_id, limit).c.day)).scalar_subquery(),
        )
        .group_by(*grouped)
    ):
        before, latest = sent.get(day, (0, None))
        sent[day] = before + many, max(filter(None, (latest, last)), default=None)
    told += [Told(last or day, f"Gửi {count(many, 'thư')}") for day, (many, last) in sent.items()]
    return sorted(told, key=_newest_first)[:limit]


def _days_of_letters(office_id: int, limit: int) -> CTE:
    """The last days on which letters of an office's plans went (and NULL). Each is looked for before the one found last: to put
    all letters in groups would read every one that was ever sent."""

    def newest(*before: ColumnElement[bool]) -> ScalarSelect[date]:
        of_plan = (
            select(func.max(OutboxMessage.day))
            .where(OutboxMessage.plan_id == Plan.id, OutboxMessage.status == LetterStatus.SENT, *before)
            .correlate_except(OutboxMessage)
            .scalar_subquery()
        )
        return select(func.max(of_plan)).where(Plan.office_id == office_id).correlate_except(Plan).scalar_subquery()

    days = select(newest().label("day"), literal(1).label("n")).cte("days", recursive=True)
    earlier = select(newest(OutboxMessage.day < days.c.day), days.c.n + 1)
    return days.union_all(earlier.where(days.c.n < limit, days.c.day.is_not(None)))


def _what_became(letter: LetterAbout) -> str:
    name = letter.to_name or "người nhận"
    if letter.status is NoticeStatus.EMPTY:
        return "không có người nhận nên được bỏ qua"
    if letter.letter_status is LetterStatus.SENT:
        return f"đã gửi thư tới {name}"
    if letter.letter_status is LetterStatus.BOUNCED:
        return f"thư gửi {name} bị trả về"
    return f"thư gửi {name} đang chờ đi"


def _newest_first(told: Told) -> tuple[int, float]:
    clock = told.at.timestamp() if isinstance(told.at, datetime) else 0.0
    return -told.day.toordinal(), -clock
