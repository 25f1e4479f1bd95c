"""Whom a click of "Đôn đốc ngay" or "Nhắc ngay" reaches, and what it leaves out with the reason: for the page that asks first
and for the click itself (`chase_now`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from tracker.models import Notice, Plan, PlanUnit, Stage, Task, Unit
from tracker.rules.letters import is_promised
from tracker.rules.reminders import Recipient, is_chase, now_key
from tracker.rules.states import NoticeStatus, TaskStatus
from tracker.services import catalogue, people
from tracker.services.openings import letter_time
from tracker.services.people import Person
from tracker.services.planning import get_plan
from tracker.wording import sort_key


class Kind(StrEnum):
    """`chase` speaks of late work, `remind` of work whose due date is still to come."""

    CHASE = "chase"
    REMIND = "remind"


VERBS = {Kind.CHASE: "đôn đốc", Kind.REMIND: "nhắc"}


@dataclass(frozen=True)
class Choice:
    """What a coordinator ticked: units, one stage, or tasks; nothing ticked is the whole plan."""

    unit_ids: frozenset[int] = frozenset()
    position: int | None = None
    task_ids: frozenset[int] = frozenset()
    with_promised: bool = False  #: also chase what somebody has promised for a later day


class Work(NamedTuple):
    """One piece of open work of the choice."""

    id: int
    stage_id: int
    position: int
    stage_name: str
    unit_id: int | None
    unit_name: str
    due_on: date
    chase_count: int
    is_said: bool  #: reminded or chased on that day already, by the ladder or by hand
    leader_told: bool
    promised_on: date | None

    @property
    def label(self) -> str:
        return f"“{self.stage_name}”" + (f" của {self.unit_name}" if self.unit_name else "")


class Why(StrEnum):
    """Why somebody gets no letter, in the order in which a page tells it."""

    NO_CONTACT = "no contact"
    BOUNCED = "bounced"  #: letters to the only contact come back
    SAID = "said"  #: on the day on which a letter would go
    PROMISED = "promised"  #: for a day that is still to come
    NOT_CONFIRMED = "not confirmed"  #: reported as done: it is the coordinator's turn
    OTHER_TIME = "other time"  #: nothing late to chase; to remind, only what is late or has no due date
    PAUSED = "paused"
    NOT_OPEN = "not open"  #: it is the turn of those before
    FINISHED = "finished"


class LeftOut(NamedTuple):
    """A unit, or the office's own work (no unit), and why it gets no letter about `works`; no works: there is nothing to say."""

    why: Why
    unit_id: int | None
    unit_name: str
    works: tuple[Work, ...] = ()


@dataclass(frozen=True)
class Reach:
    """Whom one click reaches, and what it leaves out."""

    kind: Kind
    goes_at: datetime
    letters: tuple[tuple[Person, tuple[Work, ...]], ...]
    left_out: tuple[LeftOut, ...]  #: a line for each reason and unit, ticked units with nothing to say included
    leader: Person | None
    chases_before_leader: int  #: the plan's setting

    @property
    def works(self) -> tuple[Work, ...]:
        return tuple(work for _, works in self.letters for work in works)

    @property
    def unreached(self) -> tuple[LeftOut, ...]:
        """Of what is left out, the units that get no letter about anything else."""
        reached = {work.unit_id for work in self.works}
        return tuple(left for left in self.left_out if left.unit_id not in reached)

    @property
    def to_leader(self) -> tuple[Work, ...]:
        """What the leader hears of when this click is the third chase."""
        if self.kind is not Kind.CHASE:
            return ()
        return tuple(w for w in self.works if w.chase_count + 1 >= self.chases_before_leader and not w.leader_told)

    def left_for(self, why: Why) -> tuple[Work, ...]:
        return tuple(work for left in self.left_out if left.why is why for work in left.works)


def reach(session: Session, plan_id: int, kind: Kind, choice: Choice, *, now: datetime) -> Reach:
    """Whom a click at `now` reaches. Nine statements, however many units; one more for ticked units with nothing to say."""
    return find(session, get_plan(session, plan_id), kind, choice, now=now)


def find(session: Session, plan: Plan, kind: Kind, choice: Choice, *, now: datetime, lock: bool = False) -> Reach:
    """As `reach`; `lock` keeps the work as it is found until the click is written."""
    goes_at = letter_time(catalogue.work_calendar(session), now)
    day = goes_at.date()
    works = late_or_not(session, plan.id, kind, choice, day, lock=lock)
    who = people.directory(session, plan_ids=[plan.id], unit_ids={w.unit_id for w in works}, day=day)
    letters: defaultdict[Person, list[Work]] = defaultdict(list)
    left: defaultdict[tuple[Why, int | None, str], list[Work]] = defaultdict(list)
    for work in works:
        person = who.holder(Recipient.CONTACT, plan_id=plan.id, unit_id=work.unit_id)
        if work.is_said:
            left[Why.SAID, work.unit_id, work.unit_name].append(work)
        elif kind is Kind.CHASE and not choice.with_promised and is_promised(work.promised_on, day):
            left[Why.PROMISED, work.unit_id, work.unit_name].append(work)
        elif person is None or person.bounced:
            left[Why.BOUNCED if person else Why.NO_CONTACT, work.unit_id, work.unit_name].append(work)
        else:
            letters[person].append(work)
    left_out = [LeftOut(*line, tuple(own)) for line, own in left.items()]
    left_out += _silent(session, plan.id, kind, choice, choice.unit_ids - {w.unit_id for w in works}, day)
    order = list(Why)
    return Reach(
        kind,
        goes_at,
        tuple((person, tuple(own)) for person, own in letters.items()),
        tuple(sorted(left_out, key=lambda line: (order.index(line.why), sort_key(line.unit_name)))),
        who.leaders.get(plan.id),
        plan.chases_before_leader,
    )


