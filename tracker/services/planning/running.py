"""A plan starts, its first letters go, it pauses and goes on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan, Task
from tracker.rules.access import Actor
from tracker.rules.states import PlanStatus
from tracker.services import journal, looks, openings, outbox
from tracker.services.planning.first_letters import enqueue_first_letters, tell_of_held_letters
from tracker.services.planning.one_plan import get_plan, require_runner
from tracker.services.recheck_seeds import commit_seeds
from tracker.wording import date_short


def activate_plan(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Start a plan: what waits for nothing opens, and the first letters are written and held until someone releases
    them. Rungs of days already past are never said."""
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, by, plan.office_id, "bắt đầu triển khai")
    if plan.status is not PlanStatus.NOT_STARTED:
        raise Refused(
            "plan_started",
            f"Kế hoạch đã triển khai từ ngày {date_short(plan.activated_on or now.date())}; không bắt đầu lần hai.",
        )
    plan.status = PlanStatus.RUNNING
    plan.activated_on = now.date()
    plan.changed_at = now
    session.flush()
    journal.record(session, journal.Line("bắt đầu triển khai", plan.name, plan_id=plan.id), by=by, now=now)
    commit_seeds(session, plan, now=now)
    enqueue_first_letters(session, plan, now=now)
    openings.open_what_may_open(session, plan_id, now=now, announce=False)
    tell_of_held_letters(session, plan, now=now)
    return plan


def release_letters(session: Session, plan_id: int, *, by: Actor, now: datetime) -> int:
    """Let the held letters of a plan go; from now on its letters go by themselves. Returns how many were released.

    Rungs whose day passed while the letters were held are skipped: nobody is flooded on the day of release.
    """
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, by, plan.office_id, "duyệt gửi thư")
    if plan.status is not PlanStatus.RUNNING:
        raise Refused("plan_not_running", "Chưa duyệt gửi thư: kế hoạch chưa triển khai; bắt đầu triển khai trước.")
    released = outbox.release_held(session, plan_id, now=now)
    if plan.letters_released_at is None:
        plan.letters_released_at = now
        looks.lay_ladders(session, plan, from_day=now.date())
        journal.record(
            session, journal.Line("duyệt", f"gửi {released} thư đầu tiên của kế hoạch", plan_id=plan.id), by=by, now=now
        )
    return released


def pause_plan(session: Session, plan_id: int, *, by: Actor, reason: str, now: datetime) -> Plan:
    """Stop all reminders from today; letters that wait lose their effect."""
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, by, plan.office_id, "tạm dừng kế hoạch")
    if plan.status is not PlanStatus.RUNNING:
        raise Refused("plan_not_running", "Chưa tạm dừng: kế hoạch không ở trạng thái Đang triển khai; tải lại trang.")
    plan.status = PlanStatus.PAUSED
    plan.changed_at = now
    session.execute(update(Task).where(Task.plan_id == plan_id).values(next_look_on=None))
    outbox.void_for_plan(session, plan_id, reason="Thư không gửi nữa vì kế hoạch tạm dừng.")
    journal.record(session, journal.Line("tạm dừng", plan.name, why=reason, plan_id=plan.id), by=by, now=now)
    return plan


def resume_plan(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Go on: reminders are reckoned from today, days past are not made up for."""
    plan = get_plan(session, plan_id, lock=True)
    require_runner(session, by, plan.office_id, "tiếp tục kế hoạch")
    if plan.status is not PlanStatus.PAUSED:
        raise Refused("plan_not_paused", "Kế hoạch không ở trạng thái Tạm dừng; tải lại trang.")
    plan.status = PlanStatus.RUNNING
    plan.changed_at = now
    session.flush()
    looks.lay_ladders(session, plan, from_day=now.date())
    openings.open_what_may_open(session, plan_id, now=now)
    journal.record(session, journal.Line("tiếp tục", plan.name, plan_id=plan.id), by=by, now=now)
    return plan
