"""Dates as offices write them: a zero before days 1-9 and months 1, 2 only (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""

from __future__ import annotations

from datetime import date, datetime

from tracker.wording.numbers import count

WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
NBSP = "\u00a0"


def date_short(day: date) -> str:
    """01/7/2021, 18/6/2021, 27/01/2021."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"{day.day:02d}/{month}/{day.year}"


def day_month(day: date) -> str:
    """18/6, 02/7, 05/02: cells and charts whose year stands elsewhere."""
    return date_short(day).rpartition("/")[0]


def month_year(day: date) -> str:
    """7/2024"""
    return f"{day.month}/{day.year}"


def promise_words(promised_on: date, today: date) -> str:
    """Hẹn xong 09/7/2021 · Hẹn xong 09/7/2021, đã qua ngày hẹn"""
    return f"Hẹn xong {date_short(promised_on)}" + (", đã qua ngày hẹn" if promised_on < today else "")


def date_weekday(day: date) -> str:
    """Thứ Sáu, 18/6/2021: cells, lists, subject lines."""
    return f"{WEEKDAYS[day.weekday()]}, {date_short(day)}"


def date_weekday_inline(day: date) -> str:
    """thứ Sáu, ngày 18/6/2021: inside a sentence."""
    name = WEEKDAYS[day.weekday()]
    name = name if name == "Chủ nhật" else name.replace("Thứ", "thứ")
    return f"{name}, ngày{NBSP}{date_short(day)}"


def month_formal(day: date) -> str:
    """tháng 7 năm 2021, tháng 02 năm 2021: behind a day that is still blank."""
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"tháng {month} năm {day.year}"


def date_formal(day: date) -> str:
    """ngày 05 tháng 7 năm 2021: Word documents."""
    return f"ngày {day.day:02d} {month_formal(day)}"


def date_range(start: date, end: date) -> str:
    """02/7/2021 – 15/9/2021: both ends count."""
    return f"{date_short(start)} – {date_short(end)}"


def moment(at: datetime) -> str:
    """14:30, 18/6/2021."""
    return f"{at:%H:%M}, {date_short(at.date())}"


def moment_inline(at: datetime) -> str:
    """14 giờ 30 phút ngày 18/6/2021: inside a sentence."""
    return f"{at:%H}{NBSP}giờ {at:%M}{NBSP}phút ngày{NBSP}{date_short(at.date())}"


def relative(today: date, aim_on: date | None, due_on: date | None, workdays_left: int) -> str:
    """How far the due date is, in the words of the task line.

    `workdays_left` counts working days after today up to `aim_on`; "quá hạn" counts calendar days after `due_on`.
    """
    if due_on is None:
        return "không có hạn"
    if today > due_on:
        return f"quá hạn {count((today - due_on).days, 'ngày')}"
    aim = aim_on or due_on
    if today == due_on:
        return "đến hạn hôm nay"
    if today == aim:
        return "hôm nay là ngày làm việc cuối trong hạn"
    if today > aim:
        return f"đến hạn {date_weekday(due_on)} (ngày nghỉ)"
    return f"còn {workdays_left}{NBSP}ngày làm việc"


def week_words(works_on: str) -> str:
    """làm việc từ thứ Hai đến thứ Bảy · làm việc thứ Hai, thứ Tư · theo lịch của cơ quan ("")."""
    if not works_on:
        return "theo lịch của cơ quan"
    names = [WEEKDAYS[int(digit) - 1] for digit in works_on]
    names = [name[:1].lower() + name[1:] if name.startswith("T") else name for name in names]
    if len(works_on) > 2 and works_on in "1234567":
        return f"làm việc từ {names[0]} đến {names[-1]}"
    return f"làm việc {', '.join(names)}"
