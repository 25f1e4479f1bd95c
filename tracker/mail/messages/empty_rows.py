"""Rungs that nobody holds, as a coordinator's digest names them."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Notice, Plan, Task, Unit
from tracker.rules.states import NoticeStatus, PlanStatus


class EmptyRow(NamedTuple):
    """A rung that was passed over, and where."""

    plan_id: int
    rung: str  #: "due+1:head"
    units: dict[int | None, str]  #: None: the office's own work


def empty_rows(session: Session, message_ids: Collection[int]) -> dict[int, list[EmptyRow]]:
    """letter -> each rung once, with all its units. One statement."""
    rows = session.execute(
        select(Notice.message_id, Task.plan_id, Notice.rung, Task.unit_id, Unit.name)
        .join(Task, Task.id == Notice.task_id)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Notice.message_id.in_(message_ids), Notice.status == NoticeStatus.EMPTY, Plan.status == PlanStatus.RUNNING)
        .order_by(Task.plan_id, Notice.id)
    )
    found: dict[int, dict[tuple[int, str], EmptyRow]] = {}
    for message_id, plan_id, rung, unit_id, name in rows:
        if message_id is not None:
            row = found.setdefault(message_id, {}).setdefault((plan_id, rung), EmptyRow(plan_id, rung, {}))
            row.units[unit_id] = name or ""
    return {message_id: list(own.values()) for message_id, own in found.items()}
