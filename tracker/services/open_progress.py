"""Whether anybody may read how far a plan is: the office decides, for each plan, and may take it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.errors import Refused
from tracker.models import Plan
from tracker.queries.public_progress import SHOWN
from tracker.rules.access import Actor, refusal_to_run
from tracker.services import journal
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import refusal


def show_progress(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Let anybody read the plan's stages, their days and how many units are done. Twice is once.

    Raises Refused for who does not run plans, and before the plan has begun.
    """
    plan = _plan(session, plan_id, by, "công khai tiến độ")
    if plan.status not in SHOWN:
        raise refusal("progress_not_begun")
    _turn(session, plan, True, "công khai tiến độ", by, now)
    return plan


def hide_progress(session: Session, plan_id: int, *, by: Actor, now: datetime) -> Plan:
    """Take the page away again. Raises Refused for who does not run plans."""
    plan = _plan(session, plan_id, by, "thôi công khai tiến độ")
    _turn(session, plan, False, "thôi công khai tiến độ", by, now)
    return plan


def _plan(session: Session, plan_id: int, by: Actor, verb: str) -> Plan:
    plan = get_plan(session, plan_id, lock=True)
    if refused := refusal_to_run(by, verb, office_id=plan.office_id, coordinator=coordinator_of(session, plan)):
        raise Refused(*refused)
    return plan


def _turn(session: Session, plan: Plan, is_public: bool, verb: str, by: Actor, now: datetime) -> None:
    if plan.progress_is_public is is_public:
        return
    plan.progress_is_public = is_public
    plan.changed_at = now
    journal.record(session, journal.Line(verb, plan.name, plan_id=plan.id), by=by, now=now)
