"""The week's letters: a summary of each running plan to whoever runs it."""

from __future__ import annotations

from datetime import date, datetime

from tracker.db import transaction
from tracker.services import weekly


def queue_summaries(today: date, now: datetime) -> str:
    """On the first working day of the week, or on the next one when that was missed. Twice is once."""
    with transaction() as session:
        made = weekly.queue_weekly_summaries(session, today, now=now)
    return f"{made} thư tiến độ tuần"
