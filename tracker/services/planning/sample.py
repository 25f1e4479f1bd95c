"""Taking the sample campaign away."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.models import (
    FeedToken,
    GateCondition,
    Notice,
    OutboxMessage,
    Plan,
    PlanDraft,
    PlanUnit,
    Stage,
    Task,
    Unit,
    UnitGroup,
    User,
)
from tracker.rules.access import Actor
from tracker.services import journal


def remove_sample(session: Session, *, by: Actor, now: datetime) -> int:
    """Take the sample campaign away, whole: plans, drafts, units, people. Returns how many plans went. The journal stays."""
    plan_ids = list(session.scalars(select(Plan.id).where(Plan.is_sample)))
    unit_ids = select(Unit.id).where(Unit.is_sample)
    for plan_id in plan_ids:
        task_ids = select(Task.id).where(Task.plan_id == plan_id)
        session.execute(delete(Notice).where(Notice.task_id.in_(task_ids)))
        session.execute(delete(OutboxMessage).where(OutboxMessage.plan_id == plan_id))
        session.execute(delete(Task).where(Task.plan_id == plan_id))
        stage_ids = select(Stage.id).where(Stage.plan_id == plan_id)
        session.execute(delete(GateCondition).where(GateCondition.stage_id.in_(stage_ids)))
        session.execute(delete(Stage).where(Stage.plan_id == plan_id))
        session.execute(delete(PlanUnit).where(PlanUnit.plan_id == plan_id))
        session.execute(delete(FeedToken).where(FeedToken.scope == "plan", FeedToken.subject_id == plan_id))
        session.execute(delete(PlanDraft).where(PlanDraft.plan_id == plan_id))
        session.execute(delete(Plan).where(Plan.id == plan_id))
    in_use = select(PlanUnit.unit_id).union(select(Task.unit_id).where(Task.unit_id.is_not(None)))
    session.execute(delete(FeedToken).where(FeedToken.scope == "unit", FeedToken.subject_id.in_(unit_ids)))
    session.execute(delete(Unit).where(Unit.is_sample, Unit.id.not_in(in_use)))
    session.execute(delete(UnitGroup).where(UnitGroup.id.not_in(select(Unit.group_id).where(Unit.group_id.is_not(None)))))
    in_charge = (
        select(Plan.coordinator_id)
        .where(Plan.coordinator_id.is_not(None))
        .union(select(Plan.leader_id).where(Plan.leader_id.is_not(None)))
    )
    session.execute(delete(User).where(User.is_sample, User.id.not_in(in_charge)))
    journal.record(session, journal.Line("hủy", f"dữ liệu mẫu ({len(plan_ids)} kế hoạch)"), by=by, now=now)
    return len(plan_ids)
