"""How far a plan is, for anybody: its stages in sums. No unit, person or remark is read, so none can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracker.models import Office, Plan, Stage, Task
from tracker.rules.states import PlanStatus, Scope, TaskStatus
from tracker.wording import date_short, day_month, number

SHOWN = (PlanStatus.RUNNING, PlanStatus.PAUSED, PlanStatus.CLOSED)
UNDER_WAY = (PlanStatus.RUNNING, PlanStatus.PAUSED)


@dataclass(frozen=True)
class PublicPlan:
    id: int
    name: str
    number: str
    issued_on: date | None
    issuer: str
    office: str
    status: PlanStatus
    is_sample: bool
    changed_at: datetime


@dataclass(frozen=True)
class PublicStage:
    """One stage: `done` of `tasks` pieces of work, those of its units or the office's one."""

    position: int
    name: str
    start_on: date | None
    due_on: date | None
    is_of_units: bool
    has_begun: bool
    tasks: int
    done: int
    last_done_on: date | None
    today: date

    @property
    def is_done(self) -> bool:
        return 0 < self.tasks <= self.done

    @property
    def is_late(self) -> bool:
        return not self.is_done and self.due_on is not None and self.due_on < self.today

    @property
    def tone(self) -> str:
        if self.is_done:
            return "ok"
        if self.is_late:
            return "over"
        return "run" if self.has_begun else "idle"

    @property
    def icon(self) -> str:
        return {"ok": "check-circle-fill", "over": "exclamation-triangle-fill", "run": "play-circle"}.get(self.tone, "circle")

    @property
    def word(self) -> str:
        """The state in a word or two."""
        return {"ok": "Hoàn thành", "over": "Đã qua hạn", "run": "Đang thực hiện"}.get(self.tone, "Chưa bắt đầu")

    @property
    def span(self) -> str:
        """02/7 – 15/9/2021, or: Hạn 19/6/2021, or: Không có hạn. The year stands twice where there are two."""
        if self.due_on is None:
            return f"Từ {date_short(self.start_on)}, không có hạn" if self.start_on else "Không có hạn"
        if self.start_on and self.start_on != self.due_on:
            start = day_month if self.start_on.year == self.due_on.year else date_short
            return f"{start(self.start_on)} – {date_short(self.due_on)}"
        return f"Hạn {date_short(self.due_on)}"

    @property
    def detail(self) -> str:
        """How far, in a few words; empty where the word has said it all."""
        if self.is_done:
            return f"xong ngày {date_short(self.last_done_on)}" if self.last_done_on else ""
        return f"{number(self.done)}/{number(self.tasks)} đơn vị xong" if self.is_of_units and self.has_begun else ""


def public_plan(session: Session, plan_id: int) -> PublicPlan | None:
    """The plan, if its office shows it."""
    return next(iter(_shown(session, Plan.id == plan_id, Plan.status.in_(SHOWN))), None)


def public_plans(session: Session) -> list[PublicPlan]:
    """Those under way, the newest first."""
    return _shown(session, Plan.status.in_(UNDER_WAY))


def public_stages(session: Session, plan_id: int, *, today: date) -> list[PublicStage]:
    """The stages in the order of the plan; two statements in all."""
    is_done = case((Task.status == TaskStatus.DONE, 1), else_=0)
    sums = {
        row[0]: (int(row[1]), int(row[2]), row[3])
        for row in session.execute(
            select(Task.stage_id, func.count(), func.sum(is_done), func.max(Task.completed_on))
            .where(Task.plan_id == plan_id, Task.status != TaskStatus.CANCELLED)
            .group_by(Task.stage_id)
        )
    }
    rows = session.execute(
        select(Stage.id, Stage.position, Stage.short_name, Stage.start_on, Stage.due_on, Stage.scope, Stage.opened_on)
        .where(Stage.plan_id == plan_id)
        .order_by(Stage.position)
    )
    return [
        PublicStage(
            row.position, row.short_name, row.start_on, row.due_on, row.scope is Scope.EACH_UNIT, row.opened_on is not None,
            *sums.get(row.id, (0, 0, None)), today,
        )
        for row in rows
    ]  # fmt: skip


def _shown(session: Session, *conditions: ColumnElement[bool]) -> list[PublicPlan]:
    rows = session.execute(
        select(
            Plan.id,
            Plan.name,
            Plan.number,
            Plan.issued_on,
            Plan.issuer,
            Office.name,
            Plan.status,
            Plan.is_sample,
            Plan.changed_at,
        )
        .join(Office, Office.id == Plan.office_id)
        .where(Plan.progress_is_public, *conditions)
        .order_by(Plan.id.desc())
    )
    return [PublicPlan(*row) for row in rows]
