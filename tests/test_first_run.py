"""From nothing to somebody who can sign in, once, on both databases."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from config import ROOT, Config
from tests.applications import MakeApp
from tests.builders import START
from tracker import passwords
from tracker.db import db
from tracker.first_run import new_password, prepare
from tracker.models import CalendarDay, Office, User
from tracker.rules.states import Role
from tracker.services import journal


@pytest.fixture
def settings(tmp_path: Path, empty_database_url: str) -> dict[str, str]:
    return {
        "INSTANCE_DIR": str(tmp_path / "instance"),
        "DATABASE_URL": empty_database_url,
        "OFFICE_NAME": "Phòng Văn hóa – Xã hội",
        "OFFICE_PLACE": "UBND phường Ba Ngòi",
    }


@pytest.fixture
def empty_app(make_app: MakeApp, settings: dict[str, str]) -> Flask:
    return make_app(tables=False, **settings)


def test_first_run_makes_an_office_and_one_account_that_works(empty_app: Flask, settings: dict[str, str]) -> None:
    config = Config.from_environment(settings)
    with time_machine.travel(START, tick=False):
        first = prepare(empty_app, config)
        second = prepare(empty_app, config)
    assert (first.is_first, second.is_first, second.password, second.calendar_days) == (True, False, "", 0)
    with empty_app.app_context():
        office = db.session.scalars(select(Office)).one()
        user = db.session.scalars(select(User)).one()
        assert (office.name, office.place) == ("Phòng Văn hóa – Xã hội", "UBND phường Ba Ngòi")
        assert (user.username, user.role, user.office_id, user.must_change_password) == ("quantri", Role.ADMIN, office.id, False)
        assert passwords.is_right(user.password_hash, first.password)
        years = {day.year for day in db.session.scalars(select(CalendarDay.day))}
        assert years == {2020, 2021, 2022, 2023}
        assert journal.verify(db.session()).whole


def test_two_hosts_that_start_at_once_make_one_office_and_one_account(empty_app: Flask, settings: dict[str, str]) -> None:
    environment = dict(os.environ) | settings | {"DEMO": "0", "PYTHONIOENCODING": "utf-8"}
    hosts = [
        subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "setup"],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )
        for _ in range(2)
    ]  # fmt: skip
    outputs = [host.communicate()[0] for host in hosts]
    assert [host.returncode for host in hosts] == [0, 0], outputs
    assert sorted(output.count("Mật khẩu:") for output in outputs) == [0, 1]
    with empty_app.app_context():
        assert len(db.session.scalars(select(Office)).all()) == len(db.session.scalars(select(User)).all()) == 1


def test_passwords_by_chance_differ_and_can_be_read_aloud() -> None:
    made = {new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hj-km-np-z2-9]{4}-){3}[a-hj-km-np-z2-9]{4}", password) for password in made)


@pytest.fixture
def app(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Flask:
    monkeypatch.setenv("INSTANCE_DIR", str(tmp_path / "instance"))
    monkeypatch.setenv("DEMO", "0")
    return make_app(tables=False)


def test_setup_command_shows_the_password_once(app: Flask) -> None:
    first = app.test_cli_runner().invoke(args=["setup"])
    assert first.exit_code == 0, first.output
    assert "Tên đăng nhập: quantri" in first.output
    assert first.output.count("Mật khẩu:") == 1
    second = app.test_cli_runner().invoke(args=["setup"])
    assert (second.exit_code, second.output) == (0, "")


def test_password_command_gives_a_lost_account_back(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["setup"])
    answer = app.test_cli_runner().invoke(args=["password", "QuanTri"])
    assert answer.exit_code == 0, answer.output
    new = answer.output.strip().rpartition(" ")[2]
    with app.app_context():
        assert passwords.is_right(db.session.scalars(select(User.password_hash)).one(), new)


def test_password_command_says_when_there_is_no_such_account(app: Flask) -> None:
    app.test_cli_runner().invoke(args=["setup"])
    answer = app.test_cli_runner().invoke(args=["password", "ai-do"])
    assert (answer.exit_code, answer.output) == (1, "Không tìm thấy: tài khoản ai-do.\n")
