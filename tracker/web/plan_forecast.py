"""The pace of a plan on its page: which due dates were put off, when stages will be done, and that in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from tracker.queries import pace
from tracker.queries.boards import StageLine
from tracker.queries.pace import StageSums
from tracker.rules.forecast import PACE_DAYS, Forecast, StagePace, forecast
from tracker.rules.workdays import WorkCalendar
from tracker.wording import count, date_short


@dataclass(frozen=True)
class Outlook:
    """What the chart and the line under it need; empty where nothing is to be told."""

    sums: Mapping[int, StageSums] = field(default_factory=dict)  #: by stage id
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
        sums = self.sums.get(stage_id)
        if sums is None or not sums.extended or sums.extended_to is None:
            return None, ""
        whom = names.get(sums.extended_unit_id or 0, "") if sums.extended == 1 else count(sums.extended, "đơn vị")
        return sums.extended_to, f"Gia hạn {whom}, đến {date_short(sums.extended_to)}".replace(" ,", "")


def outlook(session: Session, plan_id: int, stages: tuple[StageLine, ...], calendar: WorkCalendar, *, today: date) -> Outlook:
    """One statement."""
    since = calendar.shift(calendar.on_or_before(today), -(PACE_DAYS - 1))
    sums = pace.stage_sums(session, plan_id, since=since)
    paces = []
    for line in stages:
        own = sums.get(line.row.id)
        if own is None:
            continue
        dues = [day for day in (line.row.due_on, own.last_due_on) if day]
        paces.append(
            StagePace(
                line.row.position,
                line.row.start_on,
                max(dues, default=None),
                own.tasks,
                own.done,
                own.done_lately,
                max((d for d in (line.row.start_on, line.row.opened_on) if d), default=today) if line.is_open else None,
                line.waits_for,
                line.is_per_unit,
            )
        )
    return Outlook(sums, forecast(paces, today, calendar))
