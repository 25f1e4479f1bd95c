"""What the letters about broken seals speak of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from tracker.models import BallotBox, BoxOpening, Contact, Unit, User


class SealRow(NamedTuple):
    """A box whose lock or seal was found broken."""

    opening_id: int
    box_id: int
    box: str
    place: str
    unit_id: int
    unit: str
    head_position: str
    seal_number: str
    description: str
    found_at: datetime
    reporter: str
    is_contact: bool
    phone: str
    decision: str
    decided_by: str


def seal_rows(session: Session, opening_ids: Collection[int]) -> dict[int, SealRow]:
    """opening id -> what was found, and who can be called about it. One statement."""
    by_contact = BoxOpening.by_key.like("contact-%")
    found = session.execute(
        select(
            BoxOpening.id,
            BallotBox.id,
            BallotBox.code,
            BoxOpening.place,
            Unit.id,
            Unit.name,
            Unit.head_position,
            BoxOpening.seal_number,
            BoxOpening.description,
            BoxOpening.opened_at,
            BoxOpening.by_name,
            by_contact,
            func.coalesce(case((by_contact, Contact.phone), else_=User.phone), ""),
            BoxOpening.decision,
            BoxOpening.decided_by,
        )
        .join(BallotBox, BallotBox.id == BoxOpening.box_id)
        .join(Unit, Unit.id == BallotBox.unit_id)
        .outerjoin(Contact, BoxOpening.by_key == "contact-" + cast(Contact.id, String))
        .outerjoin(User, BoxOpening.by_key == "user-" + cast(User.id, String))
        .where(BoxOpening.id.in_(opening_ids))
    )
    return {row[0]: SealRow._make(row) for row in found}
