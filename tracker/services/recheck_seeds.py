"""Seeds and their commitments: fixed before the first ballot of a unit, so that nobody can choose the draw afterwards."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Ballot, LedgerLine, Plan, PlanUnit, RecheckSeed
from tracker.rules.access import SYSTEM, Actor
from tracker.rules.sampling import commitment, unit_seed
from tracker.services import journal
from tracker.wording import count

MASTER_BYTES = 16


def commit_seeds(
    session: Session, plan: Plan, *, now: datetime, by: Actor = SYSTEM, round_no: int = 0, unit_id: int | None = None
) -> int:
    """Fix the seed of every surveyed unit (or of one) that has none in this round; how many were fixed.

    A unit that has a ballot or a ledger line of the round already gets none: its draw could have been chosen. Called when a plan
    starts, when a unit joins it, and when a resurvey opens.
    """
    counted = select(Ballot.unit_id).where(Ballot.plan_id == plan.id, Ballot.round == round_no)
    begun = counted.union(select(LedgerLine.unit_id).where(LedgerLine.plan_id == plan.id, LedgerLine.round == round_no))
    fixed = select(RecheckSeed.unit_id).where(RecheckSeed.plan_id == plan.id, RecheckSeed.round == round_no)
    query = select(PlanUnit.unit_id).where(
        PlanUnit.plan_id == plan.id, PlanUnit.unit_id.not_in(begun), PlanUnit.unit_id.not_in(fixed)
    )
    if unit_id is not None:
        query = query.where(PlanUnit.unit_id == unit_id)
    units = session.scalars(query.order_by(PlanUnit.unit_id)).all()
    if not units:
        return 0
    if not plan.recheck_master:
        plan.recheck_master = secrets.token_hex(MASTER_BYTES)
    made = {unit: unit_seed(plan.recheck_master, str(plan.id), unit_code(unit, round_no)) for unit in units}
    session.add_all(
        RecheckSeed(plan_id=plan.id, unit_id=unit, round=round_no, seed=seed, commitment=commitment(seed), committed_at=now)
        for unit, seed in made.items()
    )
    session.flush()
    shown = {str(unit): commitment(seed) for unit, seed in made.items()}
    what = f"mã kiểm chứng của chuỗi khởi tạo phúc tra cho {count(len(units), 'đơn vị')}"
    journal.record(session, journal.Line("công bố", what, plan_id=plan.id, details={"commitments": shown}), by=by, now=now)
    return len(units)


def unit_code(unit_id: int, round_no: int) -> str:
    """The unit's part of what is hashed: "12", and "12.1" for its first resurvey."""
    return str(unit_id) if not round_no else f"{unit_id}.{round_no}"
