"""What the rows of a plan amount to on a day: a line for each stage, a cell for each unit in each stage. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from tracker.queries.plans import KindRow, StageRow, TaskRow, UnitRow, unit_work
from tracker.rules.ballot_gates import BallotFacts
from tracker.rules.gates import Condition, GateState, StageFacts, Waivers, evaluate, facts_of_units, is_per_unit
from tracker.rules.standing import Progress, days_late, standing_of
from tracker.rules.states import ConditionKind, Scope, Standing, TaskStatus
from tracker.wording import day_month, number, sort_key

_STAGE_ICONS = {"ok": "check-circle-fill", "over": "exclamation-triangle-fill", "run": "play-circle"}


@dataclass(frozen=True)
class TaskOnDay:
    """A task and where it stands on the day of the page."""

    row: TaskRow
    standing: Standing

    @property
    def status(self) -> TaskStatus:
        return self.row.status


@dataclass(frozen=True)
class Kind:
    """Tasks of a stage that stand alike, judged at once: a plan of 10,000 tasks has some dozens of kinds."""

    row: KindRow
    standing: Standing

    @property
    def status(self) -> TaskStatus:
        return self.row.status


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
    """A whole plan on a day, without its single tasks: it costs what it shows, not what there is."""

    today: date
    stages: tuple[StageLine, ...]
    kinds: tuple[Kind, ...] = field(repr=False)

    @cached_property
    def progress(self) -> Progress:
        return summed(self.kinds)

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

    def of_stage(self, stage_id: int) -> list[Kind]:
        return [kind for kind in self.kinds if kind.row.stage_id == stage_id]


def board(
    stages: Sequence[StageRow],
    kinds: Iterable[KindRow],
    units: Mapping[int, str],
    conditions: Mapping[int, Sequence[Condition]],
    *,
    today: date,
    waivers: Waivers = NO_WAIVERS,
    ballots: BallotFacts | None = None,
) -> Board:
    """Judge every kind of task of a plan once. `units` gives names for the sentences of gates; `conditions` by stage id;
    `ballots` is needed where a condition is on ballots."""
    judged = tuple(Kind(row, _standing(row, today)) for row in kinds)
    of_stage: defaultdict[int, list[Kind]] = defaultdict(list)
    for kind in judged:
        of_stage[kind.row.stage_id].append(kind)
    gates = {stage.position: conditions.get(stage.id, ()) for stage in stages}
    work = {stage.position: unit_work(kind.row for kind in of_stage[stage.id]) for stage in stages}
    facts = facts_of_units(
        (StageFacts(s.position, s.short_name, s.scope, 0, 0, s.start_on) for s in stages), work, units, gates, waivers
    )
    gate_states = {
        position: evaluate(facts[position], own, facts, today=today, ballots=ballots, waived=waivers.cover(position, None))
        for position, own in gates.items()
    }
    lines = tuple(_stage_line(s, of_stage[s.id], gate_states[s.position], gates[s.position], today=today) for s in stages)
    return Board(today, lines, judged)


def on_day(row: TaskRow, today: date) -> TaskOnDay:
    """A single task, judged."""
    return TaskOnDay(row, _standing(row, today))


def summed(kinds: Iterable[Kind]) -> Progress:
    """Counts of some tasks; cancelled ones are neither work nor missing."""
    total = done = overdue = soon = submitted = 0
    for kind in kinds:
        if kind.status is TaskStatus.CANCELLED:
            continue
        n = kind.row.tasks
        total += n
        done += n * (kind.status is TaskStatus.DONE)
        submitted += n * (kind.status is TaskStatus.SUBMITTED)
        overdue += n * is_late_and_open(kind)
        soon += n * ONLY["soon"](kind)
    return Progress(total, done, overdue, soon, submitted)


def is_late_and_open(task: TaskOnDay | Kind) -> bool:
    """Red is only for this. What is not open yet waits for others; what was handed in late waits for us."""
    return task.status is TaskStatus.IN_PROGRESS and task.standing is Standing.OVERDUE


#: Ready filters, in the order of the chips.
ONLY: dict[str, Callable[[TaskOnDay | Kind], bool]] = {
    "late": is_late_and_open,
    "waiting": lambda t: t.status is TaskStatus.SUBMITTED,
    "soon": lambda t: t.status is TaskStatus.IN_PROGRESS and t.standing is Standing.DUE_SOON,
    "paused": lambda t: t.status is TaskStatus.PAUSED,
}


def matching_units(
    units: Sequence[UnitRow], plan_board: Board, *, search: str, group: str, stage_id: int | None, only: str
) -> list[UnitRow]:
    """Units that fit the filter bar. `only` is one of ONLY; with `stage_id` it looks at that stage alone."""
    if only or stage_id is not None:
        kinds = plan_board.kinds if stage_id is None else plan_board.of_stage(stage_id)
        fitting = _units_of(kind for kind in kinds if not only or ONLY[only](kind))
        units = [u for u in units if u.id in fitting]
    return [u for u in units if search in u.search_key and (not group or u.group_name == group)]


#: Orders of the table of units beside that of the plan.
SORTS = ("late", "left", "name")


def sorted_units(units: Sequence[UnitRow], plan_board: Board, sort: str, *, stage_id: int | None = None) -> list[UnitRow]:
    """Units by one of SORTS: the latest first, who has most left to do first, or by name; in the order given for any other
    `sort`. With `stage_id` that stage alone counts."""
    if sort not in SORTS:
        return list(units)
    if sort == "name":
        return sorted(units, key=lambda unit: sort_key(unit.name))
    late: defaultdict[int, int] = defaultdict(int)
    left: defaultdict[int, int] = defaultdict(int)
    for kind in plan_board.kinds if stage_id is None else plan_board.of_stage(stage_id):
        days = days_late(kind.row.due_on, plan_board.today) if is_late_and_open(kind) else 0
        is_left = kind.status not in (TaskStatus.DONE, TaskStatus.CANCELLED)
        for unit_id in kind.row.unit_ids if days or is_left else ():
            late[unit_id] = max(late[unit_id], days)
            left[unit_id] += is_left
    if sort == "late":
        return sorted(units, key=lambda unit: (-late[unit.id], -left[unit.id]))
    return sorted(units, key=lambda unit: (-left[unit.id], -late[unit.id]))


def units_that(plan_board: Board, only: str) -> set[int]:
    """The units that a chip would show."""
    return _units_of(kind for kind in plan_board.kinds if ONLY[only](kind))


def _units_of(kinds: Iterable[Kind]) -> set[int]:
    return set().union(*(kind.row.unit_ids for kind in kinds))


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


def _standing(row: TaskRow | KindRow, today: date) -> Standing:
    return standing_of(
        row.status,
        due_on=row.due_on,
        aim_on=row.aim_on,
        today=today,
        completed_on=row.completed_on,
        submitted_on=row.submitted_on,
    )


def _stage_line(
    stage: StageRow,
    kinds: Sequence[Kind],
    gate: GateState,
    conditions: Sequence[Condition],
    *,
    today: date,
) -> StageLine:
    return StageLine(
        row=stage,
        progress=summed(kinds),
        late_done=sum(k.row.tasks for k in kinds if k.standing is Standing.LATE),
        last_done_on=max((k.row.completed_on for k in kinds if k.row.completed_on), default=None),
        gate=gate,
        has_gate=bool(conditions),
        waits_for=tuple(c.earlier for c in conditions if c.earlier is not None),
        is_per_unit=is_per_unit(conditions),
        open_units=sum(k.row.tasks for k in kinds if k.status not in (TaskStatus.NOT_OPEN, TaskStatus.CANCELLED)),
        latest_late_days=max((days_late(k.row.due_on, today) for k in kinds if is_late_and_open(k)), default=0),
        days_past=days_late(stage.due_on, today),
    )
