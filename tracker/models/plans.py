"""Drafts, plans, stages, gates and tasks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from tracker.models.base import Base, Versioned, enum_column
from tracker.models.organisation import Office, Unit, User
from tracker.rules.states import ConditionKind, DraftStatus, ExtensionStatus, PlanStatus, Scope, TaskStatus, TimeKind, WorkKind


class PlanDraft(Versioned, Base):
    """A signed document as it was read, not yet trusted: the original is kept, the reading may be corrected."""

    __tablename__ = "plan_draft"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    file_name: Mapped[str] = mapped_column(String(250), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    original: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    source: Mapped[dict[str, Any]] = mapped_column(deferred=True)  #: the DocumentText as JSON
    parsed: Mapped[dict[str, Any]]  #: the ParsedPlan as JSON, corrections included
    status: Mapped[DraftStatus] = mapped_column(enum_column(DraftStatus), default=DraftStatus.OPEN)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL", use_alter=True))


class Plan(Versioned, Base):
    __tablename__ = "plan"
    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("office.id"), index=True)
    name: Mapped[str] = mapped_column(String(500))
    short_name: Mapped[str] = mapped_column(String(60))  #: in subjects and breadcrumbs: "Khảo sát 2021"
    number: Mapped[str] = mapped_column(String(80), default="")
    issued_on: Mapped[date | None]
    issuer: Mapped[str] = mapped_column(String(250), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    signatory: Mapped[str] = mapped_column(String(120), default="")
    parent: Mapped[str] = mapped_column(String(300), default="")  #: the higher plan it carries out, as written
    year: Mapped[int | None]
    ballots: Mapped[int | None]
    recheck_percent: Mapped[int | None]
    before_is_strict: Mapped[bool] = mapped_column(default=True)
    status: Mapped[PlanStatus] = mapped_column(enum_column(PlanStatus), default=PlanStatus.NOT_STARTED)
    activated_on: Mapped[date | None]
    letters_released_at: Mapped[datetime | None]  #: until a coordinator releases the first mass mail, letters are held
    closed_on: Mapped[date | None]
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ladder: Mapped[list[Any]]  #: rules.reminders.Rung as JSON
    chases_before_leader: Mapped[int] = mapped_column(default=3, server_default="3")  #: with this chase the leader is told
    #: How many points fieldwork may lag behind its line before an early warning (rules.watches); 0: no warning.
    field_lag: Mapped[int] = mapped_column(default=20, server_default="20")
    #: How the survey is done, as JSON: quota rule with its arithmetic, questionnaire of each group, formula, target, thresholds
    #: of recheck and second entry (rules.method.Method).
    method: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: 128 random bits, the root of all seeds of recheck: never shown, never journaled (docs/phuc-tra.md).
    recheck_master: Mapped[str] = mapped_column(String(64), default="", deferred=True)
    changed_at: Mapped[datetime]  #: of anything that a feed or a page of the plan shows; makes the ETag
    progress_is_public: Mapped[bool] = mapped_column(
        default=False, server_default=false()
    )  #: anybody may read how far its stages are
    is_sample: Mapped[bool] = mapped_column(default=False)
    office: Mapped[Office] = relationship(lazy="raise_on_sql")
    coordinator: Mapped[User | None] = relationship(foreign_keys=[coordinator_id], lazy="raise_on_sql")
    leader: Mapped[User | None] = relationship(foreign_keys=[leader_id], lazy="raise_on_sql")
    stages: Mapped[list[Stage]] = relationship(back_populates="plan", order_by="Stage.position", lazy="raise_on_sql")


class PlanUnit(Base):
    """A surveyed unit of a plan, under the name and quota the plan gave it."""

    __tablename__ = "plan_unit"
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True, index=True)
    group_name: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[int] = mapped_column(default=0)
    ballots_each: Mapped[int | None]  #: the quota; NULL where what comes is taken (open box)
    quota_basis: Mapped[dict[str, Any]] = mapped_column(default=dict)  #: files of a year, services …: what the quota was made of
    unit: Mapped[Unit] = relationship(lazy="raise_on_sql")


class Stage(Versioned, Base):
    """Giai đoạn: one row of the plan's "nội dung công việc"."""

    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    position: Mapped[int]  #: 1, 2, 3 … in the order of the plan
    no: Mapped[str] = mapped_column(String(20))  #: as signed
    content: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(String(60))
    lead: Mapped[str] = mapped_column(String(500), default="")
    coordinating: Mapped[str] = mapped_column(String(1000), default="")
    wording: Mapped[str] = mapped_column(String(500), default="")  #: the signed time, letter for letter
    place_in_document: Mapped[str] = mapped_column(String(120), default="")
    time_kind: Mapped[TimeKind] = mapped_column(enum_column(TimeKind))
    start_on: Mapped[date | None]
    due_on: Mapped[date | None]
    aim_on: Mapped[date | None]
    scope: Mapped[Scope] = mapped_column(enum_column(Scope))
    work_kind: Mapped[WorkKind] = mapped_column(enum_column(WorkKind))
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    opened_on: Mapped[date | None]  #: the first day on which a task of it was open
    ladder: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))  #: its own; NULL: the plan's
    ask_months: Mapped[int | None]  #: how often work without an end is asked for a confirmation; NULL: rules.watches.ASK_MONTHS
    plan: Mapped[Plan] = relationship(back_populates="stages", lazy="raise_on_sql")
    conditions: Mapped[list[GateCondition]] = relationship(
        back_populates="stage", foreign_keys="GateCondition.stage_id", order_by="GateCondition.id", lazy="raise_on_sql"
    )


