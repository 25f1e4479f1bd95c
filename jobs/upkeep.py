"""Keeping the house: letters whose sender died, letters held too long, runs nobody asks about any more."""

from __future__ import annotations

from datetime import date, datetime

from tracker.db import transaction
from tracker.holidays_source import fill_calendar
from tracker.rules.access import SYSTEM
from tracker.services import journal, outbox, timekeeping


def sweep_letters(_today: date, now: datetime) -> str | None:
    """Letters claimed by a process that died wait again, under the Message-ID they had."""
    with transaction() as session:
        swept = outbox.sweep_stuck(session, now=now)
    return f"{len(swept)} thư đang gửi dở được xếp lại hàng chờ" if swept else None


def fill_coming_years(today: date, _now: datetime) -> str:
    """A server that runs over New Year still knows the days off that plans reach into."""
    with transaction() as session:
        days = fill_calendar(session, today)
    return f"điền {days} ngày nghỉ của năm mới" if days else "lịch các năm tới đã có"


def clear_old(today: date, now: datetime) -> str:
    """Held letters that nobody released are void by now, which the journal says; old runs are forgotten."""
    with transaction() as session:
        expired = outbox.expire_held(session, today)
        if expired:
            lines = [journal.Line("hủy", f"{count} thư giữ lại quá hạn duyệt", plan_id=plan) for plan, count in expired.items()]
            journal.record_many(session, lines, by=SYSTEM, now=now)
        forgotten = timekeeping.forget_old_runs(session, today)
    return f"hủy {sum(expired.values())} thư giữ lại quá lâu, xóa {forgotten} dòng nhật ký hẹn giờ cũ"