def _silent(session: Session, plan_id: int, kind: Kind, choice: Choice, unit_ids: Collection[int], day: date) -> list[LeftOut]:
    """Why ticked units have nothing that a letter could say."""
    if not unit_ids:
        return []
    of_choice = Stage.position == choice.position if choice.position is not None else true()
    of_units = select(Task.unit_id, Task.status, Task.due_on).join(Stage, Stage.id == Task.stage_id)
    work = of_units.where(Task.plan_id == plan_id, Task.unit_id.in_(unit_ids), of_choice).subquery()
    rows = session.execute(
        select(Unit.id, Unit.name, work.c.status, work.c.due_on < day)
        .join(PlanUnit, (PlanUnit.unit_id == Unit.id) & (PlanUnit.plan_id == plan_id))
        .outerjoin(work, work.c.unit_id == Unit.id)
        .where(Unit.id.in_(unit_ids))
        .distinct()
    )
    found: defaultdict[tuple[int, str], set[Why]] = defaultdict(set)
    for unit_id, name, status, is_late in rows:
        # What is reported in time is not what a chase asks for: another piece of work may be under way.
        waits = status is TaskStatus.SUBMITTED and (is_late or kind is Kind.REMIND)
        found[unit_id, name].add(Why.NOT_CONFIRMED if waits else _WHY_SILENT.get(status, Why.FINISHED))
    order = list(Why)
    return [LeftOut(min(reasons, key=order.index), unit_id, name) for (unit_id, name), reasons in found.items()]


_WHY_SILENT = {
    TaskStatus.IN_PROGRESS: Why.OTHER_TIME,
    TaskStatus.SUBMITTED: Why.OTHER_TIME,
    TaskStatus.PAUSED: Why.PAUSED,
    TaskStatus.NOT_OPEN: Why.NOT_OPEN,
}


def late_or_not(
    session: Session, plan_id: int, kind: Kind, choice: Choice, day: date, *, lock: bool = False
) -> list[Work]:  # fmt: skip
    """The open work of the choice that is late (chase) or not yet (remind) on the day on which the letter goes."""
    wanted = [
        Task.plan_id == plan_id,
        Task.status == TaskStatus.IN_PROGRESS,
        Task.due_on < day if kind is Kind.CHASE else Task.due_on >= day,
    ]
    if choice.unit_ids:
        wanted.append(Task.unit_id.in_(choice.unit_ids))
    if choice.position is not None:
        wanted.append(Stage.position == choice.position)
    if choice.task_ids:
        wanted.append(Task.id.in_(choice.task_ids))
    query = (
        select(
            Task.id, Task.stage_id, Stage.position, Stage.short_name, Task.unit_id, Unit.name, Task.due_on, Task.chase_count,
            Task.promised_on,
        )
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(*wanted)
        .order_by(Task.due_on, Stage.position, Task.id)
    )  # fmt: skip
    rows = session.execute(query.with_for_update(of=Task) if lock else query).all()
    said: defaultdict[tuple[int, date], set[tuple[str, date]]] = defaultdict(set)
    told = select(Notice.task_id, Notice.due_on, Notice.rung, Notice.day).where(
        Notice.task_id.in_(select(Task.id).join(Stage, Stage.id == Task.stage_id).where(*wanted)),
        Notice.status.in_((NoticeStatus.QUEUED, NoticeStatus.SENT)),
    )
    for notice in session.execute(told):
        said[notice.task_id, notice.due_on].add((notice.rung, notice.day))
    works = []
    for task_id, stage_id, position, stage_name, unit_id, unit_name, due_on, chase_count, promised_on in rows:
        if due_on is None:
            continue
        notices = said[task_id, due_on]
        # The key counts too: a change of the calendar moves a letter that waits to another day.
        is_said = any((on == day and _same_kind(rung, kind)) or rung == now_key(kind.value, day) for rung, on in notices)
        leader_told = any(rung.endswith(f":{Recipient.LEADER.value}") for rung, _ in notices)
        works.append(
            Work(
                task_id, stage_id, position, stage_name, unit_id, unit_name or "", due_on, chase_count, is_said, leader_told,
                promised_on,
            )
        )  # fmt: skip
    return works


def _same_kind(rung: str, kind: Kind) -> bool:
    if kind is Kind.CHASE:
        return is_chase(rung)
    return rung.endswith(f":{Recipient.CONTACT.value}")
