"""What a phrase comes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.rules.states import TimeKind


@dataclass(frozen=True, slots=True)
class Reading:
    kind: TimeKind
    start_on: date | None = None
    due_on: date | None = None
    rule: str = ""
    rrule: str = ""
    anchor: str = ""
    offset_days: int | None = None
    offset_workdays: bool = False
    named_day: date | None = None

    @property
    def dated(self) -> bool:
        return self.start_on is not None or self.due_on is not None
