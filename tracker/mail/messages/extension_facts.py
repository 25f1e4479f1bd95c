"""What letters about more time speak of: the questions, how many there were, and the stages that a later date would reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from tracker.mail.messages.rows import ExtensionRow
from tracker.models import Extension, GateCondition, Stage
from tracker.rules.effects import WaitingStage
from tracker.rules.states import ExtensionStatus

#: Named once: a new name makes every column anew, which costs more than the statement.
_before = aliased(Extension)
_earlier, _later = aliased(Stage), aliased(Stage)


def extension_rows(session: Session, extension_ids: Iterable[int]) -> dict[int, ExtensionRow]:
    """The questions by id, each with its number among those of its task; what was taken back does not count."""
    number = (
        select(func.count(_before.id))
        .where(
            _before.task_id == Extension.task_id,
            _before.id < Extension.id,
            _before.status != ExtensionStatus.WITHDRAWN,
        )
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Extension.id,
            Extension.old_due_on,
            Extension.new_due_on,
            Extension.reason,
            Extension.document,
            Extension.status,
            Extension.note,
            number + 1,
        ).where(Extension.id.in_(set(extension_ids)))
    )
    return {row[0]: ExtensionRow._make(row) for row in found}


def stages_of_plans(session: Session, plan_ids: Iterable[int]) -> dict[int, list[WaitingStage]]:
    """Plan id -> its stages, as tracker.rules.effects sees them. Two queries for all plans."""
    wanted = set(plan_ids)
    waits_for: defaultdict[int, list[int]] = defaultdict(list)
    for stage_id, position in session.execute(
        select(GateCondition.stage_id, _earlier.position)
        .join(_later, _later.id == GateCondition.stage_id)
        .join(_earlier, _earlier.id == GateCondition.earlier_stage_id)
        .where(_later.plan_id.in_(wanted))
        .order_by(GateCondition.id)
    ):
        waits_for[stage_id].append(position)
    stages: defaultdict[int, list[WaitingStage]] = defaultdict(list)
    for row in session.execute(
        select(Stage.id, Stage.plan_id, Stage.position, Stage.short_name, Stage.due_on)
        .where(Stage.plan_id.in_(wanted))
        .order_by(Stage.plan_id, Stage.position)
    ):
        stages[row.plan_id].append(WaitingStage(row.position, row.short_name, row.due_on, tuple(waits_for[row.id])))
    return dict(stages)
