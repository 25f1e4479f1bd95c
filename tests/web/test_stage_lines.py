"""What a stage of a plan to come waits for, in words: every kind of condition has its sentence."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rules.gates import Condition
from tracker.rules.schedule import PlanInput, StageInput, lay_out
from tracker.rules.states import ConditionKind, Scope
from tracker.rules.workdays import WorkCalendar
from tracker.web.stage_lines import stage_lines

ONCE = "giai đoạn 1 (Kế hoạch)"
EACH = "giai đoạn 2 (Điều tra)"


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ((), "Mở ngay khi bắt đầu triển khai"),
        ((Condition(ConditionKind.STAGE_DONE, 1),), f"Mở khi xong {ONCE}"),
        ((Condition(ConditionKind.STAGE_DONE, 2),), f"Mở khi cả 3 đơn vị xong {EACH}"),
        ((Condition(ConditionKind.UNITS_SHARE, 2, share=80),), f"Mở khi 80% đơn vị xong {EACH}"),
        ((Condition(ConditionKind.OWN_TASK_DONE, 2),), f"Mở từng đơn vị khi đã xong {EACH}"),
        ((Condition(ConditionKind.START_DATE),), "Mở từ 01/7/2027"),
        ((Condition(ConditionKind.QUOTA_MET),), "Mở khi đủ chỉ tiêu phiếu hợp lệ"),
        ((Condition(ConditionKind.RECHECKED, per_unit=True),), "Mở từng đơn vị khi đã phúc tra và có kết luận"),
        (
            (Condition(ConditionKind.STAGE_DONE, 1), Condition(ConditionKind.ENTRIES_COMPLETE)),
            f"Mở khi xong {ONCE}, khi đã nhập đủ phiếu hợp lệ",
        ),
        ((Condition(ConditionKind.APPROVED),), "Mở khi kết quả đã được phê duyệt"),
    ],
)
def test_each_condition_is_said(conditions: tuple[Condition, ...], sentence: str) -> None:
    assert gate_in_words(conditions, start_on=date(2027, 7, 1)) == sentence


def test_a_day_to_wait_for_that_the_new_year_does_not_name_is_not_said() -> None:
    assert gate_in_words((Condition(ConditionKind.START_DATE),), start_on=None) == "Mở ngay khi bắt đầu triển khai"


def gate_in_words(conditions: tuple[Condition, ...], *, start_on: date | None) -> str:
    stages = (
        StageInput("1", "Xây dựng kế hoạch", "Kế hoạch"),
        StageInput("2", "Tổ chức điều tra", "Điều tra", scope=Scope.EACH_UNIT),
        StageInput("3", "Việc sau", "Sau", start_on=start_on, scope=Scope.EACH_UNIT, conditions=conditions),
    )
    calendar = WorkCalendar()
    layout = lay_out(PlanInput("Kế hoạch", "Khảo sát", stages), calendar, surveyed=[1, 2, 3])
    return stage_lines(layout, calendar, date(2027, 1, 4), units_total=3)[2].gate.replace("\N{NO-BREAK SPACE}", " ")
