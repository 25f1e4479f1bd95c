"""Standing: where a piece of work stands on a given day. Derived, never stored.

Borders (project's rule): trước hạn is done before `aim_on`, the last working day not after the due date; đúng hạn is done
from `aim_on` to `due_on`, both included; after that it is late. "Quá hạn" alone means still open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rules.states import Standing, TaskStatus
from tracker.wording import number

#: A task is "sắp đến hạn" in the last seven calendar days, as in the digest's third part.
SOON_DAYS = 7

FINISHED = frozenset({Standing.EARLY, Standing.ON_TIME, Standing.LATE, Standing.DONE_NO_DUE_DATE})


def standing_of(
    status: TaskStatus,
    *,
    due_on: date | None,
    aim_on: date | None,
    today: date,
    completed_on: date | None = None,
    submitted_on: date | None = None,
    soon_days: int = SOON_DAYS,
) -> Standing:
    """The standing of one task on `today`.

    What a unit has handed in (`SUBMITTED`) is judged by the day it was handed in: a coordinator who confirms late makes
    nobody late.
    """
    if status is TaskStatus.DONE:
        return _finished(completed_on or today, due_on, aim_on)
    if due_on is None:
        return Standing.NO_DUE_DATE
    judged_on = submitted_on if status is TaskStatus.SUBMITTED and submitted_on else today
    if status in (TaskStatus.PAUSED, TaskStatus.CANCELLED):
        return Standing.ON_TRACK
    if judged_on > due_on:
        return Standing.OVERDUE
    if status is not TaskStatus.SUBMITTED and due_on - today <= timedelta(days=soon_days):
        return Standing.DUE_SOON
    return Standing.ON_TRACK


def _finished(completed_on: date, due_on: date | None, aim_on: date | None) -> Standing:
    if due_on is None:
        return Standing.DONE_NO_DUE_DATE
    if completed_on > due_on:
        return Standing.LATE
    if completed_on < (aim_on or due_on):
        return Standing.EARLY
    return Standing.ON_TIME


def days_late(due_on: date | None, today: date) -> int:
    """Calendar days after the due date; 0 when not late or without a due date."""
    return max(0, (today - due_on).days) if due_on else 0


@dataclass(frozen=True)
class Progress:
    """How many of a stage's or a plan's tasks are done and late."""

    tasks: int
    done: int
    overdue: int
    due_soon: int
    submitted: int

    @property
    def sentence(self) -> str:
        """Đúng tiến độ · Có việc sắp đến hạn · Chậm tiến độ (3 việc quá hạn)."""
        if self.tasks and self.done >= self.tasks:
            return "Đã hoàn thành"
        if self.overdue:
            return f"Chậm tiến độ ({number(self.overdue)} việc quá hạn)"
        return "Có việc sắp đến hạn" if self.due_soon else "Đúng tiến độ"

    @property
    def standing(self) -> Standing:
        if self.tasks and self.done >= self.tasks:
            return Standing.ON_TIME
        if self.overdue:
            return Standing.OVERDUE
        return Standing.DUE_SOON if self.due_soon else Standing.ON_TRACK
