"""What the caller decides: the switch of "trước", the year and issue date of the plan, the calendar; and what comes back."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.rules.states import TimeKind
from tracker.rules.times import read_time
from tracker.rules.workdays import WorkCalendar

SIGNED = date(2021, 6, 18)  # a Friday


@pytest.mark.parametrize(
    ("phrase", "strict_due", "inclusive_due"),
    [
        ("Trước ngày 20/6/2021", "2021-06-19", "2021-06-20"),
        ("Xong trước 01/7/2021", "2021-06-30", "2021-07-01"),
        ("Chậm nhất trước ngày 20/6/2021", "2021-06-19", "2021-06-20"),
        ("Trước ngày 15/6 và 15/12/2021", "2021-12-14", "2021-12-15"),
        # The switch is about "trước ngày" alone.
        ("Đến trước ngày 20/6/2021", "2021-06-19", "2021-06-19"),
        ("Từ 01/6 đến trước ngày 20/6/2021", "2021-06-19", "2021-06-19"),
        ("Trước tháng 7/2021", "2021-06-30", "2021-06-30"),
        ("Trước quý III/2021", "2021-06-30", "2021-06-30"),
        ("Trước năm 2022", "2021-12-31", "2021-12-31"),
        ("Trước 17 giờ ngày 20/6/2021", "2021-06-20", "2021-06-20"),
        ("Chậm nhất ngày 20/6/2021", "2021-06-20", "2021-06-20"),
        ("Trước hoặc trong ngày 20/6/2021", "2021-06-20", "2021-06-20"),
    ],
)
def test_before_a_day_follows_the_plans_switch(phrase: str, strict_due: str, inclusive_due: str) -> None:
    assert str(read_time(phrase).due_on) == strict_due
    assert str(read_time(phrase, strict=False).due_on) == inclusive_due


@pytest.mark.parametrize(
    ("phrase", "strict_rule", "inclusive_rule"),
    [
        ("Trước ngày 25 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=24", "FREQ=MONTHLY;BYMONTHDAY=25"),
        ("Trước ngày 01 hằng tháng", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=1"),
        ("Trước ngày 01/3 hằng năm", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1"),
        ("Trước ngày 01/01 hằng năm", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"),
        ("Trước thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=TH", "FREQ=WEEKLY;BYDAY=FR"),
        ("Trước thứ Hai hằng tuần", "FREQ=WEEKLY;BYDAY=SU", "FREQ=WEEKLY;BYDAY=MO"),
        ("Trước 16h00 thứ Sáu hằng tuần", "FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=FR"),
        ("Trước tháng 12 hằng năm", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1"),
        ("Thứ Ba, thứ Năm hằng tuần", "FREQ=WEEKLY;BYDAY=TU,TH", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ],
)
def test_rhythm_follows_the_plans_switch(phrase: str, strict_rule: str, inclusive_rule: str) -> None:
    assert read_time(phrase).rrule == strict_rule
    assert read_time(phrase, strict=False).rrule == inclusive_rule


def test_day_named_by_before_is_kept() -> None:
    time = read_time("Trước ngày 20/6/2021")

    assert (time.due_on, time.named_day, time.rule) == (date(2021, 6, 19), date(2021, 6, 20), "before_day_strict")
    assert read_time("Trước ngày 20/6/2021", strict=False).rule == "before_day_inclusive"


@pytest.mark.parametrize(
    ("phrase", "due"),
    [
        ("trong vòng 08 ngày kể từ ngày ký", "2021-06-28"),  # the 26th is a Saturday
        ("trong vòng 07 ngày kể từ ngày ký", "2021-06-25"),
        ("05 ngày làm việc kể từ ngày ban hành Kế hoạch", "2021-06-25"),
        ("sau 02 tuần kể từ ngày ban hành kế hoạch này", "2021-07-02"),
        ("01 tháng kể từ ngày ký", "2021-07-19"),  # the 18th is a Sunday
        ("chậm nhất 05 ngày trước ngày 20/6/2021", "2021-06-15"),
        ("chậm nhất 06 ngày trước ngày 19/6/2021", "2021-06-13"),  # a Sunday: never later than said
        ("03 ngày làm việc trước ngày 21/6/2021", "2021-06-16"),
        ("24 giờ kể từ ngày 22/6/2021", "2021-06-23"),
    ],
)
def test_duration_ends_on_a_working_day(phrase: str, due: str) -> None:
    time = read_time(phrase, issued_on=SIGNED)

    assert time.kind is TimeKind.RELATIVE
    assert str(time.due_on) == due
    assert not time.doubts


def test_duration_follows_the_calendar_of_the_office() -> None:
    calendar = WorkCalendar(days_off=frozenset({date(2021, 6, 25)}), make_up_days=frozenset({date(2021, 6, 26)}))

    assert read_time("07 ngày kể từ ngày ký", issued_on=SIGNED, calendar=calendar).due_on == date(2021, 6, 26)
    assert read_time("05 ngày làm việc kể từ ngày ký", issued_on=SIGNED, calendar=calendar).due_on == date(2021, 6, 26)


def test_named_day_is_not_moved_off_a_day_off() -> None:
    assert read_time("Chậm nhất ngày 20/6/2021").due_on == date(2021, 6, 20)  # a Sunday


def test_duration_without_the_day_of_its_event_has_no_due_date() -> None:
    time = read_time("05 ngày làm việc kể từ ngày nhận được phiếu", issued_on=SIGNED)

    assert (time.due_on, time.offset_days, time.offset_workdays, time.anchor) == (None, 5, True, "ngày nhận được phiếu")
    assert [doubt.key for doubt in time.doubts] == ["depends_on_event"]


@pytest.mark.parametrize("year", [-3, 0, 99, 10**6])
def test_senseless_year_of_the_plan_is_passed_over(year: int) -> None:
    assert read_time("Trước ngày 30/6", year=year).due_on is None


def test_wording_is_kept_as_signed() -> None:
    wording = "  Từ ngày  02/7/2021–\n15/9/2021 "

    assert read_time(wording).wording == wording


def test_cell_far_too_long_is_read_by_its_head() -> None:
    time = read_time("Trước ngày 20/6/2021 " + "và các nội dung khác " * 5000)

    assert time.due_on == date(2021, 6, 19)


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("hoàn thành trước 30/6", "“hoàn thành trước 30/6” không ghi năm; lấy năm 2021."),
        ("Trước ngày 31/4/2021", "Ngày “ngày 31/4/2021” không có trong lịch; sửa lại, hệ thống không tự đặt ngày."),
        ("từ 15/9/2021 đến 30/8/2021", "Ngày kết thúc 30/8/2021 trước ngày bắt đầu 15/9/2021; sửa lại thời gian."),
        ("Theo quy định", "Chưa hiểu “Theo quy định”; chọn ngày, hoặc để Không có hạn."),
        ("Sau khi có kết quả", "“Sau khi có kết quả” tính từ một sự kiện chưa có ngày; ghi ngày khi sự kiện diễn ra."),
        (
            "Cuối tháng 8/2021",
            "“Cuối tháng 8/2021” không chỉ rõ ngày, được hiểu là hết ngày 31/8/2021; sửa nếu cơ quan hiểu khác.",
        ),
        ("trước ngày l5/9/2021", "“l5/9/2021” được đọc là “15/9/2021”; đối chiếu với văn bản đã ký."),
        ("Trướcngày 15/9/2021", "“trướcngày” được đọc là “trước ngày”; đối chiếu với văn bản đã ký."),
        ("thứ Hai, ngày 15/9/2021", "Hai quy định về thời gian khác nhau: “thứ Hai” và “ngày 15/9/2021”; chọn một."),
        (
            "15/6/2021; 30/6/2021",
            "“15/6/2021; 30/6/2021” ghi nhiều mốc thời gian, lấy mốc cuối 30/6/2021; tách thành nhiều việc nếu cần.",
        ),
        ("trước 15/9/2012", "Năm 2012 trong “15/9/2012” cách xa năm 2021 của kế hoạch; kiểm tra lại năm."),
        ("10/3/2021 âm lịch", "“10/3/2021” là ngày âm lịch; ghi ngày dương lịch tương ứng."),
    ],
)
def test_doubt_is_a_sentence_that_says_what_to_do(phrase: str, sentence: str) -> None:
    assert [doubt.sentence for doubt in read_time(phrase, year=2021).doubts] == [sentence]
