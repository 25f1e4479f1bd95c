"""The conditions of a stage, changed by hand: what the change opens or locks again is shown before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tracker.errors import NotFound, Refused
from tracker.models import GateCondition, Plan, Stage
from tracker.rules.access import Actor, refusal_to_run
from tracker.rules.ballot_gates import BALLOT_CONDITIONS
from tracker.rules.gates import OF_STAGES, Condition, goes_in_a_circle
from tracker.rules.states import ConditionKind, Scope
from tracker.services import journal, openings
from tracker.services.gate_facts import gates_of
from tracker.services.openings import Change
from tracker.services.planning import coordinator_of, get_plan
from tracker.wording import date_short, number, refusal


class GateAsks(Refused):
    """Not saved yet: the change opens or locks work, and nobody has agreed to that."""

    def __init__(self, change: Change) -> None:
        opened = sum(len(stage.task_ids) for stage in change.opened)
        parts = [f"mở {number(opened)} việc"] if opened else []
        parts += [f"khóa lại {number(len(change.locked))} việc"] if change.locked else []
        asked = refusal("gate_asks", effects=" và ".join(parts))
        super().__init__(asked.key, asked.sentence)
        self.change = change


def set_conditions(
    session: Session, stage_id: int, conditions: Sequence[Condition], *, by: Actor, now: datetime, agreed: bool = False
) -> Change:
    """Replace the conditions of a stage. Where that opens or locks work it is done only once `agreed`: else GateAsks is raised
    with the list, and the caller's transaction must not be kept. Raises Refused, NotFound."""
    stage = session.get(Stage, stage_id)
    if stage is None:
        raise NotFound(f"stage {stage_id}")
    plan = get_plan(session, stage.plan_id, lock=True)
    if by.office_id not in (None, plan.office_id):
        raise NotFound(f"stage {stage_id}")
    refused = refusal_to_run(by, "sửa điều kiện", office_id=plan.office_id, coordinator=coordinator_of(session, plan))
    if refused:
        raise Refused(*refused)
    if plan.closed_on is not None:
        raise refusal("plan_closed", date=date_short(plan.closed_on))
    wanted = tuple(dict.fromkeys(conditions))
    gates = gates_of(session, plan.id)
    if tuple(gates[stage.position]) == wanted:
        return Change()
    ids = _check(session, plan, stage, wanted, gates)
    session.execute(delete(GateCondition).where(GateCondition.stage_id == stage_id))
    session.add_all(
        GateCondition(
            stage_id=stage_id,
            kind=c.kind,
            earlier_stage_id=ids[c.earlier] if c.earlier is not None else None,
            share=c.share,
            per_unit=c.per_unit,
        )
        for c in wanted
    )
    plan.changed_at = now
    session.flush()
    details = {"before": [_plain(c) for c in gates[stage.position]], "after": [_plain(c) for c in wanted]}
    what = f"điều kiện mở giai đoạn {stage.position} ({stage.short_name})"
    journal.record(session, journal.Line("sửa", what, plan_id=plan.id, details=details), by=by, now=now)
    again = openings.blocked_again(session, plan.id, touched=stage.position)
    locked = openings.relock(session, plan.id, again, by=by, now=now)
    opened = openings.open_what_may_open(session, plan.id, now=now)
    change = Change(tuple(opened), tuple(locked))
    if (change.opened or change.locked) and not agreed:
        raise GateAsks(change)
    return change


def _check(
    session: Session, plan: Plan, stage: Stage, wanted: Sequence[Condition], gates: dict[int, tuple[Condition, ...]]
) -> dict[int, int]:
    """Refuse what could never open or means nothing; position -> stage id."""
    stages = {s.position: s for s in session.scalars(select(Stage).where(Stage.plan_id == plan.id))}
    for condition in wanted:
        if condition.kind in OF_STAGES:
            earlier = stages.get(condition.earlier or 0)
            if earlier is None or earlier.id == stage.id:
                raise refusal("gate_unknown_stage")
            if condition.kind is ConditionKind.OWN_TASK_DONE and Scope.ONCE in (earlier.scope, stage.scope):
                once = earlier if earlier.scope is Scope.ONCE else stage
                raise refusal("gate_own_unit", earlier=f"giai đoạn {once.position} ({once.short_name})")
            changed = {**gates, stage.position: (condition,)}
            if goes_in_a_circle(changed):
                names = {"stage": stage.short_name, "earlier": earlier.short_name}
                raise refusal("gate_circle", **names)
        if condition.kind is ConditionKind.UNITS_SHARE and not 1 <= condition.share <= 100:
            raise refusal("gate_share")
        if condition.per_unit and condition.kind not in BALLOT_CONDITIONS:
            raise ValueError(f"{condition.kind} is not asked unit by unit")
    return {position: s.id for position, s in stages.items()}


def _plain(condition: Condition) -> dict[str, object]:
    return {
        "kind": condition.kind.value,
        "earlier": condition.earlier,
        "share": condition.share,
        "per_unit": condition.per_unit,
    }
