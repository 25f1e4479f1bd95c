"""What the holder of a personal link sees: the unit's work over all plans, and the calendars it is subscribed to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Contact, FeedToken, Plan, Stage, Task, Unit
from tracker.rules.feed_lines import FeedChoices
from tracker.rules.standing import standing_of
from tracker.rules.states import PlanStatus, Standing, TaskStatus, TimeKind
from tracker.services import looks, openings

#: Plans whose work is shown; a plan that has not started asks nothing of anyone yet.
SHOWN_PLANS = (PlanStatus.RUNNING, PlanStatus.PAUSED, PlanStatus.CLOSED)

#: The most pressing first.
_PRESSING = (Standing.OVERDUE, Standing.DUE_SOON, Standing.ON_TRACK, Standing.NO_DUE_DATE)


class PersonalTask(NamedTuple):
    """A task of the unit with what its page says of it."""

    id: int
    status: TaskStatus
    start_on: date | None
    due_on: date | None
    original_due_on: date | None
    aim_on: date | None
    opened_on: date | None
    submitted_on: date | None
    completed_on: date | None
    chase_count: int
    result_note: str
    return_reason: str
    stop_reason: str
    promised_on: date | None
    heard_on: date | None
    plan_id: int
    plan_name: str
    plan_short_name: str
    plan_status: PlanStatus
    plan_changed_at: datetime
    is_sample: bool
    stage_id: int
    stage_position: int
    stage_name: str
    stage_content: str
    wording: str
    needs_confirmation: bool
    time_kind: TimeKind
    unit_id: int
    unit_name: str

    @property
    def goes_on(self) -> bool:
        """Whether it is work without an end that somebody confirms from time to time."""
        return self.due_on is None and self.time_kind in looks.ENDLESS and self.status is TaskStatus.IN_PROGRESS

    @property
    def is_moved(self) -> bool:
        """Due on another day than the plan says."""
        return self.original_due_on is not None and self.due_on != self.original_due_on

    def standing(self, today: date) -> Standing:
        return standing_of(
            self.status,
            due_on=self.due_on,
            aim_on=self.aim_on,
            today=today,
            completed_on=self.completed_on,
            submitted_on=self.submitted_on,
        )


class NextTask(NamedTuple):
    """A task that is not open yet, and why."""

    task: PersonalTask
    sentence: str


@dataclass(frozen=True)
class PersonalWork:
    """All of it, in the order of the page."""

    open: tuple[PersonalTask, ...]  #: the most pressing first
    next: tuple[NextTask, ...]
    done: tuple[PersonalTask, ...]  #: the latest first
    stopped: tuple[PersonalTask, ...]


class Subscription(NamedTuple):
    """A calendar that holds."""

    id: int
    label: str
    made_at: datetime
    last_read_at: datetime | None
    choices: str  #: in words; "" for a plain one


def work_of_units(session: Session, unit_ids: Collection[int], *, today: date) -> PersonalWork:
    """The units' tasks of all running plans. One statement for the tasks, three more for each plan with a closed gate."""
    tasks = _tasks(session, Task.unit_id.in_(unit_ids), Plan.status.in_((PlanStatus.RUNNING, PlanStatus.PAUSED)))
    open_tasks = [t for t in tasks if t.status in (TaskStatus.IN_PROGRESS, TaskStatus.SUBMITTED)]
    return PersonalWork(
        open=tuple(sorted(open_tasks, key=lambda t: _pressing(t, today))),
        next=tuple(_next(session, [t for t in tasks if t.status is TaskStatus.NOT_OPEN], today)),
        done=tuple(sorted((t for t in tasks if t.status is TaskStatus.DONE), key=_done_order, reverse=True)),
        stopped=tuple(t for t in tasks if t.status in (TaskStatus.PAUSED, TaskStatus.CANCELLED)),
    )


def task_of_office(session: Session, task_id: int, *, office_id: int) -> PersonalTask | None:
    """One task of a unit of that office, whosever it is; None when there is none."""
    found = _tasks(session, Task.id == task_id, Plan.status.in_(SHOWN_PLANS), Plan.office_id == office_id)
    return found[0] if found else None


def gate_sentence(session: Session, task: PersonalTask, *, today: date) -> str:
    """What a task that is not open waits for."""
    return next((n.sentence for n in _next(session, [task], today)), "")


def subscriptions(session: Session, scope: str, subject_id: int) -> list[Subscription]:
    """The calendar addresses of a contact, plan, user or office that hold, the newest first. One statement."""
    query = (
        select(FeedToken.id, FeedToken.label, FeedToken.created_at, FeedToken.last_read_at, FeedToken.choices)
        .where(FeedToken.scope == scope, FeedToken.subject_id == subject_id, FeedToken.revoked_at.is_(None))
        .order_by(FeedToken.id.desc())
    )
    if scope == "contact":  # a new link nonce has ended the older ones
        query = query.where(FeedToken.nonce == select(Contact.link_nonce).where(Contact.id == subject_id).scalar_subquery())
    return [
        Subscription(token_id, label, made_at, last_read_at, FeedChoices.of(choices).words())
        for token_id, label, made_at, last_read_at, choices in session.execute(query)
    ]


def rank_of_contact(session: Session, contact_id: int) -> int:
    return session.scalar(select(Contact.rank).where(Contact.id == contact_id)) or 1


def _tasks(session: Session, *conditions: Any) -> list[PersonalTask]:
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            *(getattr(Task, name) for name in PersonalTask._fields[:15]),
            Plan.id, Plan.name, Plan.short_name, Plan.status, Plan.changed_at, Plan.is_sample,
            Stage.id, Stage.position, Stage.short_name, Stage.content, Stage.wording, Stage.needs_confirmation, Stage.time_kind,
            Unit.id, Unit.name,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .join(Unit, Unit.id == Task.unit_id)
        .where(*conditions)
        .order_by(Plan.id, Stage.position, Task.id)
    ).all()  # fmt: skip
    return [PersonalTask(*row) for row in rows]


def _pressing(task: PersonalTask, today: date) -> tuple[bool, int, date, int]:
    """Work to do before work that waits for a confirmation; then by standing, then by due date."""
    standing = task.standing(today)
    place = _PRESSING.index(standing) if standing in _PRESSING else len(_PRESSING)
    return (task.status is TaskStatus.SUBMITTED, place, task.due_on or date.max, task.id)


def _done_order(task: PersonalTask) -> tuple[date, int]:
    return (task.completed_on or date.min, task.stage_position)


def _next(session: Session, tasks: Sequence[PersonalTask], today: date) -> list[NextTask]:
    found = []
    for plan_id in dict.fromkeys(t.plan_id for t in tasks):
        own = [t for t in tasks if t.plan_id == plan_id]
        state = openings.gate_reader(session, plan_id, {t.stage_position for t in own}, today=today)
        found += [NextTask(t, state(t.stage_position, t.unit_id, t.unit_name).sentence) for t in own]
    return found
