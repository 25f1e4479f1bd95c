"""The whole timetable: which function, how often, once a day or each time, and why. Nothing else is ever started by itself.

A job that runs once a day looks again every few minutes whether its hour has come and whether today's run is recorded.
So a server that was down at that hour catches up as soon as it is up, a clock put forward or back repeats nothing, and a
run that failed is tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from jobs.bounces import fetch_bounces
from jobs.deliveries import deliver
from jobs.openings import open_stages
from jobs.reminders import queue_reminders
from jobs.upkeep import clear_old, fill_coming_years, mark_journal, remove_stray_files, sweep_letters, write_backup
from jobs.weekly import queue_summaries

#: Takes the day and the moment; returns one line about what it did, or None when there was nothing to do.
Job = Callable[[date, datetime], str | None]

#: The setting REMINDERS_AT stands here.
AT_OFFICE_HOUR = "REMINDERS_AT"


@dataclass(frozen=True)
class Entry:
    """One line of the timetable.

    `once_a_day_from` is None for a job that does its work at every look. `after` names a job of once a day that must have
    been tried that day before.
    """

    name: str
    run: Job
    every: timedelta
    once_a_day_from: time | str | None
    why: str
    after: str | None = None


TIMETABLE: tuple[Entry, ...] = (
    Entry("openings", open_stages, timedelta(minutes=10), time(0, 0), "giai đoạn chờ đến ngày thì mở đúng ngày"),
    Entry("reminders", queue_reminders, timedelta(minutes=10), AT_OFFICE_HOUR, "thư nhắc việc, đôn đốc của ngày", "openings"),
    Entry("weekly", queue_summaries, timedelta(minutes=10), AT_OFFICE_HOUR, "đầu tuần: thư tiến độ tuần", "reminders"),
    Entry("marks", mark_journal, timedelta(minutes=10), AT_OFFICE_HOUR, "mã cuối nhật ký được gửi đi giữ", "weekly"),
    Entry("deliveries", deliver, timedelta(seconds=30), None, "thư trong hàng chờ được gửi đi"),
    Entry("sweep", sweep_letters, timedelta(minutes=5), None, "thư gửi dở khi máy dừng đột ngột được gửi lại"),
    Entry("bounces", fetch_bounces, timedelta(minutes=5), None, "báo cáo thư bị trả về được đọc, đầu mối được đánh dấu"),
    Entry("calendar", fill_coming_years, timedelta(hours=1), time(1, 0), "lịch nghỉ của năm sau có trước khi kế hoạch cần đến"),
    Entry("backup", write_backup, timedelta(minutes=30), time(2, 0), "bản sao lưu hằng đêm, bản cũ được bỏ dần"),
    Entry("files", remove_stray_files, timedelta(hours=1), time(3, 0), "tệp tải lên dở dang được dọn"),
    Entry("upkeep", clear_old, timedelta(hours=1), time(1, 0), "thư giữ lại quá lâu được hủy, số liệu cũ được dọn"),
)


def entry(name: str) -> Entry | None:
    """The line of that name."""
    return next((found for found in TIMETABLE if found.name == name), None)


def at_its_pace(line: Entry, deliver_every: timedelta) -> Entry:
    """The line as a scheduler keeps it: how often letters go is a setting."""
    return replace(line, every=deliver_every) if line.run is deliver else line


def hour_has_come(line: Entry, now: datetime, office_hour: time) -> bool:
    """Whether a job of once a day may run by now; a job of every look always may."""
    if line.once_a_day_from is None:
        return True
    start = office_hour if isinstance(line.once_a_day_from, str) else line.once_a_day_from
    return now.time() >= start
