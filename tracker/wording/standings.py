"""What a pill says of a piece of work on a day: the standing with its days (wording/interface §1, §3)."""

from __future__ import annotations

from datetime import date

from tracker.rules.states import Standing
from tracker.wording.dates import date_weekday
from tracker.wording.numbers import count
from tracker.wording.vocabulary import STANDING


def standing_words(
    standing: Standing,
    *,
    today: date,
    due_on: date | None,
    aim_on: date | None = None,
    completed_on: date | None = None,
    workdays_left: int | None = None,
    workdays_late: int | None = None,
) -> str:
    """Quá hạn 5 ngày (3 ngày làm việc) · Sắp đến hạn, còn 2 ngày làm việc · Đến hạn hôm nay · Xong trước hạn 4 ngày …

    Days late are calendar days; with `workdays_late` the working days stand behind in brackets, as on the task page.
    """
    word = STANDING[standing].word
    if due_on is None:
        return word
    if standing is Standing.OVERDUE:
        late = f"{word} {count((today - due_on).days, 'ngày')}"
        return late if workdays_late is None else f"{late} ({count(workdays_late, 'ngày làm việc')})"
    if standing is Standing.DUE_SOON:
        return _soon(word, today, due_on, aim_on or due_on, workdays_left)
    if standing is Standing.LATE and completed_on is not None:
        return f"{word} {count((completed_on - due_on).days, 'ngày')}"
    if standing is Standing.EARLY and completed_on is not None:
        return f"{word} {count((due_on - completed_on).days, 'ngày')}"
    return word


def _soon(word: str, today: date, due_on: date, aim_on: date, workdays_left: int | None) -> str:
    if today == due_on:
        return "Đến hạn hôm nay"
    if today == aim_on:
        return "Hôm nay là ngày làm việc cuối trong hạn"
    if today > aim_on:
        return f"Đến hạn {date_weekday(due_on)} (ngày nghỉ)"
    return word if workdays_left is None else f"{word}, còn {count(workdays_left, 'ngày làm việc')}"
