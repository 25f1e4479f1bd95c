"""What a later due date does to the steps that wait: which due dates it passes, how many working days remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.workdays import WorkCalendar


@dataclass(frozen=True)
class WaitingStage:
    """A stage as the effect sees it; `waits_for` are positions of the stages before its gate."""

    position: int
    short_name: str
    due_on: date | None
    waits_for: tuple[int, ...]


@dataclass(frozen=True)
class Effect:
    """On one later stage: `workdays_left` after the new date until that stage is due; negative never: 0 when passed."""

    position: int
    short_name: str
    due_on: date
    workdays_left: int
    passed: bool


def effects_of(new_due_on: date, position: int, stages: Sequence[WaitingStage], calendar: WorkCalendar) -> list[Effect]:
    """The effects on every dated stage that waits, directly or through others, for the stage at `position`."""
    by_position: Mapping[int, WaitingStage] = {s.position: s for s in stages}
    reached = {position}
    for stage in sorted(stages, key=lambda s: s.position):
        if reached.intersection(stage.waits_for):
            reached.add(stage.position)
    return [
        Effect(
            position=p,
            short_name=by_position[p].short_name,
            due_on=due_on,
            workdays_left=calendar.between(new_due_on, due_on),
            passed=due_on <= new_due_on,
        )
        for p in sorted(reached - {position})
        if (due_on := by_position[p].due_on) is not None
    ]
