"""The stages of a plan to come, in words: days, marks of days off, what each waits for. Intake and templates show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.rules.gates import OF_STAGES
from tracker.rules.schedule import StageLayout
from tracker.rules.states import ConditionKind, Scope
from tracker.rules.workdays import WorkCalendar
from tracker.wording import count, date_short, date_weekday
from tracker.wording.vocabulary import CONDITION_WORDS


@dataclass(frozen=True)
class StageLine:
    """A stage of the plan to come, in words."""

    layout: StageLayout
    days: str
    aim: str
    off: bool  #: due on a day off
    past: bool  #: due before today
    tasks: int
    gate: str


def stage_lines(layout: Sequence[StageLayout], calendar: WorkCalendar, today: date, *, units_total: int) -> list[StageLine]:
    """All stages of a layout as the preview shows them."""
    return [_line(stage, layout, calendar, today, units_total) for stage in layout]


def _line(stage: StageLayout, layout: Sequence[StageLayout], calendar: WorkCalendar, today: date, units_total: int) -> StageLine:
    due = stage.due_on
    if stage.start_on and due:
        days = f"{date_short(stage.start_on)} – {date_weekday(due)}"
    else:
        days = date_weekday(due) if due else "không có hạn"
    return StageLine(
        layout=stage,
        days=days,
        aim=date_weekday(stage.aim_on) if stage.aim_on and stage.aim_on != due else "",
        off=due is not None and not calendar.is_workday(due),
        past=due is not None and due < today,
        tasks=len(stage.unit_ids),
        gate=_gate(stage, layout, units_total),
    )


def _gate(stage: StageLayout, layout: Sequence[StageLayout], units_total: int) -> str:
    """What the stage waits for, in words."""
    parts = []
    for condition in stage.conditions:
        earlier = next((s for s in layout if s.position == condition.earlier), None)
        name = f"giai đoạn {earlier.position} ({earlier.source.short_name})" if earlier else ""
        each = earlier is not None and earlier.source.scope is Scope.EACH_UNIT and len(earlier.unit_ids) > 1
        if condition.kind is ConditionKind.START_DATE:
            parts += [f"từ {date_short(stage.start_on)}"] if stage.start_on else []
        elif condition.kind not in OF_STAGES:
            words = CONDITION_WORDS[condition.kind]
            parts.append(f"{'từng đơn vị ' if condition.per_unit else ''}khi {words[:1].lower()}{words[1:]}")
        elif condition.kind is ConditionKind.OWN_TASK_DONE:
            parts.append(f"từng đơn vị khi đã xong {name}")
        elif condition.kind is ConditionKind.UNITS_SHARE:
            parts.append(f"khi {condition.share}% đơn vị xong {name}")
        elif each:
            parts.append(f"khi cả {count(units_total, 'đơn vị')} xong {name}")
        else:
            parts.append(f"khi xong {name}")
    return f"Mở {', '.join(parts)}" if parts else "Mở ngay khi bắt đầu triển khai"
