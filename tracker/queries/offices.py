"""The offices under an office: whose plans it may read."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import CTE, and_, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Office, Plan, Task
from tracker.rules.states import PlanStatus, TaskStatus


class OfficeName(NamedTuple):
    id: int
    name: str
    place: str


class OfficeLine(NamedTuple):
    """One office under the reader's, with what a leader asks first."""

    id: int
    name: str
    place: str
    depth: int  #: 1: directly below
    running: int  #: plans under way
    late: int  #: unfinished tasks past their due date


def offices_below(session: Session, office_id: int, *, today: date) -> list[OfficeLine]:
    """Every office under this one, each under the one it belongs to, by name. Two statements, however many offices."""
    rows = {row.id: row for row in session.execute(select(Office.id, Office.name, Office.place, Office.parent_id))}
    tree = _tree(office_id)
    counts = {
        row.office_id: (row.running, row.late)
        for row in session.execute(
            select(
                Plan.office_id,
                func.count(Plan.id.distinct()).label("running"),
                func.coalesce(func.sum(case((Task.due_on < today, 1), else_=0)), 0).label("late"),
            )
            .outerjoin(Task, and_(Task.plan_id == Plan.id, Task.status == TaskStatus.IN_PROGRESS))
            .where(Plan.status == PlanStatus.RUNNING, Plan.office_id.in_(select(tree.c.id)))
            .group_by(Plan.office_id)
        )
    }
    found: list[OfficeLine] = []
    seen = {office_id}

    def add(parent: int, depth: int) -> None:
        children = sorted((row for row in rows.values() if row.parent_id == parent), key=lambda row: (row.place, row.name))
        for row in children:
            if row.id not in seen:  # nobody stands above himself, whatever was written
                seen.add(row.id)
                running, late = counts.get(row.id, (0, 0))
                found.append(OfficeLine(row.id, row.name, row.place, depth, running, late))
                add(row.id, depth + 1)

    add(office_id, 1)
    return found


def office_below(session: Session, office_id: int, wanted: int) -> OfficeName | None:
    """The wanted office when it stands under `office_id`, at any depth; else None. One statement."""
    tree = _tree(office_id)
    row = session.execute(
        select(Office.id, Office.name, Office.place).where(
            Office.id == wanted, Office.id != office_id, Office.id.in_(select(tree.c.id))
        )
    ).first()
    return OfficeName(*row) if row else None


def _tree(office_id: int) -> CTE:
    """The ids of all offices under this one."""
    tree = select(Office.id).where(Office.parent_id == office_id).cte("below", recursive=True)
    return tree.union(select(Office.id).join(tree, Office.parent_id == tree.c.id))


def has_below(session: Session, office_id: int) -> bool:
    return session.scalar(select(Office.id).where(Office.parent_id == office_id).limit(1)) is not None
