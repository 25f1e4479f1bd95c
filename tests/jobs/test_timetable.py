"""The timetable: each job on its day and hour, once, after failures again, and never lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from jobs import running, timetable
from jobs.__main__ import main
from jobs.running import is_due, look, run
from jobs.timetable import AT_OFFICE_HOUR, TIMETABLE, Entry, hour_has_come
from tests.applications import MakeApp
from tests.builders import cast, holiday, moment, running_plan, task
from tracker.clock import ZONE
from tracker.db import db, transaction
from tracker.models import JobLook, JobRun, OutboxMessage
from tracker.services import progress


class Recorder:
    """A job that notes its days, and fails as often as it is told to."""

    def __init__(self, failures: int = 0, says: str | None = "xong") -> None:
        self.days: list[date] = []
        self.failures = failures
        self.says = says

    def __call__(self, today: date, now: datetime) -> str | None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("máy chủ thư không trả lời")
        self.days.append(today)
        return self.says

    def entry(self, once_a_day_from: time | str | None = AT_OFFICE_HOUR, after: str | None = None) -> Entry:
        return Entry("thử", self, timedelta(minutes=10), once_a_day_from, "để thử", after)


@pytest.fixture
def app(make_app: MakeApp) -> Iterator[Flask]:
    made = make_app(REMINDERS_AT="07:30")
    with made.app_context():
        yield made


def looks(app: Flask, line: Entry, *moments: datetime) -> None:
    for at in moments:
        with time_machine.travel(at, tick=False):
            look(app, line)


def runs() -> list[tuple[date, bool, str]]:
    with transaction() as session:
        found = session.scalars(select(JobRun).order_by(JobRun.day)).all()
        return [(run.day, run.ended_at is not None, run.outcome) for run in found]


@pytest.mark.parametrize(
    ("start", "at", "come"),
    [
        (None, time(0, 0), True),
        (time(1, 0), time(0, 59), False),
        (time(1, 0), time(1, 0), True),
        (AT_OFFICE_HOUR, time(7, 29), False),
        (AT_OFFICE_HOUR, time(7, 30), True),
        (AT_OFFICE_HOUR, time(23, 59), True),  # down all day: late is better than never
    ],
)
def test_hour_of_a_job_comes_once_and_stays(start: time | str | None, at: time, come: bool) -> None:
    now = datetime.combine(date(2021, 6, 1), at, tzinfo=ZONE)
    assert hour_has_come(Recorder().entry(start), now, time(7, 30)) is come


def test_job_of_once_a_day_runs_once_a_day(app: Flask) -> None:
    job = Recorder()
    minutes = [moment(2021, 6, 1, 7, 20) + timedelta(minutes=10 * n) for n in range(100)]
    looks(app, job.entry(), *minutes)
    assert job.days == [date(2021, 6, 1)]
    looks(app, job.entry(), moment(2021, 6, 2, 7, 30))
    assert job.days == [date(2021, 6, 1), date(2021, 6, 2)]


def test_server_that_was_down_catches_up_with_one_run(app: Flask) -> None:
    job = Recorder()
    looks(app, job.entry(), moment(2021, 6, 1, 8), moment(2021, 6, 5, 16, 40), moment(2021, 6, 5, 16, 50))
    assert job.days == [date(2021, 6, 1), date(2021, 6, 5)]


def test_clock_put_forward_and_back_repeats_nothing(app: Flask) -> None:
    job = Recorder()
    looks(app, job.entry(), moment(2021, 6, 1, 8), moment(2021, 6, 2, 8), moment(2021, 6, 1, 9), moment(2021, 6, 2, 9))
    assert job.days == [date(2021, 6, 1), date(2021, 6, 2)]


def test_failed_job_is_recorded_and_tried_at_the_next_look(app: Flask) -> None:
    job = Recorder(failures=2)
    looks(app, job.entry(), moment(2021, 6, 1, 8), moment(2021, 6, 1, 8, 10))
    assert runs() == [(date(2021, 6, 1), False, "RuntimeError: máy chủ thư không trả lời")]
    looks(app, job.entry(), moment(2021, 6, 1, 8, 20), moment(2021, 6, 1, 8, 30))
    assert runs() == [(date(2021, 6, 1), True, "xong")]
    assert job.days == [date(2021, 6, 1)]


def test_job_waits_for_the_one_it_comes_after(app: Flask) -> None:
    job = Recorder()
    line = job.entry(after="trước")
    looks(app, line, moment(2021, 6, 1, 8))
    assert job.days == []
    with time_machine.travel(moment(2021, 6, 1, 8), tick=False):
        earlier = Entry("trước", Recorder(failures=1), timedelta(minutes=10), time(0, 0), "")
        look(app, earlier)  # it fails: the letters of the day go out all the same
        assert is_due(line, moment(2021, 6, 1, 8, 1))


def test_job_of_every_look_is_recorded_only_when_it_did_something(app: Flask) -> None:
    looks(app, Recorder(says=None).entry(None), moment(2021, 6, 1, 8))
    assert runs() == []
    looks(app, Recorder(says="3 thư").entry(None), moment(2021, 6, 1, 8))
    assert runs() == [(date(2021, 6, 1), True, "3 thư")]


def test_every_look_is_noted_and_a_failure_ends_with_the_next_good_look(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_NOTED", {})
    job = Recorder(failures=1, says=None)
    looks(app, job.entry(None), moment(2021, 6, 1, 8))
    assert [(look.name, look.seen_at) for look in noted()] == []
    assert runs() == [(date(2021, 6, 1), False, "RuntimeError: máy chủ thư không trả lời")]
    looks(app, job.entry(None), moment(2021, 6, 1, 8, 10))
    assert [(look.name, look.seen_at, look.why) for look in noted()] == [("thử", moment(2021, 6, 1, 8, 10), "để thử")]
    assert runs() == [(date(2021, 6, 1), True, "đã chạy lại được")]
    looks(app, job.entry(None), moment(2021, 6, 1, 8, 10) + timedelta(seconds=30))  # too soon to be written again
    looks(app, job.entry(None), moment(2021, 5, 31, 8))  # the clock was put back a day
    assert [look.seen_at for look in noted()] == [moment(2021, 5, 31, 8)]


def noted() -> list[JobLook]:
    with transaction() as session:
        found = list(session.scalars(select(JobLook)))
        session.expunge_all()
        return found


def live(make_app: MakeApp, folder: Path, *moments: datetime) -> list[tuple[str, str, str]]:
    """The whole timetable comes by at each of these moments; every letter that came of it, in words of its key."""
    app = make_app(DATABASE_URL=f"sqlite:///{folder}/{len(moments)}.db")
    with app.app_context():
        with transaction() as session:
            people = cast(session)
            plan = running_plan(session, people)
            first = task(session, plan, 1)
            progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 17))
        for at in moments:
            with time_machine.travel(at, tick=False):
                for line in TIMETABLE:
                    if line.name not in ("backup", "files", "calendar"):
                        look(app, line)
        with transaction() as session:
            rows = session.execute(
                select(OutboxMessage.key, OutboxMessage.to_email, OutboxMessage.status).order_by(OutboxMessage.key)
            )
            return [(key, to, status.value) for key, to, status in rows]


DAY = moment(2021, 6, 29, 8)  # the last day but one of stage 2; what is late is escalated on the 1st, 5th and 7th of July


def test_a_clock_a_day_ahead_and_put_right_again_says_nothing_twice(make_app: MakeApp, tmp_path: Path) -> None:
    right = live(make_app, tmp_path, *(DAY + timedelta(days=n) for n in range(11)))
    wrong = live(make_app, tmp_path, DAY, DAY + timedelta(days=1), DAY, *(DAY + timedelta(days=n) for n in range(1, 11)))
    assert wrong == right
    assert len({key for key, _, _ in right}) == len(right) > 10


def test_days_without_a_server_are_caught_up_without_a_flood(make_app: MakeApp, tmp_path: Path) -> None:
    """Down over the last day of stage 2 and the steps after it: one digest a person on the first day back, nothing lost."""
    found = live(make_app, tmp_path, DAY, *(DAY + timedelta(days=n) for n in range(8, 11)))
    back = (DAY + timedelta(days=8)).date().isoformat()
    on_that_day = Counter(to for key, to, _ in found if key.endswith(back))
    assert on_that_day
    assert max(on_that_day.values()) == 1, on_that_day
    assert {status for key, _, status in found if not key.startswith("held")} == {"sent"}


def test_every_line_has_its_name_and_its_reason() -> None:
    assert len({line.name for line in TIMETABLE}) == len(TIMETABLE)
    assert all(line.why for line in TIMETABLE)
    names = [line.name for line in TIMETABLE]
    assert all(line.after is None or names.index(line.after) < names.index(line.name) for line in TIMETABLE)


def test_reminder_job_run_twice_queues_nothing_twice(app: Flask) -> None:
    with transaction() as session:
        running_plan(session, cast(session))
    line = timetable.entry("reminders")
    assert line is not None
    day = moment(2021, 6, 18)  # one working day before the first due date
    counts = []
    for _ in range(2):
        with time_machine.travel(day, tick=False):
            run(line, day.date(), day)
        with transaction() as session:
            counts.append(session.scalar(select(func.count(OutboxMessage.id)).where(OutboxMessage.day == day.date())))
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize(("hour", "goes_at"), [("06:00", (6, 0)), ("07:30", (7, 30)), ("09:00", (9, 0))])
def test_letters_of_a_day_go_at_the_hour_that_is_set(make_app: MakeApp, hour: str, goes_at: tuple[int, int]) -> None:
    """Those of the ladder, when the job runs at its hour, and those of a stage that opens before it."""
    app = make_app(REMINDERS_AT=hour)
    with app.app_context():
        with transaction() as session:
            people = cast(session)
            plan = running_plan(session, people)
            first = task(session, plan, 1)
            progress.complete_task(session, first.id, by=people.ha, now=moment(2021, 6, 18, 4))
        line = timetable.entry("reminders")
        assert line is not None
        now = moment(2021, 6, 21, *goes_at)
        run(line, now.date(), now)
        with transaction() as session:
            found = session.execute(
                select(OutboxMessage.kind, OutboxMessage.not_before).where(OutboxMessage.day >= date(2021, 6, 18))
            )
            times = {kind: not_before for kind, not_before in found}  # noqa: C416 - a Row is no pair to the type checker
    assert times == {"unlocked": moment(2021, 6, 18, *goes_at), "daily_digest": now}


def test_reminder_job_says_that_it_is_a_day_off(app: Flask) -> None:
    with transaction() as session:
        holiday(session, date(2021, 6, 18))
    line = timetable.entry("reminders")
    assert line is not None
    assert run(line, date(2021, 6, 18), moment(2021, 6, 18)) == "18/6/2021 là ngày nghỉ: không nhắc việc"


def test_stage_opens_on_its_first_day_in_its_letters(app: Flask) -> None:
    with transaction() as session:
        running_plan(session, cast(session))
    line = timetable.entry("openings")
    assert line is not None
    assert run(line, date(2021, 6, 1), moment(2021, 6, 1)) == "xem 1 kế hoạch: mở 0 việc"


@pytest.fixture
def command_settings(monkeypatch: pytest.MonkeyPatch, make_app: MakeApp) -> Flask:
    """The environment of a command, with tables in its database."""
    app = make_app()
    monkeypatch.setenv("INSTANCE_DIR", str(app.config["INSTANCE_DIR"]))
    return app


def test_command_runs_one_job_for_a_day(command_settings: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reminders", "--on", "2021-06-05"]) == 0
    assert capsys.readouterr().out == "reminders: 05/6/2021 là ngày nghỉ: không nhắc việc\n"
    with command_settings.app_context():
        assert runs() == []  # another day's run must not stand for that day's own


def test_command_names_the_jobs_when_it_knows_none_of_that_name(
    command_settings: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["nhac-viec"]) == 2
    assert "Không có việc “nhac-viec”; các việc: openings, reminders, weekly, marks, deliveries" in capsys.readouterr().err


def test_command_says_in_one_line_what_went_wrong(command_settings: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with command_settings.app_context():
        db.session.execute(db.text("DROP TABLE calendar_day"))
        db.session.commit()
    assert main(["reminders"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("reminders: không xong (OperationalError: ")


def test_command_refuses_an_odd_setting(
    command_settings: Flask, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REMINDERS_AT", "sáng")
    assert main(["reminders"]) == 2
    assert "Thiết lập không dùng được: REMINDERS_AT phải là giờ dạng 07:30, không phải “sáng”." in capsys.readouterr().err
