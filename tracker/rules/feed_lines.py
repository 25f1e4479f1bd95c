"""What a calendar shows of a task: the day, the title, the text. The form of the file is tracker/feeds.py's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.rules.states import TaskStatus
from tracker.wording import date_weekday

#: Changes when the form or the words of the events do, so that calendars fetch them anew.
FORM = 1


@dataclass(frozen=True)
class FeedLine:
    """One dated task as a calendar needs it; `unit` is empty for the office's own work."""

    task_id: int
    plan: str
    task: str
    unit: str
    status: TaskStatus
    wording: str  #: the signed time, letter for letter
    due_on: date
    aim_on: date | None
    changed_at: datetime
    sequence: int


#: How the title begins. Whatever is not here is still to be done.
_PREFIXES = {
    TaskStatus.DONE: "Đã xong",
    TaskStatus.CANCELLED: "Đã hủy",
    TaskStatus.PAUSED: "Tạm dừng",
}


def title(line: FeedLine) -> str:
    """ "Hạn: Điều tra khảo sát – UBND xã Cam Bình"."""
    work = f"{line.task} – {line.unit}" if line.unit else line.task
    return f"{_PREFIXES.get(line.status, 'Hạn')}: {work}"


def description(line: FeedLine, link: str) -> str:
    """The signed wording, the last working day in time, and where to report."""
    parts = []
    if line.wording:
        parts.append(f"Kế hoạch ghi: “{line.wording}”.")
    if line.aim_on:
        parts.append(f"Ngày làm việc cuối trong hạn: {date_weekday(line.aim_on)}.")
    parts.append(f"Báo hoàn thành: {link}")
    return " ".join(parts)
