"""/healthz: all is well, or a sentence for each thing that is not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.applications import MakeApp
from tests.builders import START
from tests.web.conftest import NOW, World
from tracker.db import db, transaction
from tracker.models import Contact, Lease, OutboxMessage, User
from tracker.rules.states import LetterStatus, Role
from tracker.services import timekeeping
from tracker.services.timekeeping import SILENT_AFTER, TIMETABLE, WAITING_AFTER

SILENT = "Bộ hẹn giờ không chạy{}: không việc nào được nhắc, không thư nào được gửi; chạy lại thì làm bù."
SINCE_START = SILENT.format(" từ 08:00, 01/6/2021")


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app()


def tick(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        assert timekeeping.take_lease(session, TIMETABLE, holder="one", now=START)


def letter(app: Flask, status: LetterStatus, waiting: timedelta) -> None:
    with app.app_context(), transaction() as session:
        session.add(
            OutboxMessage(
                key=f"{status}:{waiting}", kind="daily_digest", person="contact-1", to_email="a@example.vn", day=START.date(),
                facts={}, status=status, not_before=START - waiting, created_at=START - waiting,
            )
        )  # fmt: skip


def ask(app: Flask, later: timedelta = timedelta(0)) -> tuple[int, dict[str, Any]]:
    with time_machine.travel(START + later, tick=False):
        answer = app.test_client().get("/healthz")
    found: dict[str, Any] = answer.get_json()
    return answer.status_code, found


def test_server_at_work_is_well(app: Flask) -> None:
    tick(app)
    letter(app, LetterStatus.QUEUED, timedelta(minutes=5))
    letter(app, LetterStatus.QUEUED, -timedelta(days=2))  # its time has not come
    letter(app, LetterStatus.BOUNCED, timedelta(days=9))
    status, found = ask(app)
    assert (status, found["status"], found["problems"]) == (200, "ok", [])
    assert found["last_tick"] == START.isoformat()
    assert found["oldest_waiting_letter"] == (START - timedelta(minutes=5)).isoformat()
    assert found["letters"] == {"waiting": 2, "failed": 0, "bounced": 1}


@pytest.mark.parametrize(("silent", "status"), [(SILENT_AFTER, 200), (SILENT_AFTER + timedelta(seconds=1), 503)])
def test_silent_timetable_is_a_problem(app: Flask, silent: timedelta, status: int) -> None:
    tick(app)
    found = ask(app, silent)
    assert (found[0], found[1]["problems"]) == (status, [] if status == 200 else [SINCE_START])


def test_a_clock_that_is_a_day_ahead_or_behind_is_a_problem_until_it_is_put_right(app: Flask) -> None:
    tick(app)
    status, found = ask(app, -timedelta(days=1))
    said = "Bộ hẹn giờ ghi nhịp lúc 08:00, 01/6/2021, sau giờ của máy này (08:00, 31/5/2021): đồng hồ một máy sai, chỉnh lại giờ."
    assert (status, found["problems"]) == (503, [said])
    assert ask(app, timedelta(days=1))[1]["problems"] == [SINCE_START]
    assert ask(app)[0] == 200


def test_timetable_that_never_ran_is_a_problem(app: Flask) -> None:
    status, found = ask(app)
    assert (status, found["last_tick"], found["problems"]) == (503, None, [SILENT.format("")])


@pytest.mark.parametrize("state", [LetterStatus.QUEUED, LetterStatus.FAILED, LetterStatus.SENDING])
def test_letter_that_waits_too_long_is_a_problem(app: Flask, state: LetterStatus) -> None:
    tick(app)
    letter(app, state, WAITING_AFTER + timedelta(seconds=1))
    assert ask(app)[1]["problems"] == ["Có thư chờ gửi hơn một giờ: kiểm tra máy chủ thư."]


def test_failed_job_is_a_problem_until_it_ends_well(app: Flask) -> None:
    tick(app)
    for ended_at, outcome, problems in (
        (None, "RuntimeError: a@example.vn", ["Việc “reminders” lần gần nhất bị lỗi; xem nhật ký kỹ thuật."]),
        (START, "xem 3 việc", []),
    ):
        with app.app_context(), transaction() as session:
            timekeeping.record_run(session, "reminders", START.date(), started_at=START, ended_at=ended_at, outcome=outcome)
        found = ask(app)[1]
        assert found["problems"] == problems
        assert found["jobs"]["reminders"] == {"day": "2021-06-01", "ended_at": ended_at and ended_at.isoformat()}
        assert "a@example.vn" not in str(found)


def test_line_that_hangs_is_a_problem_while_the_others_go_on(app: Flask) -> None:
    every = timedelta(minutes=5)
    with app.app_context(), transaction() as session:
        for name, seen in (("deliveries", timedelta(0)), ("bounces", 3 * every + SILENT_AFTER + timedelta(minutes=1))):
            timekeeping.note_look(session, name, at=START - seen, every=every, why="thư được gửi đi", position=0)
    tick(app)
    found = ask(app)[1]
    assert found["problems"] == ["Việc “thư được gửi đi” không chạy từ 07:39, 01/6/2021; khởi động lại bộ hẹn giờ."]
    assert found["timetable"] == {"bounces": "2021-06-01T07:39:00+07:00", "deliveries": "2021-06-01T08:00:00+07:00"}
    assert ask(app, timedelta(hours=1))[1]["problems"] == [SINCE_START], "when nothing runs, that is said once"


def test_people_who_run_plans_see_the_timetable_and_the_letters(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        assert timekeeping.take_lease(session, TIMETABLE, holder="one", now=NOW)
        for position, (name, why) in enumerate((("reminders", "thư nhắc việc của ngày"), ("deliveries", "thư được gửi đi"))):
            timekeeping.note_look(session, name, at=NOW, every=timedelta(minutes=5), why=why, position=position)
        timekeeping.record_run(session, "reminders", NOW.date(), started_at=NOW, ended_at=NOW, outcome="xem 3 việc: 1 thư")
        timekeeping.record_run(
            session, "deliveries", NOW.date(), started_at=NOW, ended_at=None, outcome="RuntimeError: bí mật a@example.vn"
        )
        session.get_one(Contact, world.people.units[0].contact_id).bounced_on = NOW.date()
    page = world.browser().get("/health")
    assert page.h1 == "Tình trạng hệ thống"
    assert page.banners == [
        "Có thư chờ gửi hơn một giờ: kiểm tra máy chủ thư.",
        "Việc “thư được gửi đi” lần gần nhất bị lỗi; xem nhật ký kỹ thuật.",
        "Chưa cấu hình máy chủ thư nên thư được lưu thành tệp; quản trị khai báo máy chủ thư.",
    ]
    assert page.all("main//ul[@class='lines']/li") == [
        "Thư nhắc việc của ngày Xem 3 việc: 1 thư, 09:00, 05/7/2021. xem lúc 09:00, 05/7/2021",
        "Thư được gửi đi Lần gần nhất bị lỗi, 09:00, 05/7/2021; quản trị xem nhật ký kỹ thuật. xem lúc 09:00, 05/7/2021",
    ]
    assert "Báo quản trị để xử lý các việc trên." in page.text
    assert "Đầu mối chưa sửa địa chỉ1chưa khai báo hộp thư báo lỗi" in page.with_class("stat")
    assert world.browser().get("/outbox").links["Tình trạng hệ thống"] == "/health"
    for name in ("dung", "sat"):
        assert world.browser(name).get("/health").status == 403


def test_who_did_not_choose_this_software_reads_no_command(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        hashed = session.scalar(select(User.password_hash).where(User.username == "ha"))
        session.add(User(office_id=1, username="quan", name="Lê Văn Quản", role=Role.ADMIN, password_hash=hashed))
    plain, admin = (world.browser(name).get("/health") for name in ("ha", "quan"))
    for page in (plain, admin):
        assert page.banners[0] == SILENT.format("")
    assert "Báo Lê Văn Quản để xử lý các việc trên." in plain.text
    for word in ("jobs", "healthz", "make", "python"):
        assert word not in plain.text
    assert "chạy lại khaosat-jobs hoặc python -m jobs" in admin.text
    assert "Bộ hẹn giờ chưa chạy lần nào." in plain.text


def test_database_that_does_not_answer_is_said(app: Flask) -> None:
    with app.app_context():
        Lease.__table__.drop(db.engine)
    assert ask(app) == (503, {"status": "down", "problems": ["Cơ sở dữ liệu không trả lời."]})
