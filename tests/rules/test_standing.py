"""Standing, derived from the day."""

from datetime import date

import pytest

from tracker.rules.standing import Progress, days_late, standing_of
from tracker.rules.states import Standing, TaskStatus

DUE, AIM = date(2021, 6, 19), date(2021, 6, 18)  # a Saturday and the Friday before it

CASES = [
    # status, today, completed_on, submitted_on, expected
    (TaskStatus.IN_PROGRESS, date(2021, 6, 11), None, None, Standing.ON_TRACK),
    (TaskStatus.IN_PROGRESS, date(2021, 6, 12), None, None, Standing.DUE_SOON),
    (TaskStatus.IN_PROGRESS, date(2021, 6, 19), None, None, Standing.DUE_SOON),
    (TaskStatus.IN_PROGRESS, date(2021, 6, 20), None, None, Standing.OVERDUE),
    (TaskStatus.NOT_OPEN, date(2021, 6, 20), None, None, Standing.OVERDUE),
    (TaskStatus.SUBMITTED, date(2021, 6, 25), None, date(2021, 6, 19), Standing.ON_TRACK),
    (TaskStatus.SUBMITTED, date(2021, 6, 25), None, date(2021, 6, 20), Standing.OVERDUE),
    (TaskStatus.DONE, date(2021, 7, 1), date(2021, 6, 17), None, Standing.EARLY),
    (TaskStatus.DONE, date(2021, 7, 1), date(2021, 6, 18), None, Standing.ON_TIME),
    (TaskStatus.DONE, date(2021, 7, 1), date(2021, 6, 19), None, Standing.ON_TIME),
    (TaskStatus.DONE, date(2021, 7, 1), date(2021, 6, 20), None, Standing.LATE),
    (TaskStatus.PAUSED, date(2021, 7, 1), None, None, Standing.ON_TRACK),
    (TaskStatus.CANCELLED, date(2021, 7, 1), None, None, Standing.ON_TRACK),
]


@pytest.mark.parametrize(("status", "today", "completed_on", "submitted_on", "expected"), CASES)
def test_standing_follows_the_day(status, today, completed_on, submitted_on, expected):
    found = standing_of(status, due_on=DUE, aim_on=AIM, today=today, completed_on=completed_on, submitted_on=submitted_on)
    assert found is expected


def test_work_without_a_due_date_is_never_late():
    assert standing_of(TaskStatus.IN_PROGRESS, due_on=None, aim_on=None, today=DUE) is Standing.NO_DUE_DATE
    assert standing_of(TaskStatus.DONE, due_on=None, aim_on=None, today=DUE, completed_on=DUE) is Standing.DONE_NO_DUE_DATE


def test_lateness_counts_calendar_days():
    assert [days_late(DUE, date(2021, 6, d)) for d in (18, 19, 20, 25)] == [0, 0, 1, 6]
    assert days_late(None, DUE) == 0


@pytest.mark.parametrize(
    ("progress", "sentence"),
    [
        (Progress(30, 30, 0, 0, 0), "Đã hoàn thành"),
        (Progress(30, 27, 3, 0, 0), "Chậm tiến độ (3 việc quá hạn)"),
        (Progress(30, 27, 0, 3, 0), "Có việc sắp đến hạn"),
        (Progress(30, 0, 0, 0, 0), "Đúng tiến độ"),
    ],
)
def test_a_whole_plan_stands_in_a_sentence(progress, sentence):
    assert progress.sentence == sentence
