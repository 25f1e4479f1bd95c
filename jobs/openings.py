"""Stages that wait for a day open on that day."""

from __future__ import annotations

from datetime import date, datetime

from tracker.db import transaction
from tracker.services import openings, timekeeping


def open_stages(_today: date, now: datetime) -> str:
    """Open what may open now in every running plan; each plan in its own transaction, so that one cannot hold up the rest."""
    with transaction() as session:
        plan_ids = timekeeping.running_plans(session)
    opened = 0
    for plan_id in plan_ids:
        with transaction() as session:
            opened += sum(len(stage.task_ids) for stage in openings.open_what_may_open(session, plan_id, now=now))
    return f"xem {len(plan_ids)} kế hoạch: mở {opened} việc"
