"""Work without an end (thường xuyên, định kỳ): somebody confirms that it goes on, and is not asked again for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, Task
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.states import TaskStatus
from tracker.services import catalogue, journal, looks
from tracker.services.openings import name_of_task
from tracker.services.planning import check_running, coordinator_of
from tracker.services.progress import load_task, wrong_status
from tracker.wording import refusal


def confirm_going_on(session: Session, task_id: int, *, by: Actor, now: datetime, note: str = "") -> bool:
    """Confirm that work without an end goes on; False when just that was said today already. Raises Refused for work with a
    due date, that is not under way, or not `by`'s."""
    plan, task = load_task(session, task_id, lock=True)
    _require_may_confirm(session, plan, task, by, now)
    note, today = note.strip(), now.date()
    if task.heard_on == today and note in ("", task.result_note):
        return False
    task.heard_on = today
    if note:
        task.result_note = note
    looks.look_again(plan, task, looks.ladders(session, [plan.id]), catalogue.calendars(session).of(task.unit_id))
    task.changed_at = plan.changed_at = now
    session.flush()
    line = journal.Line("xác nhận vẫn đang thực hiện", name_of_task(task), why=note, plan_id=plan.id, task_id=task.id)
    journal.record(session, line, by=by, now=now)
    return True


def _require_may_confirm(session: Session, plan: Plan, task: Task, by: Actor, now: datetime) -> None:
    if by.is_contact:
        if task.unit_id is None or task.unit_id not in by.unit_ids:
            raise refusal("own_unit_only", owner_unit=task.unit.name if task.unit else plan.place, unit="đơn vị khác")
    else:
        refused = refusal_to_run(by, "xác nhận thay đơn vị", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
        if refused:
            raise Refused(*refused)
    check_running(plan)
    if task.due_on is not None or task.stage.time_kind not in looks.ENDLESS:
        raise refusal("confirm_has_end", task=f"“{task.stage.short_name}”")
    if task.status is not TaskStatus.IN_PROGRESS:
        raise wrong_status(session, task, now)
