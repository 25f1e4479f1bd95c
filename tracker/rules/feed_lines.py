"""What a calendar shows of a task: the day, the title, the text. The form of the file is tracker/feeds.py's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from tracker.rules.states import TaskStatus
from tracker.wording import date_weekday

#: Changes when the form or the words of the events do, so that calendars fetch them anew.
FORM = 3

#: A whole plan or office with more dated tasks is shown by its stages: nobody reads so many lines, few programs take them.
MOST_TASKS = 12_000


@dataclass(frozen=True)
class FeedChoices:
    """What the holder of a subscription wants of it."""

    only_late: bool = False
    by_stage: bool = False  #: one event a stage instead of one a task
    coordinating: bool = False  #: also the stages in which the unit only helps
    alarm_days: int = 0  #: so many days ahead, at 8 in the morning; 0: none
    todos: bool = False  #: each piece of work also as a VTODO

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> FeedChoices:
        """As kept in the database; what an older subscription does not say is as it was then."""
        return cls(**{name: kept[name] for name in cls.__dataclass_fields__ if name in kept})

    def words(self) -> str:
        """ "mỗi giai đoạn một dòng, báo trước 3 ngày"; empty when nothing was chosen."""
        said = [
            ("chỉ việc quá hạn", self.only_late),
            ("mỗi giai đoạn một dòng", self.by_stage),
            ("cả việc phối hợp", self.coordinating),
            (f"báo trước {self.alarm_days} ngày", self.alarm_days),
            ("kèm danh sách việc cần làm", self.todos),
        ]
        return ", ".join(words for words, chosen in said if chosen)


class StageRef(NamedTuple):
    plan_id: int
    stage_id: int
    position: int


@dataclass(frozen=True)
class FeedLine:
    """One dated task as a calendar needs it; `unit` is empty for the office's own work. With `stage`: a whole stage."""

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
    stage: StageRef | None = None
    helps: bool = False  #: the reader's unit only coordinates in it

    @property
    def key(self) -> str:
        """Of the UID: stays the same as long as the work does."""
        return f"stage-{self.stage.stage_id}" if self.stage else f"task-{self.task_id}"

    @property
    def is_open(self) -> bool:
        return self.status not in _PREFIXES


#: How the title begins. Whatever is not here is still to be done.
_PREFIXES = {
    TaskStatus.DONE: "Đã xong",
    TaskStatus.CANCELLED: "Đã hủy",
    TaskStatus.PAUSED: "Tạm dừng",
}


def title(line: FeedLine) -> str:
    """ "Hạn: Điều tra khảo sát – UBND xã Cam Bình"."""
    work = f"{line.task} – {line.unit}" if line.unit else line.task
    if line.helps:
        work += " (phối hợp)"
    return f"{_PREFIXES.get(line.status, 'Hạn')}: {work}"


def description(line: FeedLine, link: str) -> str:
    """The signed wording, the last working day in time, and where to report."""
    parts = []
    if line.wording:
        parts.append(f"Kế hoạch ghi: “{line.wording}”.")
    if line.aim_on:
        parts.append(f"Ngày làm việc cuối trong hạn: {date_weekday(line.aim_on)}.")
    parts.append(f"Xem giai đoạn: {link}" if line.stage else f"Báo hoàn thành: {link}")
    return " ".join(parts)


def status_of_stage(statuses: Iterable[TaskStatus]) -> TaskStatus:
    """One word for all tasks of a stage: cancelled ones count only when there are no others."""
    kept = set(statuses) - {TaskStatus.CANCELLED}
    if not kept:
        return TaskStatus.CANCELLED
    if kept == {TaskStatus.DONE}:
        return TaskStatus.DONE
    if kept <= {TaskStatus.DONE, TaskStatus.PAUSED}:
        return TaskStatus.PAUSED
    return TaskStatus.IN_PROGRESS


def names(text: str, unit: str) -> bool:
    """Whether the signed words name this unit: "UBND xã An" is not in "UBND xã An Bình"'s line only by its letters.

    A name ends at a comma, a semicolon, a full stop, "và" or the end of the line.
    """
    return bool(unit) and bool(re.search(rf"(?<!\w){re.escape(unit.casefold())}(?=\s*(?:[,;.)\n]|và\s|$))", text.casefold()))
