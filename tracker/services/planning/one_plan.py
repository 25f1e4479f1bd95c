"""One plan at hand, and who may move it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import Plan, User
from tracker.rules.access import Actor, Coordinator, refusal_to_run
from tracker.rules.states import PlanStatus
from tracker.wording import date_short, refusal


def get_plan(session: Session, plan_id: int, *, lock: bool = False) -> Plan:
    """The plan; with `lock`, its row is held to the end of the transaction, so that moves within a plan have one order.
    Raises NotFound."""
    query = select(Plan).where(Plan.id == plan_id)
    if lock:
        # Not the key: whoever writes a row that names the plan (a letter, in the morning's run) need not wait for a move, which
        # may be waiting for his tasks.
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    plan = session.execute(query).scalar_one_or_none()
    if plan is None:
        raise NotFound(f"plan {plan_id}")
    return plan


def check_running(plan: Plan) -> None:
    """Raises Refused unless the plan is under way."""
    if plan.status is PlanStatus.PAUSED:
        raise refusal("plan_paused", date=date_short(plan.changed_at.date()))
    if plan.status in (PlanStatus.CLOSED, PlanStatus.CANCELLED):
        raise refusal("plan_closed", date=date_short(plan.closed_on or plan.changed_at.date()))
    if plan.status is PlanStatus.NOT_STARTED:
        raise Refused("plan_not_started", "Kế hoạch chưa triển khai; bấm Bắt đầu triển khai trước.")


def coordinator_of(session: Session, plan: Plan) -> Coordinator:
    """Whom refusals name for this plan."""
    user = session.get(User, plan.coordinator_id) if plan.coordinator_id else None
    return Coordinator(user.name, user.phone or "–") if user else Coordinator("điều phối viên", "–")


def require_runner(session: Session, by: Actor, office_id: int, verb: str) -> None:
    refused = refusal_to_run(by, verb, office_id=office_id, coordinator=Coordinator("điều phối viên", "–"))
    if refused:
        raise Refused(*refused)
