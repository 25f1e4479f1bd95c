"""Drafts of an office: the list of open ones, and what the pages of one draft need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.errors import NotFound
from tracker.models import Plan, PlanDraft, User
from tracker.rules.states import DraftStatus


class DraftCard(NamedTuple):
    """A draft without its document and reading."""

    id: int
    file_name: str
    sha256: str
    created_at: datetime
    created_by: str | None
    status: DraftStatus
    plan_id: int | None
    version: int

    @property
    def name(self) -> str:
        return self.file_name or "Văn bản dán"


class Twin(NamedTuple):
    """A plan that was made of a document with the same number, day and issuer."""

    id: int
    name: str


_COLUMNS: tuple[Any, ...] = (
    PlanDraft.id,
    PlanDraft.file_name,
    PlanDraft.sha256,
    PlanDraft.created_at,
    User.name,
    PlanDraft.status,
    PlanDraft.plan_id,
    PlanDraft.version,
)


def card(session: Session, draft_id: int, *, office_id: int) -> DraftCard:
    """One draft of the office; raises NotFound."""
    row = session.execute(
        select(*_COLUMNS)
        .outerjoin(User, User.id == PlanDraft.created_by_id)
        .where(PlanDraft.id == draft_id, PlanDraft.office_id == office_id)
    ).first()
    if row is None:
        raise NotFound(f"draft {draft_id}")
    return DraftCard(*row)


def unfinished(session: Session, office_id: int, *, limit: int) -> list[DraftCard]:
    """Drafts that are no plan yet, the newest first."""
    rows: Sequence[Sequence[Any]] = session.execute(
        select(*_COLUMNS)
        .outerjoin(User, User.id == PlanDraft.created_by_id)
        .where(PlanDraft.office_id == office_id, PlanDraft.plan_id.is_(None), PlanDraft.status != DraftStatus.SUPERSEDED)
        .order_by(PlanDraft.id.desc())
        .limit(limit)
    ).all()
    return [DraftCard(*row) for row in rows]


def original(session: Session, draft_id: int, *, office_id: int) -> tuple[str, bytes]:
    """File name and content as they came; raises NotFound."""
    row = session.execute(
        select(PlanDraft.file_name, PlanDraft.original).where(PlanDraft.id == draft_id, PlanDraft.office_id == office_id)
    ).first()
    if row is None:
        raise NotFound(f"draft {draft_id}")
    return row.file_name, row.original


def plan_name(session: Session, plan_id: int) -> str:
    return session.scalar(select(Plan.short_name).where(Plan.id == plan_id)) or ""
