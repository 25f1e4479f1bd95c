"""Sửa mốc thời gian of a stage: shown with what it moves, then applied; contacts of open work hear of a new due date.

Tasks whose own date was moved by an extension keep it, unless the stage now ends later. In a plan that runs, the plan's
first date stays on the task (`original_due_on`): reports count lateness from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, Stage, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.schedule import aim_day, aims
from tracker.rules.states import PlanStatus, TaskStatus, TimeKind
from tracker.services import catalogue, journal, looks, openings, outbox, people, planning
from tracker.services.calendar_changes import OPEN_PLANS, UNFINISHED
from tracker.wording import date_short, refusal

#: Kinds that say "no day yet": with days entered by a person they become a window or a deadline.
_WITHOUT_DAYS = frozenset({TimeKind.UNDATED, TimeKind.UNPARSABLE, TimeKind.RELATIVE, TimeKind.EVENT_RELATIVE})


@dataclass(frozen=True)
class DateProposal:
    """What new days of a stage would do; nothing is written."""

    position: int
    label: str
    old_start_on: date | None
    old_due_on: date | None
    start_on: date | None
    due_on: date | None
    aim_on: date | None
    tasks: int  #: unfinished tasks that move
    kept: int  #: unfinished tasks with a later date of their own, which stays
    told: int  #: people who get a letter
    past: bool  #: the new due date is over


def propose(
    session: Session, plan_id: int, position: int, *, start_on: date | None, due_on: date | None, by: Actor, today: date
) -> DateProposal:
    """What the new days would move. Raises Refused when nothing changes, the days are the wrong way round, the plan is
    closed, or `by` may not; NotFound."""
    plan, stage = _stage(session, plan_id, position)
    _check(session, plan, stage, start_on, due_on, by)
    moved, kept = _tasks(session, stage, due_on)
    return DateProposal(
        position=position,
        label=stage.short_name,
        old_start_on=stage.start_on,
        old_due_on=stage.due_on,
        start_on=start_on,
        due_on=due_on,
        aim_on=aim_day(start_on, due_on, catalogue.work_calendar(session)),
        tasks=len(moved),
        kept=kept,
        told=len(_told(session, plan, stage, moved, due_on, today)),
        past=due_on is not None and due_on < today,
    )


def apply(
    session: Session,
    plan_id: int,
    position: int,
    *,
    start_on: date | None,
    due_on: date | None,
    reason: str,
    by: Actor,
    now: datetime,
) -> DateProposal:
    """Move the stage and its unfinished tasks: new ladders from tomorrow, letters of the old date taken back, feeds
    follow, `date_changed` to the contacts of open work, a line in the journal. Raises Refused as `propose`, and when a
    running plan's date moves without a reason."""
    planning.get_plan(session, plan_id, lock=True)
    proposal = propose(session, plan_id, position, start_on=start_on, due_on=due_on, by=by, today=now.date())
    plan, stage = _stage(session, plan_id, position)
    running = plan.status is not PlanStatus.NOT_STARTED
    require_reason(plan.status, reason)
    moved, _ = _tasks(session, stage, due_on)
    told = _told(session, plan, stage, moved, due_on, now.date())
    old_due_on = stage.due_on
    if running and due_on != old_due_on:
        sentence = f"Thư không gửi nữa vì hạn đã chuyển sang {date_short(due_on) if due_on else 'không có hạn'}."
        outbox.void_for_tasks(session, [task.id for task in moved], reason=sentence)
    calendars = catalogue.calendars(session)
    aim_of = aims(calendars)
    stage.start_on, stage.due_on, stage.aim_on = start_on, due_on, proposal.aim_on
    if stage.time_kind in _WITHOUT_DAYS and due_on is not None:
        stage.time_kind = TimeKind.WINDOW if start_on else TimeKind.DEADLINE
    tomorrow = now.date() + timedelta(days=1)  # the letter of the change is what is said today
    session.flush()
    known = looks.ladders(session, [plan.id])
    for task in moved:
        is_new, aim = due_on != task.due_on, aim_of(start_on, due_on, task.unit_id)
        task.start_on, task.due_on, task.aim_on = start_on, due_on, aim
        if is_new:
            task.promised_on = None
        if is_new and task.status is TaskStatus.IN_PROGRESS and plan.status is PlanStatus.RUNNING:
            looks.lay(session, plan, task, from_day=tomorrow, calendar=calendars.of(task.unit_id), known=known)
        if not running:
            task.original_due_on = due_on
        task.changed_at = now
        task.sequence += 1
    plan.changed_at = now
    session.flush()
    tell(session, plan, stage, told, old_due_on, reason, now)
    _record(session, plan, proposal, reason, by, now)
    openings.open_what_may_open(session, plan_id, now=now)
    return proposal


