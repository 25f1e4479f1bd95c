"""What a plan amounts to on a day: words of cells, lines of stages. Pure values in, pure values out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.queries.boards import board, on_day, sorted_units
from tracker.queries.plans import KindRow, StageRow, TaskRow, UnitRow
from tracker.rules.gates import Condition
from tracker.rules.states import ConditionKind, Scope, TaskStatus, TimeKind, WorkKind
from tracker.rules.workdays import WorkCalendar
from tracker.web.matrix import matrix, task_cell

TODAY = date(2021, 9, 20)  # a Monday
DUE = date(2021, 9, 15)


def stage(position: int, *, scope: Scope = Scope.EACH_UNIT, start: date | None = None, due: date | None = DUE) -> StageRow:
    return StageRow(
        id=position, position=position, no=str(position), content=f"Nội dung {position}", short_name=f"Bước {position}", lead="",
        coordinating="", wording="", place_in_document="", time_kind=TimeKind.WINDOW, start_on=start, due_on=due, aim_on=due,
        scope=scope, work_kind=WorkKind.OTHER, needs_confirmation=False, opened_on=None,
    )  # fmt: skip


def task(
    status: TaskStatus,
    *,
    stage_id: int = 1,
    unit_id: int | None = 1,
    due: date | None = DUE,
    aim: date | None = None,
    completed: date | None = None,
    submitted: date | None = None,
) -> TaskRow:
    return TaskRow(
        id=100 * stage_id + (unit_id or 0), stage_id=stage_id, unit_id=unit_id, status=status, start_on=None, due_on=due,
        original_due_on=due, aim_on=aim or due, opened_on=None, submitted_on=submitted, completed_on=completed, chase_count=0,
    )  # fmt: skip


def kinds_of(rows: list[TaskRow]) -> list[KindRow]:
    """What the database counts: tasks that stand alike, together."""
    alike: dict[tuple[object, ...], list[TaskRow]] = {}
    for row in rows:
        alike.setdefault((row.stage_id, row.status, row.due_on, row.completed_on), []).append(row)
    return [
        KindRow(*key, len(own), frozenset(t.unit_id for t in own if t.unit_id), any(t.unit_id is None for t in own))  # type: ignore[arg-type]
        for key, own in alike.items()
    ]


@pytest.mark.parametrize(
    ("row", "icon", "text", "loud"),
    [
        (task(TaskStatus.NOT_OPEN), "lock", "Chưa mở", False),
        (task(TaskStatus.IN_PROGRESS), "exclamation-triangle-fill", "Quá hạn 5 ngày", True),
        (task(TaskStatus.IN_PROGRESS, due=TODAY), "alarm", "Đến hạn hôm nay", False),
        (task(TaskStatus.IN_PROGRESS, due=date(2021, 9, 24)), "alarm", "Còn 4 ngày làm việc", False),
        (task(TaskStatus.IN_PROGRESS, due=date(2021, 9, 26), aim=date(2021, 9, 20)), "alarm", "Đến hạn 26/9", False),
        (task(TaskStatus.IN_PROGRESS, due=date(2021, 10, 30)), "play-circle", "Đang làm", False),
        (task(TaskStatus.IN_PROGRESS, due=None), "play-circle", "Đang làm", False),
        (task(TaskStatus.SUBMITTED, submitted=date(2021, 9, 17)), "hourglass-split", "Chờ xác nhận", True),
        (task(TaskStatus.DONE, completed=date(2021, 9, 10)), "check2", "Xong 10/9", False),
        (task(TaskStatus.DONE, completed=date(2021, 9, 17)), "clock-history", "Xong quá hạn 2 ngày", False),
        (task(TaskStatus.PAUSED), "pause-circle", "Tạm dừng", True),
        (task(TaskStatus.CANCELLED), "slash-circle", "Đã hủy", False),
    ],
)
def test_a_cell_says_status_or_lateness_in_few_words(row: TaskRow, icon: str, text: str, loud: bool) -> None:
    cell = task_cell(on_day(row, TODAY), WorkCalendar(), TODAY, "/tasks/1")
    assert (cell.icon, cell.text.replace("\u00a0", " "), cell.is_loud) == (icon, text, loud)


@given(
    status=st.sampled_from(TaskStatus),
    due=st.none() | st.integers(-40, 40),
    done=st.integers(-40, 0),
)
def test_red_is_only_for_late_and_still_open(status: TaskStatus, due: int | None, done: int) -> None:
    due_on = None if due is None else TODAY + timedelta(days=due)
    row = task(status, due=due_on, completed=TODAY + timedelta(days=done), submitted=TODAY + timedelta(days=done))
    cell = task_cell(on_day(row, TODAY), WorkCalendar(), TODAY, "")
    assert (cell.tone == "over") == (status is TaskStatus.IN_PROGRESS and due_on is not None and due_on < TODAY)
    assert cell.text


@pytest.mark.parametrize(
    ("tasks", "tone", "verdict"),
    [
        ([TaskStatus.DONE, TaskStatus.DONE], "ok", "2/2 xong 10/9"),
        ([TaskStatus.DONE, TaskStatus.IN_PROGRESS], "over", "1/2 · quá hạn 1 đơn vị"),
        ([TaskStatus.DONE, TaskStatus.CANCELLED], "ok", "xong 10/9"),
        ([TaskStatus.NOT_OPEN, TaskStatus.NOT_OPEN], "soon", "chưa mở, đã qua hạn 5 ngày"),
        ([TaskStatus.SUBMITTED, TaskStatus.PAUSED], "run", "0/2 xong"),
        ([TaskStatus.SUBMITTED], "run", "chờ xác nhận"),
        ([TaskStatus.IN_PROGRESS], "over", "quá hạn 5 ngày"),
    ],
)
def test_a_stage_line_sums_its_tasks(tasks: list[TaskStatus], tone: str, verdict: str) -> None:
    days = {TaskStatus.DONE: {"completed": date(2021, 9, 10)}, TaskStatus.SUBMITTED: {"submitted": DUE}}
    rows = [task(status, unit_id=n, **days.get(status, {})) for n, status in enumerate(tasks, start=1)]
    line = board([stage(1)], kinds_of(rows), {}, {}, today=TODAY).stages[0]
    assert (line.tone, line.verdict) == (tone, verdict)


def test_a_column_shows_who_holds_up_the_common_stage_behind_it() -> None:
    stages = [stage(1), stage(2, scope=Scope.ONCE, due=date(2021, 10, 15))]
    units = [UnitRow(n, f"Đơn vị {n}", f"don vi {n}", "Khối", None) for n in (1, 2, 3)]
    rows = [
        task(TaskStatus.DONE, unit_id=1, completed=DUE),
        task(TaskStatus.IN_PROGRESS, unit_id=2),
        task(TaskStatus.CANCELLED, unit_id=3),
        task(TaskStatus.NOT_OPEN, stage_id=2, unit_id=None, due=date(2021, 10, 15)),
    ]
    conditions = {2: (Condition(ConditionKind.STAGE_DONE, 1),)}
    found = board(stages, kinds_of(rows), {u.id: u.name for u in units}, conditions, today=TODAY)
    tasks = [on_day(row, TODAY) for row in rows]
    table = matrix(found, units, units, tasks, conditions, WorkCalendar(), address=lambda task_id: f"/tasks/{task_id}")
    assert [c.text for c in table.office] == ["", "Chưa mở"]
    assert [[c.text for c in line.cells] for line in table.groups[0].lines] == [
        ["Xong 15/9", "Đủ điều kiện"],
        ["Quá hạn 5 ngày", "Còn chặn"],
        ["Đã hủy", ""],
    ]
    assert table.groups[0].sums == ("1/2", "")
    assert found.stages[1].gate.sentence.startswith("Giai đoạn 2 (Bước 2) chưa mở: còn 1/2 đơn vị")


def test_work_of_a_surveyed_unit_that_is_done_once_stands_in_its_own_row() -> None:
    units = [UnitRow(1, "UBND xã Vạn Thắng", "ubnd xa van thang", "", None)]
    only = task(TaskStatus.IN_PROGRESS)
    found = board([stage(1, scope=Scope.ONCE)], kinds_of([only]), {}, {}, today=TODAY)
    table = matrix(found, units, units, [on_day(only, TODAY)], {}, WorkCalendar(), address=str)
    assert table.office == ()
    assert [c.text for c in table.groups[0].lines[0].cells] == ["Quá hạn 5 ngày"]


def test_a_unit_in_a_second_round_counts_once_in_its_group() -> None:
    units = [UnitRow(n, f"Đơn vị {n}", f"don vi {n}", "Khối", None) for n in (1, 2)]
    first = task(TaskStatus.DONE, unit_id=1, completed=DUE)
    rows = [
        first,
        task(TaskStatus.IN_PROGRESS, unit_id=1, due=date(2021, 10, 15)),
        task(TaskStatus.DONE, unit_id=2, completed=TODAY),
    ]
    found = board([stage(1)], kinds_of(rows), {}, {}, today=TODAY)
    judged = [on_day(row, TODAY) for row in rows]
    table = matrix(found, units, units, judged, {}, WorkCalendar(), earlier_rounds=judged[:1], address=str)
    assert [[c.text for c in line.cells] for line in table.groups[0].lines] == [["Đang làm"], ["Xong quá hạn 5 ngày"]]
    assert table.groups[0].sums == ("1/2, 1 xong quá hạn",)
    assert found.progress.tasks == 3


def test_a_cell_tells_its_days_to_whoever_points_at_it() -> None:
    row = task(TaskStatus.IN_PROGRESS, due=date(2021, 9, 17))._replace(
        original_due_on=DUE, opened_on=date(2021, 9, 1), chase_count=2, promised_on=date(2021, 9, 22)
    )
    said = task_cell(on_day(row, TODAY), WorkCalendar(), TODAY, "").detail
    assert said == "Hạn Thứ Sáu, 17/9/2021 (theo kế hoạch 15/9/2021); mở 01/9; hẹn xong 22/9; đã đôn đốc 2 lần"
    assert task_cell(on_day(task(TaskStatus.NOT_OPEN, due=None), TODAY), WorkCalendar(), TODAY, "").detail == "Không có hạn"


def test_what_one_unit_promised_is_not_said_of_its_neighbour() -> None:
    rows = [task(TaskStatus.IN_PROGRESS, unit_id=n) for n in (1, 2)]
    rows[0] = rows[0]._replace(promised_on=date(2021, 9, 22))
    units = [UnitRow(n, f"Đơn vị {n}", "", "", None) for n in (1, 2)]
    drawn = board([stage(1)], kinds_of(rows), {}, {}, today=TODAY)
    table = matrix(drawn, units, units, [on_day(row, TODAY) for row in rows], {}, WorkCalendar(), address=str)
    assert [line.cells[0].text for line in table.groups[0].lines] == ["Quá hạn 5 ngày, hẹn 22/9", "Quá hạn 5 ngày"]


def test_units_are_sorted_by_who_is_latest_who_has_most_left_and_by_name() -> None:
    """Đà is 5 days late in one stage, An 15 days late; Bình has two stages left and is late in none."""
    units = [UnitRow(n, name, "", "", None) for n, name in ((1, "Đà"), (2, "An"), (3, "Bình"), (4, "Dung"))]
    rows = [
        task(TaskStatus.IN_PROGRESS, unit_id=1),
        task(TaskStatus.IN_PROGRESS, unit_id=2, due=date(2021, 9, 5)),
        task(TaskStatus.SUBMITTED, unit_id=3),
        task(TaskStatus.NOT_OPEN, stage_id=2, unit_id=3),
        task(TaskStatus.DONE, unit_id=4, completed=DUE),
    ]
    drawn = board([stage(1), stage(2)], kinds_of(rows), {}, {}, today=TODAY)
    found = {sort: [u.name for u in sorted_units(units, drawn, sort)] for sort in ("late", "left", "name", "")}
    assert found == {
        "late": ["An", "Đà", "Bình", "Dung"],
        "left": ["Bình", "An", "Đà", "Dung"],
        "name": ["An", "Bình", "Dung", "Đà"],
        "": ["Đà", "An", "Bình", "Dung"],
    }
    assert next(u.name for u in sorted_units(units, drawn, "left", stage_id=2)) == "Bình"
