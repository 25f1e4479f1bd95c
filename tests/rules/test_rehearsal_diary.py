"""A rehearsal's lines as a diary, and what differs between two."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.rules.rehearsal import Day, Mail, diary_of, side_by_side


def mail(day: str, to: str, kind: str = "daily_digest", subject: str = "1 việc") -> dict[str, Any]:
    return {"day": day, "what": "mail", "to": to, "kind": kind, "subject": subject, "tasks": [], "also": []}


def work(day: str, unit: str | None, status: str, stage: int = 2) -> dict[str, Any]:
    return {"day": day, "what": "task", "stage": stage, "unit": unit, "status": status, "standing": ""}


def gate(day: str, unit: str | None, opens: bool = True, stage: int = 3) -> dict[str, Any]:
    return {"day": day, "what": "gate", "stage": stage, "unit": unit, "open": opens}


LINES = [
    work("2021-06-01", "A", "in_progress"),
    work("2021-06-01", "B", "done"),  # how it stands at the beginning is nothing that happens
    mail("2021-06-02", "a@x"),
    mail("2021-06-02", "b@x", "unlocked"),
    mail("2021-06-03", "a@x"),
    work("2021-06-03", "A", "done"),
    gate("2021-06-03", "A"),
    gate("2021-06-03", "B"),
    {"day": "2021-06-03", "what": "warning", "stage": None, "unit": None, "sentence": "C chưa có đầu mối."},
]


def test_a_diary_has_the_days_on_which_something_happens() -> None:
    diary = diary_of(LINES)
    assert list(diary.days) == [date(2021, 6, 2), date(2021, 6, 3)]
    third = diary.days[date(2021, 6, 3)]
    assert (third.mails, dict(third.opened), dict(third.finished), third.warnings) == (
        [Mail("a@x", "daily_digest", "1 việc")], {3: 2}, {2: 1}, ["C chưa có đầu mối."],
    )  # fmt: skip
    assert (diary.letters, diary.finished_on, diary.most_on_one_day()) == (3, date(2021, 6, 3), 1)
    assert dict(diary.by_kind()) == {"daily_digest": 2, "unlocked": 1}
    assert {to: [on for on, _ in mails] for to, mails in diary.by_person().items()} == {
        "a@x": [date(2021, 6, 2), date(2021, 6, 3)],
        "b@x": [date(2021, 6, 2)],
    }


def test_two_diaries_stand_side_by_side_and_what_differs_is_marked() -> None:
    other = diary_of([*LINES[:4], mail("2021-06-04", "head@x", "escalate_head")])
    pairs = side_by_side(diary_of(LINES), other)
    assert [(pair.day.day, pair.differs) for pair in pairs] == [(2, False), (3, True), (4, True)]
    assert pairs[1].other == Day()
    assert pairs[2].base == Day()


def test_a_diary_alone_differs_from_nothing() -> None:
    assert [pair.differs for pair in side_by_side(diary_of(LINES), None)] == [False, False]
