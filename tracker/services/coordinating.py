"""Đơn vị phối hợp: units that the signed plan names beside whoever does the work of a stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from tracker.models import Plan, Stage, Unit
from tracker.rules.feed_lines import names

#: stage -> id and name of each unit that helps with it
Helping = dict[int, tuple[tuple[int, str], ...]]


def helping_units(session: Session, stage_ids: Collection[int], day: date) -> Helping:
    """The units of the plan's office, as they are on `day`, that the words of these stages name. Two statements, the second
    only where a stage names anybody."""
    stages = session.execute(
        select(Stage.id, Stage.coordinating, Plan.office_id)
        .join(Plan, Plan.id == Stage.plan_id)
        .where(Stage.id.in_(stage_ids), Stage.coordinating != "")
    ).all()
    if not stages:
        return {}
    units: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for unit_id, office_id, name in session.execute(
        select(Unit.id, Unit.office_id, Unit.name)
        .where(
            Unit.office_id.in_({s.office_id for s in stages}),
            or_(Unit.valid_from.is_(None), Unit.valid_from <= day),
            or_(Unit.valid_to.is_(None), Unit.valid_to >= day),
        )
        .order_by(Unit.id)
    ):
        units[office_id].append((unit_id, name))
    found = {s.id: tuple(unit for unit in units[s.office_id] if names(s.coordinating, unit[1])) for s in stages}
    return {stage_id: own for stage_id, own in found.items() if own}
