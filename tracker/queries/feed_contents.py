"""What a calendar subscription shows: its tasks, or their stages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.models import Plan, Stage, Task, Unit
from tracker.rules.feed_lines import FeedLine, StageRef, names, status_of_stage
from tracker.rules.standing import standing_of
from tracker.rules.states import PlanStatus, Standing, TaskStatus
from tracker.services import feeds
from tracker.services.feeds import Feed, FeedScope


class _Row(NamedTuple):
    task_id: int
    plan: str
    stage: str
    unit: str
    status: TaskStatus
    wording: str
    due_on: date | None
    aim_on: date | None
    changed_at: datetime
    sequence: int
    submitted_on: date | None
    plan_id: int
    stage_id: int
    position: int
    stage_version: int
    stage_due_on: date | None
    stage_aim_on: date | None
    coordinating: str


def lines(session: Session, feed: Feed, *, today: date) -> list[FeedLine]:
    """Every dated task of the feed (or its stages), the overdue ones however old, in the order of their days.

    One query, a second for the work in which a unit helps.
    """
    rows = _rows(session, *_own(feed))
    late_on = today if feed.choices.only_late else None
    if feed.choices.by_stage:
        found = _stages(rows, late_on)
    else:
        found = [_line(row, row.due_on) for row in rows if row.due_on and (late_on is None or _is_late(row, late_on))]
    if feed.choices.coordinating and feed.units:
        found += _helps(session, feed, late_on)
        found.sort(key=lambda line: (line.due_on, line.key))
    return found


def _own(feed: Feed) -> tuple[ColumnElement[bool], ...]:
    if feed.units:
        return (Task.unit_id.in_([unit_id for unit_id, _ in feed.units]),)
    if feed.scope is FeedScope.PLAN:
        return (Task.plan_id == feed.subject_id,)
    if feed.scope is FeedScope.OFFICE:
        return (Plan.office_id == feed.office_id,)
    return Task.unit_id.is_(None), Plan.office_id == feed.office_id, feeds.plans_of_user(feed.subject_id)


def _helps(session: Session, feed: Feed, late_on: date | None) -> list[FeedLine]:
    """The stages whose signed "phối hợp" names one of the units."""
    rows = _rows(session, Plan.office_id == feed.office_id, Stage.coordinating != "")
    return _stages([row for row in rows if any(names(row.coordinating, unit) for _, unit in feed.units)], late_on, helps=True)


def _stages(rows: Iterable[_Row], late_on: date | None, *, helps: bool = False) -> list[FeedLine]:
    by_stage: dict[int, list[_Row]] = {}
    for row in rows:
        if row.stage_due_on is not None:
            by_stage.setdefault(row.stage_id, []).append(row)
    found = []
    for own in by_stage.values():
        first = own[0]
        if first.stage_due_on is None or (late_on is not None and not any(_is_late(row, late_on) for row in own)):
            continue
        found.append(
            FeedLine(
                0,
                first.plan,
                first.stage,
                "",
                status_of_stage(row.status for row in own),
                first.wording,
                first.stage_due_on,
                first.stage_aim_on,
                max(row.changed_at for row in own),
                first.stage_version + sum(row.sequence for row in own),
                StageRef(first.plan_id, first.stage_id, first.position),
                helps,
            )
        )
    return sorted(found, key=lambda line: (line.due_on, line.key))


def _line(row: _Row, due_on: date) -> FeedLine:
    return FeedLine(
        row.task_id,
        row.plan,
        row.stage,
        row.unit,
        row.status,
        row.wording,
        due_on,
        row.aim_on,
        row.changed_at,
        row.sequence,
    )


def _is_late(row: _Row, today: date) -> bool:
    standing = standing_of(row.status, due_on=row.due_on, aim_on=row.aim_on, today=today, submitted_on=row.submitted_on)
    return standing is Standing.OVERDUE


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[_Row]:
    query = (
        select(
            Task.id, Plan.short_name, Stage.short_name, func.coalesce(Unit.name, ""), Task.status, Stage.wording,
            Task.due_on, Task.aim_on, Task.changed_at, Task.sequence, Task.submitted_on,
            Plan.id, Stage.id, Stage.position, Stage.version, Stage.due_on, Stage.aim_on, Stage.coordinating,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(Task.due_on.is_not(None), Plan.status != PlanStatus.NOT_STARTED, *conditions)
        .order_by(Task.due_on, Task.id)
    )  # fmt: skip
    return [_Row._make(row) for row in session.execute(query)]
