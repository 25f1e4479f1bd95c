"""When a plan will be finished if work goes on as it has: an estimate from counts, never a promise.

A stage under way is carried on at the pace of the last working days, fewer where it began later. One that has not begun
keeps its length and begins when what it waits for is expected to be done; slack between stages takes up what it can.
docs/cach-tinh.md has the rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.rules.workdays import WorkCalendar

#: Working days, today among them, whose finished work makes the pace.
PACE_DAYS = 10
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class StagePace:
    """How far a stage is. `due_on` is its last due date, extensions of units included."""

    position: int
    start_on: date | None
    due_on: date | None
    tasks: int
    done: int
    done_lately: int  #: of them within the last PACE_DAYS working days
    begun_on: date | None  #: the first day on which work was to be or could be done; None: not yet open
    waits_for: tuple[int, ...] = ()  #: positions of the stages its gate names
    is_per_unit: bool = False  #: it opens unit by unit

    @property
    def is_done(self) -> bool:
        return 0 < self.tasks <= self.done


@dataclass(frozen=True)
class StageForecast:
    position: int
    due_on: date
    ends_on: date | None  #: None: late, and nothing was finished lately, so no pace to go by
    late: int  #: working days after its due date


@dataclass(frozen=True)
class Forecast:
    """Stages with a due date that are not done, in the order of the plan."""

    stages: tuple[StageForecast, ...]
    due_on: date  #: the last due date of the plan

    @property
    def stalled(self) -> StageForecast | None:
        """The first stage that stands still; while there is one, no end can be told."""
        return next((s for s in self.stages if s.ends_on is None), None)

    @property
    def ends_on(self) -> date | None:
        if self.stalled:
            return None
        return max(s.ends_on for s in self.stages if s.ends_on)

    @property
    def of_stage(self) -> dict[int, StageForecast]:
        return {s.position: s for s in self.stages}


def forecast(stages: Sequence[StagePace], today: date, calendar: WorkCalendar) -> Forecast | None:
    """The estimate for a plan's stages, given in their order; None where no stage with a due date is left."""
    ends: dict[int, date | None] = {}
    found = []
    for stage in stages:
        if stage.is_done or not stage.tasks or stage.due_on is None:
            continue
        before = [ends[p] for p in stage.waits_for if p in ends]
        end = None if None in before else _end(stage, max((d for d in before if d), default=today), today, calendar)
        ends[stage.position] = end
        found.append(StageForecast(stage.position, stage.due_on, end, calendar.between(stage.due_on, end) if end else 0))
    if not found:
        return None
    return Forecast(tuple(found), max(s.due_on for s in found))


def _end(stage: StagePace, ready: date, today: date, calendar: WorkCalendar) -> date | None:
    due = stage.due_on or today
    has_begun = stage.begun_on is not None and stage.begun_on <= today
    if has_begun and stage.tasks > 1:
        if not stage.done_lately:
            return None if due < today else max(due, ready)
        of_pace = min(PACE_DAYS, max(1, calendar.between((stage.begun_on or today) - ONE_DAY, today)))
        days = -(-(stage.tasks - stage.done) * of_pace // stage.done_lately)
        return max(due, ready, calendar.shift(today, days))
    if has_begun or stage.is_per_unit or stage.start_on is None:
        return max(due, ready, today)
    begin = max(ready, today)
    if begin <= stage.start_on:
        return due
    return max(due, begin, calendar.shift(begin, calendar.between(stage.start_on, due)))
