"""Keeping the house: nothing stuck for ever, nothing held for ever, nothing kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from jobs.upkeep import clear_old, fill_coming_years, sweep_letters
from tests.applications import MakeApp
from tests.builders import START, cast, running_plan
from tracker.db import transaction
from tracker.models import CalendarDay, JobRun, JournalEntry, OutboxMessage
from tracker.rules.letters import HELD_DAYS
from tracker.rules.states import LetterStatus
from tracker.services import timekeeping
from tracker.services.outbox.delivery import STUCK_AFTER
from tracker.services.timekeeping import RUNS_KEPT

TODAY = START.date()


@pytest.fixture(autouse=True)
def app(make_app: MakeApp) -> Iterator[Flask]:
    made = make_app()
    with made.app_context():
        yield made


def add_letter(key: str, **values: object) -> None:
    standard = {
        "kind": "daily_digest", "person": "contact-1", "to_email": "a@example.vn", "to_name": "Lan", "day": TODAY, "facts": {},
        "not_before": START, "created_at": START,
    }  # fmt: skip
    with transaction() as session:
        session.add(OutboxMessage(key=key, **(standard | values)))


def letters() -> dict[str, LetterStatus]:
    with transaction() as session:
        return {letter.key: letter.status for letter in session.scalars(select(OutboxMessage))}


def test_letter_of_a_dead_process_waits_again_and_a_living_one_is_left_alone() -> None:
    now = START + STUCK_AFTER
    add_letter("stuck", status=LetterStatus.SENDING, claimed_at=START - timedelta(seconds=1), claimed_by="dead")
    add_letter("under way", status=LetterStatus.SENDING, claimed_at=START, claimed_by="alive")
    assert sweep_letters(TODAY, now) == "1 thư đang gửi dở được xếp lại hàng chờ"
    assert letters() == {"stuck": LetterStatus.QUEUED, "under way": LetterStatus.SENDING}
    assert sweep_letters(TODAY, now) is None


def test_letter_held_too_long_is_void_and_the_journal_says_so() -> None:
    with transaction() as session:
        plan_id = running_plan(session, cast(session)).id
        others = set(session.scalars(select(OutboxMessage.key)))
    late, last = TODAY - timedelta(days=HELD_DAYS + 1), TODAY - timedelta(days=HELD_DAYS)
    add_letter("held too long", status=LetterStatus.HELD, day=late, plan_id=plan_id)
    add_letter("held to the last day", status=LetterStatus.HELD, day=last, plan_id=plan_id)
    clear_old(TODAY, START)
    assert {key: status for key, status in letters().items() if key not in others} == {
        "held too long": LetterStatus.VOID,
        "held to the last day": LetterStatus.HELD,
    }
    with transaction() as session:
        line = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
        assert (line.verb, line.what, line.plan_id) == ("hủy", "1 thư giữ lại quá hạn duyệt", plan_id)


def test_old_runs_are_forgotten() -> None:
    with transaction() as session:
        for day in (TODAY - RUNS_KEPT, TODAY - RUNS_KEPT - timedelta(days=1)):
            timekeeping.record_run(session, "reminders", day, started_at=START, ended_at=START, outcome="")
    assert clear_old(TODAY, START) == "hủy 0 thư giữ lại quá lâu, xóa 1 dòng nhật ký hẹn giờ cũ"
    with transaction() as session:
        assert session.scalars(select(JobRun.day)).all() == [TODAY - RUNS_KEPT]


def test_new_year_brings_its_calendar() -> None:
    fill_coming_years(date(2026, 12, 31), START)
    assert fill_coming_years(date(2026, 12, 31), START) == "lịch các năm tới đã có"
    assert "ngày nghỉ của năm mới" in fill_coming_years(date(2027, 1, 1), START)
    with transaction() as session:
        assert {day.year for day in session.scalars(select(CalendarDay.day))} == {2025, 2026, 2027, 2028, 2029}
