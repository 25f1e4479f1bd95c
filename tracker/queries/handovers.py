"""Proposals of contacts to hand over, as the coordinator sees them."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import Contact, Handover, Unit
from tracker.rules.states import HandoverStatus


class Proposal(NamedTuple):
    id: int
    unit_id: int
    unit_name: str
    contact_name: str
    name: str
    position: str
    email: str
    phone: str
    asked_at: datetime


def pending(session: Session, office_id: int, *, unit_id: int | None = None, limit: int = 30) -> list[Proposal]:
    """What waits for a coordinator, the oldest first."""
    query = (
        select(
            Handover.id, Handover.unit_id, Unit.name, Contact.name, Handover.name, Handover.position, Handover.email,
            Handover.phone, Handover.asked_at,
        )
        .join(Unit, Unit.id == Handover.unit_id)
        .join(Contact, Contact.id == Handover.contact_id)
        .where(Unit.office_id == office_id, Handover.status == HandoverStatus.PENDING)
        .order_by(Handover.id)
        .limit(limit)
    )  # fmt: skip
    if unit_id is not None:
        query = query.where(Handover.unit_id == unit_id)
    return [Proposal._make(row) for row in session.execute(query)]
