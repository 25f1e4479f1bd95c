"""The table of units by stages: what stands in each cell. Pure; the words are the sheet's (grey unless something is wrong)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.queries.boards import Board, StageLine, TaskOnDay, is_late_and_open, of, waits_for_units
from tracker.queries.plans import TaskRow, UnitRow
from tracker.rules.gates import Condition
from tracker.rules.standing import days_late
from tracker.rules.states import Scope, Standing, TaskStatus
from tracker.rules.workdays import WorkCalendar
from tracker.wording import count, date_short, date_weekday, day_month, number

UNITS_A_PAGE = 50


class Cell(NamedTuple):
    """One cell: a link when there is a task, loud when it needs someone, empty when nothing applies."""

    href: str
    icon: str
    tone: str
    text: str
    is_loud: bool
    detail: str = ""  #: its days and chases, for whoever points at it


NOTHING = Cell("", "", "", "", False)


@dataclass(frozen=True)
class Column:
    line: StageLine
    is_quiet: bool  #: nothing left to do for a unit: hidden on phones


@dataclass(frozen=True)
class UnitLine:
    unit: UnitRow
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    name: str
    units: int
    sums: tuple[str, ...]  #: one for each stage
    lines: tuple[UnitLine, ...]  #: those of this page


@dataclass(frozen=True)
class Matrix:
    columns: tuple[Column, ...]
    office: tuple[Cell, ...]  #: work done once that is no surveyed unit's; empty when there is none
    groups: tuple[Group, ...]


def matrix(
    board: Board,
    units: Sequence[UnitRow],
    shown: Sequence[UnitRow],
    tasks: Iterable[TaskOnDay],
    conditions: Mapping[int, Sequence[Condition]],
    calendar: WorkCalendar,
    *,
    earlier_rounds: Sequence[TaskOnDay] = (),
    address: Callable[[int], str],
    is_grouped: bool = True,
) -> Matrix:
    """The table for the units `shown` out of all `units`. `tasks` are theirs and the office's own, the later round after the
    earlier; `earlier_rounds` are left out of the sums of a group; `address` makes the link of a task. Without groups the
    units stay in the order of `shown`."""
    by_place = {(t.row.stage_id, t.row.unit_id): t for t in tasks}
    cells = _Cells(by_place, board.today, calendar, address)
    waits = {s.row.id: waits_for_units(s, conditions, board) for s in board.stages}
    columns = tuple(Column(s, s.is_done or s.row.scope is Scope.ONCE) for s in board.stages)
    surveyed = {u.id for u in units}
    once = {s.row.id for s in board.stages if s.row.scope is Scope.ONCE}
    common = {stage: t for (stage, unit), t in by_place.items() if stage in once and unit not in surveyed}
    office = tuple(cells.of(common[s.row.id]) if s.row.id in common else NOTHING for s in board.stages)
    lines = [UnitLine(unit, tuple(cells.of_unit(s, unit.id, waits[s.row.id]) for s in board.stages)) for unit in shown]
    groups = []
    for name in dict.fromkeys(u.group_name for u in shown) if is_grouped else ():
        members = frozenset(u.id for u in units if u.group_name == name)
        again = [t for t in earlier_rounds if t.row.unit_id in members]
        sums = tuple(_sum(s, members, board, again) for s in board.stages)
        groups.append(Group(name, len(members), sums, tuple(line for line in lines if line.unit.group_name == name)))
    if lines and not is_grouped:
        groups.append(Group("", len(lines), (), tuple(lines)))
    return Matrix(columns, office if common else (), tuple(groups))


def task_cell(task: TaskOnDay, calendar: WorkCalendar, today: date, href: str) -> Cell:
    """Icon, tone and words of one task, and its detail."""
    return _cell(task, calendar, today, href)._replace(detail=_detail(task.row))


def _detail(row: TaskRow) -> str:
    """Hạn Thứ Tư, 30/6/2021 (theo kế hoạch 25/6/2021); mở 19/6; báo hoàn thành 28/6; đã đôn đốc 2 lần"""
    due = f"Hạn {date_weekday(row.due_on)}" if row.due_on else "Không có hạn"
    if row.due_on and row.original_due_on and row.original_due_on != row.due_on:
        due += f" (theo kế hoạch {date_short(row.original_due_on)})"
    said = [
        due,
        f"mở {day_month(row.opened_on)}" if row.opened_on else "",
        f"báo hoàn thành {day_month(row.submitted_on)}" if row.submitted_on else "",
        f"hẹn xong {day_month(row.promised_on)}" if row.promised_on and row.status is TaskStatus.IN_PROGRESS else "",
        f"đã đôn đốc {number(row.chase_count)} lần" if row.chase_count else "",
    ]
    return "; ".join(part for part in said if part)


def _cell(task: TaskOnDay, calendar: WorkCalendar, today: date, href: str) -> Cell:
    row = task.row
    if row.status is TaskStatus.DONE:
        done = day_month(row.completed_on) if row.completed_on else ""
        if task.standing is Standing.LATE and row.completed_on:
            return Cell(
                href, "clock-history", "soon", f"Xong quá hạn {number(days_late(row.due_on, row.completed_on))} ngày", False
            )
        return Cell(href, "check2", "ok", f"Xong {done}", False)
    if row.status is TaskStatus.SUBMITTED:
        return Cell(href, "hourglass-split", "wait", "Chờ xác nhận", True)
    if row.status is TaskStatus.PAUSED:
        return Cell(href, "pause-circle", "idle", "Tạm dừng", True)
    if row.status is TaskStatus.CANCELLED:
        return Cell(href, "slash-circle", "idle", "Đã hủy", False)
    if row.status is TaskStatus.NOT_OPEN:
        return Cell(href, "lock", "idle", "Chưa mở", False)
    if is_late_and_open(task):
        promised = f", hẹn {day_month(row.promised_on)}" if row.promised_on else ""
        late = f"Quá hạn {number(days_late(row.due_on, today))} ngày{promised}"
        return Cell(href, "exclamation-triangle-fill", "over", late, True)
    if task.standing is Standing.DUE_SOON and row.due_on is not None:
        return Cell(href, "alarm", "soon", _soon(today, row.due_on, row.aim_on or row.due_on, calendar), False)
    if row.due_on and row.original_due_on and row.due_on != row.original_due_on:
        text = f"Hạn mới {day_month(row.due_on)} (kế hoạch {day_month(row.original_due_on)})"
        return Cell(href, "play-circle", "run", text, False)
    return Cell(href, "play-circle", "run", "Đang làm", False)


class _Cells:
    """Cells of one page: tasks that stand alike share their words."""

    def __init__(
        self,
        by_place: Mapping[tuple[int, int | None], TaskOnDay],
        today: date,
        calendar: WorkCalendar,
        address: Callable[[int], str],
    ) -> None:
        self._by_place = by_place
        self._today = today
        self._calendar = calendar
        self._address = address
        self._known: dict[tuple[object, ...], Cell] = {}

    def of(self, task: TaskOnDay) -> Cell:
        row = task.row
        key = row[3:]  # all but which task it is
        cell = self._known.get(key)
        if cell is None:
            cell = self._known[key] = task_cell(task, self._calendar, self._today, "")
        return cell._replace(href=self._address(row.id))

    def of_unit(self, stage: StageLine, unit_id: int, waits_for: StageLine | None) -> Cell:
        task = self._by_place.get((stage.row.id, unit_id))
        if task is not None:
            return self.of(task)
        if waits_for is None:
            return NOTHING
        earlier = self._by_place.get((waits_for.row.id, unit_id))
        if earlier is None or earlier.row.status is TaskStatus.CANCELLED:
            return NOTHING
        if earlier.row.status is TaskStatus.DONE:
            return Cell("", "unlock", "ok", "Đủ điều kiện", False)
        return Cell("", "lock", "idle", "Còn chặn", False)


def _soon(today: date, due_on: date, aim_on: date, calendar: WorkCalendar) -> str:
    if today == due_on:
        return "Đến hạn hôm nay"
    if today >= aim_on:
        return f"Đến hạn {day_month(due_on)}"
    return f"Còn {count(calendar.between(today, aim_on), 'ngày làm việc')}"


def _sum(stage: StageLine, members: frozenset[int], board: Board, earlier_rounds: Sequence[TaskOnDay]) -> str:
    """3/10, 1 xong quá hạn: of the units of a group, each counted once, by its last round."""
    if stage.row.scope is Scope.ONCE:
        return ""
    total = done = late = 0
    counted = [(kind, len(kind.row.unit_ids & members)) for kind in board.of_stage(stage.row.id)]
    for kind, n in counted + [(task, -1) for task in earlier_rounds if task.row.stage_id == stage.row.id]:
        total += n * (kind.status is not TaskStatus.CANCELLED)
        done += n * (kind.status is TaskStatus.DONE)
        late += n * (kind.standing is Standing.LATE)
    if not total:
        return ""
    extra = f", {late} xong quá hạn" if late else ""
    return f"{of(done, total)}{extra}"
