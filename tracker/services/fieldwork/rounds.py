"""Điều tra lại and điều tra bổ sung: the fieldwork stage of a unit once more, as a task with its own date."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Task, Unit
from tracker.rules.access import Actor
from tracker.rules.rounds import RESURVEY, ROUND_WORDS
from tracker.rules.schedule import aim_day
from tracker.rules.states import FINISHED_STATUSES, DiscardReason, TaskStatus
from tracker.services import catalogue, journal, looks, openings
from tracker.services.fieldwork.ballots import discard_ballots, valid_ballots
from tracker.services.fieldwork.leave import fieldwork_tasks, require_runner
from tracker.services.planning import check_running, get_plan
from tracker.services.recheck_seeds import commit_seeds
from tracker.wording import date_short, number, refusal


def open_round(
    session: Session,
    plan_id: int,
    unit_id: int,
    kind: str,
    ballots: Collection[str] | int,
    due_on: date,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> Task:
    """Open điều tra lại ("resurvey") of these ballots, or điều tra bổ sung ("supplement") of so many, due on a day.

    The ballots of a resurvey are discarded at once, what was entered of them stays; later work of the unit is locked again until
    the round is finished. Contacts are written to. Raises Refused (who may not, no reason, a day past, a round still going on),
    NotFound.
    """
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, plan, by, f"mở {ROUND_WORDS[kind]}")
    check_running(plan)
    unit = session.get(Unit, unit_id)
    earlier = [task for task in fieldwork_tasks(session, plan_id, unit_id) if task.unit_id == unit_id]
    if unit is None or not earlier:
        raise NotFound(f"fieldwork of unit {unit_id} in plan {plan_id}")
    shut = next((task for task in earlier if task.status is TaskStatus.NOT_OPEN), None)
    if shut is not None:  # a round is no way round the gate of the first
        state = openings.gate_of_task(session, shut, today=now.date())
        raise Refused(state.blocked[0].key, state.sentence) if state.blocked else refusal("fieldwork_shut", unit=unit.name)
    if not reason.strip():
        raise Refused("round_reason", f"Chưa mở {ROUND_WORDS[kind]}: chưa ghi lý do; đơn vị nhận nguyên văn câu này.")
    if due_on < now.date():
        raise refusal("round_past", round=ROUND_WORDS[kind], date=date_short(due_on))
    still = next((task for task in earlier if task.round_kind and task.status not in FINISHED_STATUSES), None)
    if still is not None:
        raise refusal("round_open", unit=unit.name, round=ROUND_WORDS[still.round_kind])
    if kind == RESURVEY and isinstance(ballots, int):
        ballots = [ballot.number for ballot in valid_ballots(session, plan_id, unit_id)][:ballots]
    asked = ballots if isinstance(ballots, int) else len(ballots)
    if asked < 1:
        raise refusal("round_no_ballots", round=ROUND_WORDS[kind])
    calendar = catalogue.calendars(session).of(unit_id)
    aim_on = aim_day(now.date(), due_on, calendar)
    task = Task(
        plan_id=plan_id,
        stage_id=earlier[-1].stage_id,
        unit_id=unit_id,
        round=max(t.round for t in earlier) + 1,
        round_kind=kind,
        ballots_asked=asked,
        status=TaskStatus.IN_PROGRESS,
        start_on=now.date(),
        due_on=due_on,
        original_due_on=due_on,
        aim_on=aim_on,
        opened_on=now.date(),
        changed_at=now,
    )
    looks.lay(session, plan, task, from_day=now.date(), calendar=calendar)
    session.add(task)
    plan.changed_at = now
    session.flush()
    what = f"{ROUND_WORDS[kind]} {number(asked)} phiếu của {unit.name}, hạn {date_short(due_on)}"
    line = journal.Line("mở", what, why=reason.strip(), plan_id=plan_id, task_id=task.id, details={"round": task.round})
    journal.record(session, line, by=by, now=now)
    if not isinstance(ballots, int):
        note = f"{ROUND_WORDS[kind]}: {reason.strip()}"
        discard_ballots(session, plan_id, unit_id, ballots, DiscardReason.OTHER, note, by=by, now=now)
    commit_seeds(session, plan, now=now, round_no=task.round, unit_id=unit_id)
    session.refresh(task, ["stage"])
    again = openings.blocked_again(session, plan_id, unit_id=unit_id, after=task.stage.position)
    openings.relock(session, plan_id, [t for t in again if t.id != task.id], by=by, now=now)
    openings.announce(session, plan, task, reason=reason.strip(), now=now)
    return task
