"""Đã nhận, sẽ xong ngày …: whoever was reached about late work says when it will be done.

The ladder of that task rests until then and goes on with its next step on that day. It is no extension: the due date stays,
and what is late stays late.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.reminders import FURTHEST_PROMISE_DAYS, step_of_promise
from tracker.rules.states import TaskStatus
from tracker.services import catalogue, journal, looks, outbox
from tracker.services.openings import name_of_task
from tracker.services.planning import check_running, coordinator_of
from tracker.services.progress import load_task, wrong_status
from tracker.wording import date_short, date_weekday, refusal, sentence


def promise_day(session: Session, task_id: int, day: date | None, *, by: Actor, now: datetime) -> bool:
    """Promise that a late task will be done on `day`; False when just that was promised before.

    Raises Refused when the task is not late or not `by`'s, when the day is past, off or too far away, and when a unit would
    put its own promise off: that is what asking for a later due date is for.
    """
    plan, task = load_task(session, task_id, lock=True)
    _require_may_promise(session, plan, task, by, now)
    today = now.date()
    calendar = catalogue.calendars(session).of(task.unit_id)
    if day is None:
        raise refusal("promise_day")
    if day < today:
        raise refusal("promise_past", day=date_short(day), today=date_short(today))
    furthest = today + timedelta(days=FURTHEST_PROMISE_DAYS)
    if day > furthest:
        raise refusal("promise_far", day=date_short(day), n=FURTHEST_PROMISE_DAYS, furthest=date_short(furthest))
    if not calendar.is_workday(day):
        raise refusal("promise_day_off", day=date_weekday(day), next=date_weekday(calendar.on_or_after(day)))
    if day == task.promised_on:
        return False
    standing = task.promised_on if task.promised_on is not None and task.promised_on > today else None
    if standing is not None and day > standing and by.role is None:
        raise refusal("promise_later", day=date_short(standing))
    known = looks.ladders(session, [plan.id])
    rungs = known.of(plan.id, task.stage_id)
    said = looks.settled(session, [task.id]).get((task.id, task.due_on), frozenset())
    before = task.promised_on
    task.promised_step = step_of_promise(looks.facts_of(task, said=said), rungs, calendar)
    task.promised_on, task.promised_by = day, by.name
    looks.look_again(plan, task, known, calendar, said=said)
    task.changed_at = plan.changed_at = now
    session.flush()
    reason = sentence("mail_promised", task=f"“{task.stage.short_name}”", date=date_short(day))
    if day > today and outbox.void_for_promise(session, task.id, today=today, reason=reason):
        task.chase_count = max(0, task.chase_count - 1)
        session.flush()
    details = {"promised_on": day.isoformat(), "before": before.isoformat() if before else None}
    what = f"{name_of_task(task)} xong ngày {date_short(day)}"
    journal.record(
        session, journal.Line("hẹn", what, plan_id=plan.id, task_id=task.id, details=details), by=by, now=now
    )  # fmt: skip
    return True


def refusal_to_promise(session: Session, task_id: int, *, by: Actor, now: datetime) -> Refused | None:
    """Why `by` may promise no day for this task at all; None when the form may be shown. Locks nothing."""
    plan, task = load_task(session, task_id)
    try:
        _require_may_promise(session, plan, task, by, now)
    except Refused as refused:
        return refused
    return None


def _require_may_promise(session: Session, plan: Plan, task: Task, by: Actor, now: datetime) -> None:
    if by.is_of_unit:
        if task.unit_id is None or task.unit_id not in by.unit_ids:
            raise refusal("own_unit_only", owner_unit=task.unit.name if task.unit else plan.place, unit="đơn vị khác")
    else:
        refused = refusal_to_run(by, "ghi ngày hẹn xong", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
        if refused:
            raise Refused(*refused)
    check_running(plan)
    if task.status is not TaskStatus.IN_PROGRESS:
        raise wrong_status(session, task, now)
    if task.due_on is None or task.due_on >= now.date():
        raise refusal("promise_not_late", task=f"“{task.stage.short_name}”")
