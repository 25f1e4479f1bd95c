"""The morning's letters: what the ladders of all running plans have to say on a day."""

from __future__ import annotations

from datetime import date, datetime

from tracker.db import transaction
from tracker.services import catalogue, chasing
from tracker.wording import date_short


def queue_reminders(today: date, now: datetime) -> str:
    """Queue the letters of `today`; on a day off nothing, it is said on the next working day. Twice is once."""
    with transaction() as session:
        if not catalogue.work_calendar(session).is_workday(today):
            return f"{date_short(today)} là ngày nghỉ: không nhắc việc"
        counts = chasing.queue_due_reminders(session, today, now=now)
    return (
        f"xem {counts.looked_at} việc: {counts.digests} thư tổng hợp, {counts.escalations} thư chuyển cấp trên, "
        f"{counts.skipped} bậc bỏ qua vì đã qua ngày, {counts.empty} bậc không có người nhận"
    )
