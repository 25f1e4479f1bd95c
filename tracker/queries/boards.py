"""What the rows of a plan amount to on a day: a line for each stage, a cell for each unit in each stage. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tracker.queries.plans import StageRow, TaskRow, UnitRow
from tracker.rules.ballot_gates import BallotFacts
from tracker.rules.gates import Condition, GateState, StageFacts, Waivers, Work, evaluate, facts_of, is_per_unit
from tracker.rules.standing import Progress, days_late, standing_of
from tracker.rules.states import ConditionKind, Scope, Standing, TaskStatus
from tracker.wording import day_month, number

_STAGE_ICONS = {"ok": "check-circle-fill", "over": "exclamation-triangle-fill", "run": "play-circle"}


@dataclass(frozen=True)
class TaskOnDay:
    """A task and where it stands on the day of the page."""

    row: TaskRow
    standing: Standing

    @property
    def is_overdue(self) -> bool:
        return self.standing is Standing.OVERDUE


#: Of a plan in which nobody passed over a condition.
NO_WAIVERS = Waivers()


@dataclass(frozen=True)
class StageLine:
    """One stage in sums, and its gate on that day."""

    row: StageRow
    progress: Progress
    late_done: int  #: finished after the due date
    last_done_on: date | None
    gate: GateState
    has_gate: bool
    waits_for: tuple[int, ...]  #: positions of the stages its gate names
    is_per_unit: bool  #: its gate opens unit by unit
    open_units: int  #: tasks that are open or were
    latest_late_days: int  #: days of the one that is latest among those still open
    days_past: int  #: calendar days since its due date, whoever is to blame

    @property
    def is_done(self) -> bool:
        return self.progress.tasks > 0 and self.progress.done >= self.progress.tasks

    @property
    def is_open(self) -> bool:
        return self.open_units > 0 or self.is_done

    @property
    def label(self) -> str:
        """3. Điều tra khảo sát"""
        return f"{self.row.position}. {self.row.short_name}"

    @property
    def tone(self) -> str:
        if self.is_done:
            return "ok"
        if self.progress.overdue:
            return "over"
        if self.is_open:
            return "run"
        return "soon" if self.days_past else "idle"

    @property
    def icon(self) -> str:
        return _STAGE_ICONS.get(self.tone, "lock")

    @property
    def span(self) -> str:
        """02/7 – 15/9, or: Hạn 19/6, or: không có hạn."""
        start, due = self.row.start_on, self.row.due_on
        if due is None:
            return f"từ {day_month(start)}, không có hạn" if start else "không có hạn"
        return f"{day_month(start)} – {day_month(due)}" if start else f"Hạn {day_month(due)}"

    @property
    def verdict(self) -> str:
        """How far, in a few words."""
        p = self.progress
        if self.is_done:
            return self.done_words
        if p.overdue:
            return (
                f"{of(p.done, p.tasks)} · quá hạn {number(p.overdue)} đơn vị"
                if p.tasks > 1
                else f"quá hạn {number(self.latest_late_days)} ngày"
            )
        if not self.is_open:
            return f"chưa mở, đã qua hạn {number(self.days_past)} ngày" if self.days_past else "chưa mở"
        if p.tasks > 1:
            return f"{of(p.done, p.tasks)} xong"
        return "chờ xác nhận" if p.submitted else "đang thực hiện"

    @property
    def done_words(self) -> str:
        """30/30 xong 05/7 · xong 18/6 · xong quá hạn 22/6"""
        p = self.progress
        when = f" {day_month(self.last_done_on)}" if self.last_done_on else ""
        if p.tasks > 1:
            return f"{of(p.done, p.tasks)} xong{when}"
        return f"xong quá hạn{when}" if self.late_done else f"xong{when}"

    @property
    def more(self) -> str:
        """A second sentence, for the phone and for those who do not see the chart."""
        parts = []
        if self.late_done and self.progress.tasks > 1:
            parts.append(f"{number(self.late_done)} đơn vị xong quá hạn.")
        if self.progress.submitted:
            parts.append(f"{number(self.progress.submitted)} việc chờ xác nhận.")
        if self.row.aim_on and self.row.aim_on != self.row.due_on and not self.is_done:
            parts.append(f"Ngày làm việc cuối trong hạn: {day_month(self.row.aim_on)}.")
        if not self.is_open and self.waits_for:
            parts.append(f"Mở khi xong giai đoạn {', '.join(str(n) for n in self.waits_for)}.")
        elif self.is_per_unit and self.open_units < self.progress.tasks:
            parts.append(f"Mở cho từng đơn vị: {of(self.open_units, self.progress.tasks)}.")
        return " ".join(parts)


@dataclass(frozen=True)
class Board:
    """A whole plan on a day."""

    today: date
    stages: tuple[StageLine, ...]
    tasks: tuple[TaskOnDay, ...]
    by_place: Mapping[tuple[int, int | None], TaskOnDay] = field(repr=False)  #: (stage id, unit id) -> task

    @cached_property
    def progress(self) -> Progress:
        return summed(self.tasks)

    @cached_property
    def current(self) -> StageLine | None:
        """The first stage that is not finished."""
        return next((s for s in self.stages if not s.is_done), None)

    @cached_property
    def next_due(self) -> StageLine | None:
        """The stage whose due date comes next."""
        ahead = [s for s in self.stages if not s.is_done and s.row.due_on and s.row.due_on >= self.today]
        return min(ahead, key=lambda s: s.row.due_on or date.max, default=None)

    @cached_property
    def latest_late_days(self) -> int:
        return max((s.latest_late_days for s in self.stages), default=0)


def board(
    stages: Sequence[StageRow],
    tasks: Iterable[TaskRow],
    units: Mapping[int, str],
    conditions: Mapping[int, Sequence[Condition]],
    *,
    today: date,
    waivers: Waivers = NO_WAIVERS,
    ballots: BallotFacts | None = None,
) -> Board:
    """Judge every task of a plan once. `units` gives names for the sentences of gates; `conditions` by stage id; `ballots` is
    needed where a condition is on ballots."""
    judged = [TaskOnDay(row, standing) for row, standing in _judged(tasks, today)]
    of_stage: defaultdict[int, list[TaskOnDay]] = defaultdict(list)
    for task in judged:
        of_stage[task.row.stage_id].append(task)
    gates = {stage.position: conditions.get(stage.id, ()) for stage in stages}
    positions = {stage.id: stage.position for stage in stages}
    work = [
        Work(positions[row.stage_id], row.unit_id, row.status is TaskStatus.DONE, units.get(row.unit_id or 0, ""))
        for row in (task.row for task in judged)
        if row.status is not TaskStatus.CANCELLED
    ]
    facts = facts_of((StageFacts(s.position, s.short_name, s.scope, 0, 0, s.start_on) for s in stages), work, gates, waivers)
    gate_states = {
        position: evaluate(facts[position], own, facts, today=today, ballots=ballots, waived=waivers.cover(position, None))
        for position, own in gates.items()
    }
    lines = tuple(_stage_line(s, of_stage[s.id], gate_states[s.position], gates[s.position], today=today) for s in stages)
    return Board(today, lines, tuple(judged), {(t.row.stage_id, t.row.unit_id): t for t in judged})


def summed(tasks: Iterable[TaskOnDay]) -> Progress:
    """Counts of some tasks; cancelled ones are neither work nor missing."""
    total = done = overdue = soon = submitted = 0
    for task in tasks:
        status = task.row.status
        if status is TaskStatus.CANCELLED:
            continue
        total += 1
        done += status is TaskStatus.DONE
        submitted += status is TaskStatus.SUBMITTED
        overdue += is_late_and_open(task)
        soon += status is TaskStatus.IN_PROGRESS and task.standing is Standing.DUE_SOON
    return Progress(total, done, overdue, soon, submitted)


def is_late_and_open(task: TaskOnDay) -> bool:
    """Red is only for this. What is not open yet waits for others; what was handed in late waits for us."""
    return task.row.status is TaskStatus.IN_PROGRESS and task.standing is Standing.OVERDUE


#: Ready filters, in the order of the chips.
ONLY: dict[str, Callable[[TaskOnDay], bool]] = {
    "late": is_late_and_open,
    "waiting": lambda t: t.row.status is TaskStatus.SUBMITTED,
    "soon": lambda t: t.row.status is TaskStatus.IN_PROGRESS and t.standing is Standing.DUE_SOON,
    "paused": lambda t: t.row.status is TaskStatus.PAUSED,
}


def late_tasks(plan_board: Board) -> list[TaskOnDay]:
    """Who is late and still open, the longest first."""
    late = [t for t in plan_board.tasks if is_late_and_open(t)]
    return sorted(late, key=lambda t: (t.row.due_on or date.max, t.row.id))


def matching_units(
    units: Sequence[UnitRow], plan_board: Board, *, search: str, group: str, stage_id: int | None, only: str
) -> list[UnitRow]:
    """Units that fit the filter bar. `only` is one of ONLY; with `stage_id` it looks at that stage alone."""
    if only or stage_id is not None:
        fitting = {
            t.row.unit_id
            for t in plan_board.tasks
            if (stage_id is None or t.row.stage_id == stage_id) and (not only or ONLY[only](t))
        }
        units = [u for u in units if u.id in fitting]
    return [u for u in units if search in u.search_key and (not group or u.group_name == group)]


def units_of(plan_board: Board, only: str) -> int:
    """How many units a chip would show."""
    return len({t.row.unit_id for t in plan_board.tasks if t.row.unit_id is not None and ONLY[only](t)})


def waits_for_units(stage: StageLine, conditions: Mapping[int, Sequence[Condition]], plan_board: Board) -> StageLine | None:
    """The stage done by each unit that a common stage waits for, while it is still shut: its column shows who holds it up."""
    if stage.row.scope is Scope.EACH_UNIT or stage.is_open:
        return None
    for condition in conditions.get(stage.row.id, ()):
        if condition.kind in (ConditionKind.STAGE_DONE, ConditionKind.UNITS_SHARE):
            earlier = next((s for s in plan_board.stages if s.row.position == condition.earlier), None)
            if earlier is not None and earlier.row.scope is Scope.EACH_UNIT:
                return earlier
    return None


def of(part: int, whole: int) -> str:
    """27/30, 0/1.000"""
    return f"{number(part)}/{number(whole)}"


def _judged(tasks: Iterable[TaskRow], today: date) -> Iterable[tuple[TaskRow, Standing]]:
    known: dict[tuple[object, ...], Standing] = {}
    for row in tasks:
        key = (row.status, row.due_on, row.aim_on, row.completed_on, row.submitted_on)
        standing = known.get(key)
        if standing is None:
            standing = known[key] = standing_of(
                row.status,
                due_on=row.due_on,
                aim_on=row.aim_on,
                today=today,
                completed_on=row.completed_on,
                submitted_on=row.submitted_on,
            )
        yield row, standing


def _stage_line(
    stage: StageRow,
    tasks: Sequence[TaskOnDay],
    gate: GateState,
    conditions: Sequence[Condition],
    *,
    today: date,
) -> StageLine:
    return StageLine(
        row=stage,
        progress=summed(tasks),
        late_done=sum(t.standing is Standing.LATE for t in tasks),
        last_done_on=max((t.row.completed_on for t in tasks if t.row.completed_on), default=None),
        gate=gate,
        has_gate=bool(conditions),
        waits_for=tuple(c.earlier for c in conditions if c.earlier is not None),
        is_per_unit=is_per_unit(conditions),
        open_units=sum(t.row.status not in (TaskStatus.NOT_OPEN, TaskStatus.CANCELLED) for t in tasks),
        latest_late_days=max((days_late(t.row.due_on, today) for t in tasks if is_late_and_open(t)), default=0),
        days_past=days_late(stage.due_on, today),
    )