def require_reason(status: PlanStatus, reason: str) -> None:
    """Raises Refused when the days of a plan that has begun would move without a word why."""
    if status is not PlanStatus.NOT_STARTED and not reason.strip():
        raise refusal("date_change_reason")


def stage_of(session: Session, plan_id: int, position: int) -> Stage:
    """One stage by its place; raises NotFound."""
    stage = session.scalar(select(Stage).where(Stage.plan_id == plan_id, Stage.position == position))
    if stage is None:
        raise NotFound(f"stage {position} of plan {plan_id}")
    return stage


def _stage(session: Session, plan_id: int, position: int) -> tuple[Plan, Stage]:
    return planning.get_plan(session, plan_id), stage_of(session, plan_id, position)


def _check(session: Session, plan: Plan, stage: Stage, start_on: date | None, due_on: date | None, by: Actor) -> None:
    coordinator = planning.coordinator_of(session, plan)
    refused = refusal_to_run(by, "sửa mốc thời gian", office_id=plan.office_id, coordinator=coordinator)
    if refused:
        raise Refused(*refused)
    if plan.status not in OPEN_PLANS:
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    if start_on is not None and due_on is not None and due_on < start_on:
        raise refusal("end_before_start", due_on=date_short(due_on), start_on=date_short(start_on))
    if (start_on, due_on) == (stage.start_on, stage.due_on):
        raise refusal("date_change_none")


def _tasks(session: Session, stage: Stage, due_on: date | None) -> tuple[list[Task], int]:
    """The unfinished tasks that follow their stage, and how many keep a date of their own."""
    tasks = session.scalars(select(Task).where(Task.stage_id == stage.id, Task.status.in_(UNFINISHED)).order_by(Task.id)).all()
    moved = [t for t in tasks if t.due_on == stage.due_on or (due_on is not None and t.due_on is not None and t.due_on <= due_on)]
    return moved, len(tasks) - len(moved)


def _told(
    session: Session, plan: Plan, stage: Stage, moved: Sequence[Task], due_on: date | None, today: date
) -> dict[people.Person, list[int]]:
    """Who hears of the new due date, and of which tasks: nobody before the plan's first letters are out."""
    if plan.status is not PlanStatus.RUNNING or plan.letters_released_at is None or due_on == stage.due_on:
        return {}
    asked = [t for t in moved if t.status in (TaskStatus.NOT_OPEN, TaskStatus.IN_PROGRESS) and t.unit_id is not None]
    who = people.directory(session, plan_ids=[plan.id], unit_ids={t.unit_id for t in asked}, day=today)
    told: dict[people.Person, list[int]] = {}
    for task in asked:
        for person in who.contacts.get(task.unit_id or 0, ()):
            told.setdefault(person, []).append(task.id)
    return told


def tell(
    session: Session,
    plan: Plan,
    stage: Stage,
    told: dict[people.Person, list[int]],
    old_due_on: date | None,
    reason: str,
    now: datetime,
) -> None:
    """Queue `date_changed` to whom the new date of some tasks, all with the same old one, is told: one letter a person."""
    not_before = openings.letter_time(catalogue.work_calendar(session), now)
    outbox.enqueue_many(
        session,
        [
            outbox.NewLetter(
                kind="date_changed",
                key=f"date_changed:{stage.id}:{old_due_on}:{now.isoformat()}:{person.key}",
                person=person.key,
                to_name=person.name,
                to_email=person.email,
                facts={
                    "task_ids": task_ids,
                    "old_due_on": old_due_on.isoformat() if old_due_on else None,
                    "reason": reason.strip(),
                },
                day=not_before.date(),
                plan_id=plan.id,
                not_before=not_before,
            )
            for person, task_ids in told.items()
        ],
        now=now,
    )


def _record(session: Session, plan: Plan, proposal: DateProposal, reason: str, by: Actor, now: datetime) -> None:
    def days(start_on: date | None, due_on: date | None) -> str:
        parts = [f"từ {date_short(start_on)}" if start_on else "", f"hạn {date_short(due_on)}" if due_on else "không có hạn"]
        return " ".join(part for part in parts if part)

    old, new = days(proposal.old_start_on, proposal.old_due_on), days(proposal.start_on, proposal.due_on)
    what = f"thời gian giai đoạn {proposal.position} ({proposal.label}): {old} → {new}"
    journal.record(session, journal.Line("sửa", what, why=reason.strip(), plan_id=plan.id), by=by, now=now)
