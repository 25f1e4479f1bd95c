"""The pace of a plan on its page: which due dates were put off, when stages will be done, and that in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tracker.queries.boards import Board
from tracker.queries.plans import KindRow
from tracker.rules.forecast import PACE_DAYS, Forecast, StagePace, forecast
from tracker.rules.states import TaskStatus
from tracker.rules.workdays import WorkCalendar
from tracker.wording import count, date_short


class Extended(NamedTuple):
    """Of the tasks of a stage: how many have a due date later than the plan's, the last of them, one of their units."""

    tasks: int
    to: date | None
    unit_id: int | None


@dataclass(frozen=True)
class Outlook:
    """What the chart and the line under it need; empty where nothing is to be told."""

    put_off: Mapping[int, Extended] = field(default_factory=dict)  #: by stage id
    forecast: Forecast | None = None

    @property
    def sentence(self) -> str:
        """When the plan will be done at today's pace."""
        if self.forecast is None:
            return ""
        due = date_short(self.forecast.due_on)
        stalled, ends_on = self.forecast.stalled, self.forecast.ends_on
        if stalled or ends_on is None:
            where = f"giai đoạn {stalled.position} đã quá hạn mà " if stalled else ""
            return f"Chưa ước tính được ngày xong: {where}{PACE_DAYS} ngày làm việc qua không có việc nào xong."
        if ends_on <= self.forecast.due_on:
            return f"Với tốc độ hiện nay, kế hoạch xong đúng hạn {due}."
        worst = max(self.forecast.stages, key=lambda s: s.late)
        return (
            f"Với tốc độ {PACE_DAYS} ngày làm việc qua, kế hoạch xong khoảng {date_short(ends_on)} thay vì {due}; "
            f"giai đoạn {worst.position} chậm nhất, muộn {count(worst.late, 'ngày làm việc')}. "
            "Ước tính theo số việc xong, không phải cam kết."
        )

    def ends_on(self, position: int) -> date | None:
        """When a stage will be done, where that is after its due date."""
        found = self.forecast.of_stage.get(position) if self.forecast else None
        return found.ends_on if found and found.late else None

    def extended(self, stage_id: int, names: Mapping[int, str]) -> tuple[date | None, str]:
        """The last due date beyond the stage's own, and for whom."""
        found = self.put_off.get(stage_id)
        if found is None or found.to is None:
            return None, ""
        whom = names.get(found.unit_id or 0, "") if found.tasks == 1 else count(found.tasks, "đơn vị")
        return found.to, f"Gia hạn {whom}, đến {date_short(found.to)}".replace(" ,", "")


def outlook(board: Board, calendar: WorkCalendar) -> Outlook:
    """Out of the kinds of tasks that the page has counted already."""
    today = board.today
    since = calendar.shift(calendar.on_or_before(today), -(PACE_DAYS - 1))
    put_off, paces = {}, []
    for line in board.stages:
        kinds = [kind.row for kind in board.of_stage(line.row.id) if kind.status is not TaskStatus.CANCELLED]
        put_off[line.row.id] = _extended(kinds)
        dues = [day for day in (line.row.due_on, *(kind.due_on for kind in kinds)) if day]
        begun = max((day for day in (line.row.start_on, line.row.opened_on) if day), default=today)
        paces.append(
            StagePace(
                line.row.position,
                line.row.start_on,
                max(dues, default=None),
                line.progress.tasks,
                line.progress.done,
                sum(k.tasks for k in kinds if k.status is TaskStatus.DONE and k.completed_on and k.completed_on >= since),
                begun if line.is_open else None,
                line.waits_for,
                line.is_per_unit,
            )
        )
    return Outlook(put_off, forecast(paces, today, calendar))


def _extended(kinds: Iterable[KindRow]) -> Extended:
    later = [k for k in kinds if k.due_on and k.original_due_on and k.due_on > k.original_due_on]
    return Extended(
        sum(kind.tasks for kind in later),
        max((kind.due_on for kind in later if kind.due_on), default=None),
        next((unit_id for kind in later for unit_id in kind.unit_ids), None),
    )