class GateCondition(Base):
    """One thing that must hold before a stage opens; several are joined by "and"."""

    __tablename__ = "gate_condition"
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"), index=True)
    kind: Mapped[ConditionKind] = mapped_column(enum_column(ConditionKind))
    earlier_stage_id: Mapped[int | None] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"), index=True)
    share: Mapped[int] = mapped_column(default=100)  #: percent of units, for UNITS_SHARE
    per_unit: Mapped[bool] = mapped_column(default=False)  #: asked of each unit for itself, where the kind allows both
    stage: Mapped[Stage] = relationship(back_populates="conditions", foreign_keys=[stage_id], lazy="raise_on_sql")
    earlier_stage: Mapped[Stage | None] = relationship(foreign_keys=[earlier_stage_id], lazy="raise_on_sql")


class Waiver(Base):
    """Bỏ qua điều kiện: somebody answers with name, reason and document for opening a stage that is not ready."""

    __tablename__ = "waiver"
    __table_args__ = (Index("ix_waiver_stage", "stage_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  #: NULL: for all units
    missing: Mapped[list[Any]]  #: the sentences that were passed over
    responsible: Mapped[str] = mapped_column(String(120))  #: who decided, by name and position
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(300))  #: number, date, signer
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    by_name: Mapped[str] = mapped_column(String(120))
    by_key: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str] = mapped_column(String(120), default="")


class Task(Versioned, Base):
    """Việc: a stage's share of one unit, or (unit_id NULL) the office's own work."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("stage_id", "unit_id", "round"),
        Index("ix_task_plan_status", "plan_id", "status"),
        Index("ix_task_unit_status", "unit_id", "status"),
        # Pages count a plan's tasks by how they stand (queries.plans.kind_rows, queries.progress_reports) and read nothing but
        # this: it holds all days that a task is judged by.
        Index(
            "ix_task_kinds",
            *("plan_id", "stage_id", "status", "due_on", "completed_on", "original_due_on"),
            *("aim_on", "opened_on", "submitted_on", "start_on", "unit_id", "round"),
        ),
        # Rounds are few: who asks for them (repeating the condition, as SQLite wants it) reads no other task.
        Index("ix_task_rounds", "plan_id", "unit_id", sqlite_where=text("round > 0"), postgresql_where=text("round > 0")),
        # The reminder job's question: which open tasks have a rung today or before? It reads these and no others.
        Index(
            "ix_task_next_look",
            "next_look_on",
            sqlite_where=text("next_look_on IS NOT NULL"),
            postgresql_where=text("next_look_on IS NOT NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    stage_id: Mapped[int] = mapped_column(ForeignKey("stage.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    round: Mapped[int] = mapped_column(default=0)  #: 0; from 1 on điều tra lại, điều tra bổ sung of the same stage
    round_kind: Mapped[str] = mapped_column(String(16), default="")  #: "", "resurvey", "supplement"
    ballots_asked: Mapped[int | None]  #: of a round: how many ballots it must bring
    status: Mapped[TaskStatus] = mapped_column(enum_column(TaskStatus), default=TaskStatus.NOT_OPEN)
    start_on: Mapped[date | None]
    due_on: Mapped[date | None]
    original_due_on: Mapped[date | None]
    aim_on: Mapped[date | None]
    opened_on: Mapped[date | None]
    submitted_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    ladder_from: Mapped[date | None]  #: rungs of days before this one are born skipped
    next_look_on: Mapped[date | None]  #: the day of its next rung; NULL when nothing is to come
    chase_count: Mapped[int] = mapped_column(default=0)
    heard_on: Mapped[date | None]  #: of work without an end: when somebody last confirmed that it goes on
    promised_on: Mapped[date | None]  #: "đã nhận, sẽ xong ngày …": until then its ladder rests
    promised_step: Mapped[int | None]  #: with which step it goes on (rules.reminders.Promise)
    promised_by: Mapped[str] = mapped_column(String(120), default="", server_default="")
    result_note: Mapped[str] = mapped_column(Text, default="")
    return_reason: Mapped[str] = mapped_column(Text, default="")
    stop_reason: Mapped[str] = mapped_column(Text, default="")  #: of a pause or a cancellation
    changed_at: Mapped[datetime]
    sequence: Mapped[int] = mapped_column(default=0)  #: iCalendar SEQUENCE: counts what a calendar must notice
    plan: Mapped[Plan] = relationship(lazy="raise_on_sql")
    stage: Mapped[Stage] = relationship(lazy="raise_on_sql")
    unit: Mapped[Unit | None] = relationship(lazy="raise_on_sql")


class Extension(Versioned, Base):
    """Gia hạn: asked for by a unit, decided by the coordinator; the plan's own date is kept on the task."""

    __tablename__ = "extension"
    __table_args__ = (
        Index("ix_extension_task", "task_id", "id"),
        # One question at a time: the constraint decides, whoever presses first.
        Index(
            "uq_extension_pending",
            "task_id",
            unique=True,
            sqlite_where=text("status = 'pending'"),
            postgresql_where=text("status = 'pending'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id", ondelete="CASCADE"))
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_by_key: Mapped[str] = mapped_column(String(40))
    asked_at: Mapped[datetime]
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]  #: as asked for; as granted once approved
    reason: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(300), default="")  #: số, ngày, người ký of the asking letter
    status: Mapped[ExtensionStatus] = mapped_column(enum_column(ExtensionStatus), default=ExtensionStatus.PENDING)
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")
    decision_document: Mapped[str] = mapped_column(String(300), default="")
