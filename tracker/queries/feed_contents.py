"""What a calendar subscription shows: its tasks, or their stages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.models import Plan, Stage, Task, Unit
from tracker.rules.feed_lines import MOST_TASKS, FeedLine, StageRef, names, status_of_stage
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
    due_on: date
    aim_on: date | None
    submitted_on: date | None
    changed_at: datetime
    sequence: int


class _Kind(NamedTuple):
    """Tasks of one stage that stand alike."""

    plan: str
    stage: str
    status: TaskStatus
    wording: str
    due_on: date
    aim_on: date | None
    submitted_on: date | None
    changed_at: datetime  #: the latest
    sequence: int  #: of all together
    plan_id: int
    stage_id: int
    position: int
    stage_version: int
    stage_due_on: date
    stage_aim_on: date | None
    coordinating: str


def lines(session: Session, feed: Feed, *, today: date) -> list[FeedLine]:
    """Every dated task of the feed (or its stages), the overdue ones however old, in the order of their days.

    One query, a second for the work in which a unit helps, or to count what a whole plan or office has.
    """
    own, late_on = _own(feed), today if feed.choices.only_late else None
    if feed.choices.by_stage or _are_too_many(session, feed, own):
        found = _stages(_kinds(session, *own), late_on)
    else:
        found = [_line(row) for row in _rows(session, *own) if late_on is None or _is_late(row, late_on)]
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


def _are_too_many(session: Session, feed: Feed, own: tuple[ColumnElement[bool], ...]) -> bool:
    """Only a whole plan or office can have so many."""
    if feed.scope not in (FeedScope.PLAN, FeedScope.OFFICE):
        return False
    some = select(Task.id).join(Plan, Plan.id == Task.plan_id).where(*_shown(), *own).limit(MOST_TASKS + 1).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one() > MOST_TASKS


def _helps(session: Session, feed: Feed, late_on: date | None) -> list[FeedLine]:
    """The stages whose signed "phối hợp" names one of the units."""
    kinds = _kinds(session, Plan.office_id == feed.office_id, Stage.coordinating != "")
    named = [kind for kind in kinds if any(names(kind.coordinating, unit) for _, unit in feed.units)]
    return _stages(named, late_on, helps=True)


def _stages(kinds: Iterable[_Kind], late_on: date | None, *, helps: bool = False) -> list[FeedLine]:
    by_stage: dict[int, list[_Kind]] = {}
    for kind in kinds:
        by_stage.setdefault(kind.stage_id, []).append(kind)
    found = []
    for own in by_stage.values():
        first = own[0]
        if late_on is not None and not any(_is_late(kind, late_on) for kind in own):
            continue
        found.append(
            FeedLine(
                0,
                first.plan,
                first.stage,
                "",
                status_of_stage(kind.status for kind in own),
                first.wording,
                first.stage_due_on,
                first.stage_aim_on,
                max(kind.changed_at for kind in own),
                first.stage_version + sum(kind.sequence for kind in own),
                StageRef(first.plan_id, first.stage_id, first.position),
                helps,
            )
        )
    return sorted(found, key=lambda line: (line.due_on, line.key))


def _line(row: _Row) -> FeedLine:
    return FeedLine(
        row.task_id,
        row.plan,
        row.stage,
        row.unit,
        row.status,
        row.wording,
        row.due_on,
        row.aim_on,
        row.changed_at,
        row.sequence,
    )


def _is_late(row: _Row | _Kind, today: date) -> bool:
    standing = standing_of(row.status, due_on=row.due_on, aim_on=row.aim_on, today=today, submitted_on=row.submitted_on)
    return standing is Standing.OVERDUE


def _shown() -> tuple[ColumnElement[bool], ...]:
    return Task.due_on.is_not(None), Plan.status != PlanStatus.NOT_STARTED


def _rows(session: Session, *conditions: ColumnElement[bool]) -> list[_Row]:
    query = (
        select(
            Task.id, Plan.short_name, Stage.short_name, func.coalesce(Unit.name, ""), Task.status, Stage.wording,
            Task.due_on, Task.aim_on, Task.submitted_on, Task.changed_at, Task.sequence,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .outerjoin(Unit, Unit.id == Task.unit_id)
        .where(*_shown(), *conditions)
        .order_by(Task.due_on, Task.id)
    )  # fmt: skip
    return [_Row._make(row) for row in session.execute(query)]


def _kinds(session: Session, *conditions: ColumnElement[bool]) -> list[_Kind]:
    """Some rows a stage, however many units it has."""
    alike = Task.status, Task.due_on, Task.aim_on, Task.submitted_on
    query = (
        select(
            Plan.short_name, Stage.short_name, Task.status, Stage.wording, Task.due_on, Task.aim_on, Task.submitted_on,
            func.max(Task.changed_at), func.sum(Task.sequence),
            Plan.id, Stage.id, Stage.position, Stage.version, Stage.due_on, Stage.aim_on, Stage.coordinating,
        )
        .join(Plan, Plan.id == Task.plan_id)
        .join(Stage, Stage.id == Task.stage_id)
        .where(*_shown(), Stage.due_on.is_not(None), *conditions)
        .group_by(Plan.id, Stage.id, *alike)
    )  # fmt: skip
    return [_Kind._make(row) for row in session.execute(query)]
