"""Any text that an office can write comes back whole from the calendar file."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import rfc5545
from tracker.clock import ZONE
from tracker.feeds import calendar
from tracker.rules.feed_lines import FeedChoices, FeedLine, description, names, status_of_stage, title
from tracker.rules.states import TaskStatus

#: Vietnamese letters, signs that iCalendar escapes, and letters beyond the basic plane.
TEXT = st.text(st.sampled_from("Điều tra khảo sát hạn ộễ ;,\\:“”–=^'\"NnBEGIN🙂"), max_size=120).map(str.strip)


def line(task: str = "Điều tra", unit: str = "UBND xã Cam Lập", status: TaskStatus = TaskStatus.IN_PROGRESS) -> FeedLine:
    moment = datetime(2021, 6, 1, 8, tzinfo=ZONE)
    return FeedLine(7, "Khảo sát 2021", task, unit, status, task, date(2021, 6, 20), date(2021, 6, 18), moment, 3)


@given(TEXT, TEXT, TEXT)
def test_text_survives_escaping_and_folding(task: str, unit: str, name: str) -> None:
    written = line(task, unit)
    found = rfc5545.read(
        calendar([written], name=name, host="example.vn", link=lambda line: f"https://example.vn/tasks/{line.task_id}")
    )
    event = found.children[0]
    assert found.text("NAME") == name
    assert event.text("SUMMARY") == title(written)
    assert event.text("CATEGORIES") == written.plan
    assert event.text("DESCRIPTION") == description(written, "https://example.vn/tasks/7")
    assert (event.day("DTSTART"), event.last_day()) == (date(2021, 6, 20), date(2021, 6, 20))


@pytest.mark.parametrize(
    ("status", "unit", "expected"),
    [
        (TaskStatus.NOT_OPEN, "UBND xã Cam Lập", "Hạn: Điều tra – UBND xã Cam Lập"),
        (TaskStatus.SUBMITTED, "", "Hạn: Điều tra"),
        (TaskStatus.DONE, "", "Đã xong: Điều tra"),
        (TaskStatus.CANCELLED, "", "Đã hủy: Điều tra"),
        (TaskStatus.PAUSED, "", "Tạm dừng: Điều tra"),
    ],
)
def test_title_says_how_the_work_stands(status: TaskStatus, unit: str, expected: str) -> None:
    assert title(line(unit=unit, status=status)) == expected


def test_text_leaves_out_what_the_plan_does_not_say() -> None:
    bare = FeedLine(
        7, "K", "Điều tra", "", TaskStatus.IN_PROGRESS, "", date(2021, 6, 20), None, datetime(2021, 6, 1, tzinfo=ZONE), 0
    )
    assert description(bare, "x") == "Báo hoàn thành: x"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("UBND xã An", True),
        ("Phòng Tài chính; ubnd xã An, Trạm Y tế", True),
        ("UBND xã An và các trường", True),
        ("UBND xã An Bình", False),
        ("Các phòng, ban liên quan", False),
        ("", False),
    ],
)
def test_signed_words_name_a_unit_by_its_whole_name(text: str, expected: bool) -> None:
    assert names(text, "UBND xã An") is expected


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ([TaskStatus.DONE, TaskStatus.IN_PROGRESS], TaskStatus.IN_PROGRESS),
        ([TaskStatus.DONE, TaskStatus.CANCELLED], TaskStatus.DONE),
        ([TaskStatus.DONE, TaskStatus.PAUSED], TaskStatus.PAUSED),
        ([TaskStatus.CANCELLED], TaskStatus.CANCELLED),
        ([TaskStatus.SUBMITTED], TaskStatus.IN_PROGRESS),
    ],
)
def test_stage_stands_as_its_tasks_do(statuses: list[TaskStatus], expected: TaskStatus) -> None:
    assert status_of_stage(statuses) is expected


def test_choices_kept_before_there_were_any_are_plain() -> None:
    assert FeedChoices.of({}) == FeedChoices.of({"later": True}) == FeedChoices()
    assert FeedChoices(by_stage=True, alarm_days=3).words() == "mỗi giai đoạn một dòng, báo trước 3 ngày"


@pytest.mark.parametrize(("status", "alarms"), [(TaskStatus.IN_PROGRESS, ["-P2DT16H"]), (TaskStatus.DONE, [])])
def test_alarm_rings_at_eight_for_what_is_still_to_be_done(status: TaskStatus, alarms: list[str]) -> None:
    content = calendar(
        [line(status=status)], name="K", host="example.vn", link=lambda line: "x", choices=FeedChoices(alarm_days=3, todos=True)
    )
    event, todo = rfc5545.read(content).children
    assert [alarm.raw("TRIGGER") for alarm in event.children] == alarms
    assert (event.text("UID"), todo.text("UID")) == ("task-7@example.vn", "todo-task-7@example.vn")
    assert (todo.kind, todo.day("DUE"), todo.children) == ("VTODO", date(2021, 6, 20), [])
    assert todo.text("STATUS") == ("COMPLETED" if status is TaskStatus.DONE else "IN-PROCESS")
