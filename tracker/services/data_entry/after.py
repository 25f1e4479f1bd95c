"""What follows when the entries of a unit may be complete."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.services import openings


def entries_changed(session: Session, plan_id: int, unit_id: int | None, *, now: datetime) -> None:
    """Open what waited for the entries."""
    openings.after_change(session, plan_id, unit_id, now)
