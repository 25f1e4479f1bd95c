"""Faults of the machine under the timetable: each is said on the health page, and work goes on by itself once it is over."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from config import ROOT
from jobs.lease import LeaseKeeper
from jobs.running import look
from jobs.timetable import AT_OFFICE_HOUR, Entry, entry
from tests.applications import MakeApp
from tests.mail.cast import make_world
from tracker import db as database
from tracker.clock import ZONE
from tracker.db import db, transaction
from tracker.models import OutboxMessage
from tracker.rules.states import LetterStatus
from tracker.wording import sentence

FOLDER = "Không ghi được vào thư mục INSTANCE_DIR: {}; sửa xong thì việc dở dang tự chạy tiếp."


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What one installation lived through on a disk of its own: a tmpfs in a mount namespace, which needs no root."""
    folder = tmp_path_factory.mktemp("disk")
    script = f'mount -t tmpfs -o size=4m tmpfs "{folder}" && exec "{sys.executable}" -m tests.jobs.on_a_small_disk "{folder}"'
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_full_disk_is_said_and_the_letter_goes_when_there_is_room(seen: dict[str, Any]) -> None:
    full = seen["full"]
    assert (full["status"], full["problems"][0]) == (503, FOLDER.format("đĩa đầy"))
    assert full["page"] == 200  # who only reads goes on
    assert (full["letters"], seen["freed"]["letters"]) == (0, 1)
    assert (seen["freed"]["status"], seen["freed"]["problems"]) == (200, [])


def test_who_acts_while_the_disk_is_full_or_read_only_reads_why_and_keeps_the_words(seen: dict[str, Any]) -> None:
    for act, key in (("sign-in", "database_unwritable"), ("report", "disk_full")):
        status, page = seen["full"][act]
        assert (status, sentence(key, admin="quản trị") in page) == (503, True)
        status, page = seen["read-only"][act]
        assert (status, sentence("database_away") in page) == (503, True)
    assert "đã gửi văn thư" in seen["full"]["report"][1]
    assert seen["freed"]["report"][0] == 302


def test_a_read_only_disk_is_said_and_the_letter_goes_when_it_can_be_written(seen: dict[str, Any]) -> None:
    stuck = seen["read-only"]
    assert (stuck["status"], stuck["problems"]) == (503, ["Cơ sở dữ liệu không trả lời.", FOLDER.format("đĩa chỉ đọc")])
    assert (stuck["letters"], seen["writable"]["letters"]) == (1, 2)
    assert (seen["writable"]["status"], seen["writable"]["problems"]) == (200, [])


@pytest.mark.parametrize(
    ("zone", "changes_on"),
    [("America/New_York", date(2021, 3, 14)), ("Europe/Berlin", date(2021, 10, 31)), ("Pacific/Apia", date(2021, 4, 4))],
)
def test_a_host_in_a_zone_with_summer_time_keeps_vietnams_hours(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, zone: str, changes_on: date
) -> None:
    """A job of half past seven over the three days round the change of the host's clock, looked at every half hour."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    ran: list[datetime] = []
    line = Entry("thử", lambda _day, now: ran.append(now), timedelta(minutes=10), AT_OFFICE_HOUR, "thử nghiệm")  # type: ignore[func-returns-value]
    app = make_app()
    first = datetime.combine(changes_on - timedelta(days=1), datetime.min.time(), ZONE)
    try:
        for half_hours in range(3 * 48):
            # A moment of UTC: one of a named zone would move the host there, away from its own.
            with time_machine.travel((first + timedelta(minutes=30 * half_hours)).astimezone(UTC), tick=False):
                look(app, line)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert ran == [first + timedelta(days=n, hours=7, minutes=30) for n in range(3)]


def test_a_database_that_another_holds_delays_the_letter_and_the_lease_and_no_more(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
    app = make_app()
    deliveries = entry("deliveries")
    assert deliveries is not None
    with app.app_context():
        with transaction() as session:
            letter_id = make_world(session).digest(0).id  # type: ignore[arg-type]  # a scoped session behaves as its session
        keeper = LeaseKeeper()
        with closing(sqlite3.connect(str(db.engine.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert not keeper.prolong()
            look(app, deliveries)
            assert app.test_client().get("/sign-in").status_code == 200
            assert app.test_client().get("/healthz").get_json()["problems"][0].startswith("Một chương trình giữ quyền ghi")
            other.execute("ROLLBACK")
        assert keeper.prolong()
        look(app, deliveries)
        with transaction() as session:
            assert session.get_one(OutboxMessage, letter_id).status is LetterStatus.SENT
    assert app.test_client().get("/healthz").get_json()["problems"] == []
