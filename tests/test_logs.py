"""The technical log: which request or job a line belongs to, and what never stands in it."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from config import ROOT
from jobs.deliveries import deliver_waiting
from jobs.running import look
from jobs.timetable import Entry
from tests.applications import MakeApp
from tests.test_every_route import address, examples, rules
from tests.web.conftest import NOW, build_world
from tracker import logs
from tracker.db import transaction
from tracker.services import outbox

log = logging.getLogger("tracker.test")


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What goes to the log, line by line in JSON."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app(LOG_FORMAT="json", TRUSTED_PROXIES="1")


def test_a_request_is_one_line_with_the_id_that_its_answer_carries(app: Flask, written: io.StringIO) -> None:
    answer = app.test_client().get("/sign-in?next=/plans")
    [line] = lines(written)
    assert line["request"] == answer.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/sign-in", 200, "INFO")
    assert line["ms"] >= 0
    assert line["time"].endswith("+07:00")


@pytest.mark.parametrize(("given", "kept"), [("abc-12345678", True), ("short", False), ("ten\tx" * 3, False), ("a" * 65, False)])
def test_the_id_of_a_proxy_is_kept_where_it_can_be_one(app: Flask, given: str, kept: bool) -> None:
    answer = app.test_client().get("/sign-in", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_without_a_proxy_nobody_gives_an_id(make_app: MakeApp) -> None:
    answer = make_app().test_client().get("/sign-in", headers={"X-Request-ID": "abc-12345678"})
    assert answer.headers["X-Request-ID"] != "abc-12345678"


def test_requests_are_not_lines_of_the_text_log(make_app: MakeApp, written: io.StringIO) -> None:
    make_app().test_client().get("/sign-in")
    assert lines(written) == []


@time_machine.travel(NOW, tick=False)  # a key says when it was signed: each that is made here is the same
def test_no_line_holds_the_key_of_a_link(make_app: MakeApp, written: io.StringIO) -> None:
    """Every address with a key in it, and an error on one of them with its traceback."""
    world = build_world(make_app(LOG_FORMAT="json", flask={"WTF_CSRF_ENABLED": False}))
    known = examples(world)
    [key], [head_key] = known["token"], known["head_token"]
    walked = 0
    for rule in rules(world):
        if rule.arguments & {"token", "head_token"}:
            for method in ("GET", "POST"):
                world.app.test_client().open(address(world, rule), method=method)
                walked += 1
    try:
        raise ValueError(f"/v/{key}/tasks/3")
    except ValueError:
        log.exception("Exception on http://127.0.0.1/v/%s/tasks/3 [GET]", key)
    assert walked > 20
    assert str(key) not in written.getvalue()
    assert str(head_key) not in written.getvalue()
    assert "/v/***/tasks/3" in written.getvalue()
    assert "/h/***" in written.getvalue()
    record = logging.LogRecord("x", logging.INFO, "", 1, "GET /feeds/%s.ics", (key,), None)
    assert logs.TextLines().format(record).endswith("INFO x: GET /feeds/***")


def test_what_people_type_is_in_no_line(app: Flask, written: io.StringIO) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client().post("/sign-in", data={"username": "ha", "password": "mat-khau-that"})
    assert lines(written)
    assert "mat-khau-that" not in written.getvalue()


def test_lines_of_a_job_name_the_job_and_the_run(app: Flask, written: io.StringIO) -> None:
    def work(day: object, _now: object) -> str:
        log.warning("giữa chừng")
        raise RuntimeError("hỏng")

    for _ in range(2):
        look(app, Entry("thử", work, timedelta(minutes=1), None, "thử nghiệm"))
    found = [line for line in lines(written) if line["logger"].startswith("tracker")]
    assert [line["job"] for line in found] == ["thử"] * 4
    assert len({line["run"] for line in found}) == 2
    assert "RuntimeError: hỏng" in found[1]["error"]
    log.warning("sau đó")
    assert "job" not in lines(written)[-1]


def test_lines_of_a_run_over_two_connections_name_it_too(app: Flask, written: io.StringIO) -> None:
    with app.app_context(), transaction() as session:
        odd = outbox.NewLetter("unknown_kind", "letter", "contact-1", "Oanh", "oanh@example.vn", {}, NOW.date())
        outbox.enqueue_many(session, [odd], now=NOW)

    def work(_day: object, now: datetime) -> str:
        return str(deliver_waiting(app, now=now, by="one", connections=2))

    look(app, Entry("deliveries", work, timedelta(minutes=1), None, "thư được gửi đi"))
    [said] = [line for line in lines(written) if "could not be put into words" in line["message"]]
    assert (said["job"], bool(said["run"])) == ("deliveries", True)


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_process_writes_what_the_setting_says(form: str, tmp_path: Any) -> None:
    code = "import wsgi, logging; logging.getLogger('tracker').info('xin chào')"
    environment = {"LOG_FORMAT": form, "INSTANCE_DIR": str(tmp_path), "PATH": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    [line] = done.stderr.splitlines()
    assert (json.loads(line)["message"] == "xin chào") if form == "json" else line.endswith("INFO tracker: xin chào")
