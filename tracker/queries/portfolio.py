"""All plans of an office on one page for its leader: who is late, and this year against the years before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Office, Plan, Publication, Stage, Task, Unit
from tracker.rules.states import PlanStatus, PublicationStatus, TaskStatus


class LateUnit(NamedTuple):
    """A unit with work that is late, or the office itself; over all running plans."""

    unit_id: int | None
    name: str
    tasks: int
    oldest_due_on: date
    chases: int  #: of the piece of work that was chased most
    stage: str  #: of the piece of work that stands first in its plan
    task_id: int  #: the same


class YearLine(NamedTuple):
    """A plan among those of other years: its published figure, and how much of its finished work was in time."""

    plan_id: int
    name: str
    year: int | None
    is_sample: bool
    finished: int
    in_time: int
    share: Decimal | None  #: satisfied, of the whole plan
    ballots: int | None
    change: Decimal | None
    change_note: str
    slug: str


def late_units(session: Session, office_id: int, *, today: date, limit: int) -> list[LateUnit]:
    """Who is late, the longest first."""
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            Task.unit_id,
            func.coalesce(func.max(Unit.name), func.max(Office.name)),
            func.count(Task.id),
            func.min(Task.due_on),
            func.max(Task.chase_count),
            func.min(Task.id),
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Office, Office.id == Plan.office_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(_is_late(office_id, today))
        .group_by(Task.unit_id)
        .order_by(func.min(Task.due_on), func.min(Task.id))
        .limit(limit)
    ).all()
    first = [row[5] for row in rows]
    named = session.execute(select(Task.id, Stage.short_name).join(Stage, Stage.id == Task.stage_id).where(Task.id.in_(first)))
    stages = {row.id: row.short_name for row in named}
    return [LateUnit._make((*row[:5], stages[row[5]], row[5])) for row in rows]


def late_unit_count(session: Session, office_id: int, *, today: date) -> int:
    """The office counts as one for its own work."""
    owners = select(Task.unit_id).join(Plan, Plan.id == Task.plan_id).where(_is_late(office_id, today)).distinct()
    return session.scalar(select(func.count()).select_from(owners.subquery())) or 0


def year_lines(session: Session, office_id: int, *, limit: int) -> list[YearLine]:
    """Plans that have begun, the newest year first."""
    finished = and_(Task.status == TaskStatus.DONE, Task.due_on.is_not(None))
    whole = Publication.data["whole"]
    rows: Sequence[Sequence[Any]] = session.execute(
        select(
            Plan.id,
            Plan.short_name,
            Plan.year,
            Plan.is_sample,
            _tasks_of_plan(finished),
            _tasks_of_plan(and_(finished, Task.completed_on <= Task.due_on)),
            whole["value"].as_string(),
            Publication.data["ballots"].as_integer(),
            Publication.data["change"].as_string(),
            Publication.data["change_note"].as_string(),
            func.coalesce(Publication.slug, ""),
        )
        .outerjoin(Publication, and_(Publication.plan_id == Plan.id, Publication.status == PublicationStatus.PUBLISHED))
        .where(
            Plan.office_id == office_id,
            Plan.status.in_((PlanStatus.RUNNING, PlanStatus.PAUSED, PlanStatus.CLOSED)),
        )
        .order_by(case((Plan.year.is_(None), 1), else_=0), Plan.year.desc(), Plan.id.desc())
        .limit(limit)
    ).all()
    return [YearLine._make((*row[:6], _decimal(row[6]), row[7], _decimal(row[8]), row[9] or "", row[10])) for row in rows]


def _tasks_of_plan(condition: ColumnElement[bool]) -> Any:
    return select(func.count(Task.id)).where(Task.plan_id == Plan.id, condition).correlate(Plan).scalar_subquery()


def _is_late(office_id: int, today: date) -> ColumnElement[bool]:
    return and_(
        Plan.office_id == office_id,
        Plan.status == PlanStatus.RUNNING,
        Task.status == TaskStatus.IN_PROGRESS,
        Task.due_on < today,
    )


def _decimal(text: str | None) -> Decimal | None:
    """A figure out of the frozen table; JSON's null comes as None or as a word, by database."""
    return None if text in (None, "null") else Decimal(str(text))
