"""/metrics in Prometheus' text form, read by a small strict parser: closed by default, opened by its token."""

from __future__ import annotations

import math
import os
import re
from datetime import timedelta
from pathlib import Path

import time_machine
from flask import Flask

from tests.applications import MakeApp
from tests.builders import START
from tests.web.test_health import letter, tick
from tracker import workers
from tracker.db import transaction
from tracker.request_times import BUCKETS, RequestTimes
from tracker.rules.states import LetterStatus
from tracker.services import timekeeping

TOKEN = "mot-ma-du-dai-cho-may-giam-sat"
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parse(text: str) -> Samples:
    """Text form 0.0.4: HELP and TYPE once before the samples of a family, each sample once, histograms whole."""
    assert text.endswith("\n")
    found: Samples = {}
    types: dict[str, str] = {}
    family = ""
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ", 3)[2]
            assert re.fullmatch(NAME, family)
            assert family not in types
        elif line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name == family
            assert kind in ("gauge", "counter", "histogram")
            types[name] = kind
        else:
            match = SAMPLE.fullmatch(line)
            assert match, line
            name, labels = match[1], tuple(re.findall(LABEL, match[2] or ""))
            assert name == family or (types[family] == "histogram" and re.fullmatch(rf"{family}_(bucket|sum|count)", name)), line
            assert (name, labels) not in found
            found[name, labels] = float(match[match.lastindex or 0])
    return found


def histogram(samples: Samples, code: str) -> tuple[list[float], float, float]:
    """The counts of the buckets, the count and the sum; asserts that they fit together."""
    name = "khaosat_http_request_duration_seconds"
    ends = [
        (dict(labels)["le"], value)
        for (n, labels), value in samples.items()
        if n == f"{name}_bucket" and ("code", code) in labels
    ]
    assert [end for end, _ in ends] == [*map(str, BUCKETS), "+Inf"]
    counts = [value for _, value in ends]
    total = samples[f"{name}_count", (("code", code),)]
    assert counts == sorted(counts)
    assert counts[-1] == total
    return counts, total, samples[f"{name}_sum", (("code", code),)]


def scrape(app: Flask, token: str = TOKEN) -> Samples:
    with time_machine.travel(START, tick=False):
        answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    return parse(answer.text)


def test_it_is_closed_without_a_setting_and_without_the_token(make_app: MakeApp, tmp_path: Path) -> None:
    closed = make_app()
    assert closed.test_client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert not (tmp_path / "instance/metrics").exists()
    app = make_app(METRICS_TOKEN=TOKEN)
    for said in ({}, {"Authorization": TOKEN}, {"Authorization": "Bearer sai"}, {"Authorization": "Bearer ệ"}):
        assert app.test_client().get("/metrics", headers=said).status_code == 404
    assert app.test_client().get(f"/metrics?token={TOKEN}").status_code == 404


def test_it_tells_ticks_queue_letters_and_jobs(make_app: MakeApp) -> None:
    app = make_app(METRICS_TOKEN=TOKEN)
    tick(app)
    letter(app, LetterStatus.QUEUED, timedelta(minutes=5))
    letter(app, LetterStatus.FAILED, timedelta(minutes=2))
    letter(app, LetterStatus.SENT, timedelta(hours=1))
    with app.app_context(), transaction() as session:
        timekeeping.record_run(
            session, "reminders", START.date(), started_at=START, ended_at=START + timedelta(seconds=2), outcome="2 thư"
        )
        timekeeping.record_run(session, "backup", START.date(), started_at=START, ended_at=None, outcome="đĩa đầy")
        timekeeping.note_look(session, "deliveries", at=START, every=timedelta(seconds=30), why="", position=1)
    found = scrape(app)
    assert found["khaosat_timetable_tick_timestamp_seconds", ()] == START.timestamp()
    assert found["khaosat_oldest_letter_seconds", ()] == 300
    assert found["khaosat_problems", ()] == 1  # the backup
    assert [found["khaosat_letters", (("state", s),)] for s in ("waiting", "failed", "bounced")] == [2, 1, 0]
    assert found["khaosat_letters_of_today", (("state", "sent"),)] == 1
    assert found["khaosat_job_ok", (("job", "reminders"),)] == 1
    assert found["khaosat_job_ok", (("job", "backup"),)] == 0
    assert found["khaosat_job_seconds", (("job", "reminders"),)] == 2
    assert found["khaosat_job_look_timestamp_seconds", (("job", "deliveries"),)] == START.timestamp()


def test_it_counts_every_sentence_of_healthz(make_app: MakeApp, tmp_path: Path) -> None:
    """Those of this machine too: a folder that cannot be written, a web process that ran out of memory."""
    app = make_app(METRICS_TOKEN=TOKEN)
    instance = Path(app.instance_path)
    with time_machine.travel(START, tick=False):
        workers.out_of_memory(instance, is_replaced=False)
        os.utime(instance / "workers" / "out-of-memory", (START.timestamp(), START.timestamp()))
        said = app.test_client().get("/healthz").get_json()["problems"]
    assert len(said) == 2  # and a timetable that never ran
    assert scrape(app)["khaosat_problems", ()] == 2
    app.instance_path = str(tmp_path / "khong-co")
    assert scrape(app)["khaosat_problems", ()] == 2  # no such folder, nor its marks


def test_a_timetable_that_never_ran_has_no_moment(make_app: MakeApp) -> None:
    found = scrape(make_app(METRICS_TOKEN=TOKEN))
    assert ("khaosat_timetable_tick_timestamp_seconds", ()) not in found


def test_requests_are_counted_by_status_and_time(make_app: MakeApp) -> None:
    app = make_app(METRICS_TOKEN=TOKEN)
    browser = app.test_client()
    for _ in range(3):
        browser.get("/sign-in")
    browser.get("/khong-co")
    found = scrape(app)
    assert histogram(found, "2xx")[1] == 3
    assert histogram(found, "4xx")[1] == 1
    assert histogram(scrape(app), "2xx")[1] == 4  # the scrape itself


def test_several_processes_add_up_and_a_file_is_taken_over_with_its_counts(tmp_path: Path) -> None:
    first, second = RequestTimes(tmp_path), RequestTimes(tmp_path)
    first.note(200, 0.004)
    second.note(200, 0.02)
    second.note(200, 60)
    second.note(999, 1)
    ok = second.read()[1]
    assert (ok.kind, ok.answers, ok.counts[0], ok.counts[2], ok.counts[-1]) == ("2xx", 3, 1, 1, 1)
    assert math.isclose(ok.seconds, 60.024)
    assert len(list(tmp_path.iterdir())) == 2
    for times in (first, second):  # both processes end
        assert times._page is not None
        times._page.close()
    third = RequestTimes(tmp_path)
    third.note(503, 0.3)
    assert [row.answers for row in third.read()] == [0, 3, 0, 0, 1]
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written_costs_no_page(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("not a folder")
    RequestTimes(tmp_path / "metrics").note(200, 0.1)
