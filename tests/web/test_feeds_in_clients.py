"""A feed over HTTP in real calendar programs: vdirsyncer fetches it, khal lists it, libical (Evolution's parser) and
ical.js (Thunderbird's) read it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import time_machine
from flask import Flask
from werkzeug.serving import make_server

from tests import rfc5545
from tests.applications import MakeApp
from tests.builders import START, Cast, cast, running_plan
from tracker.db import transaction
from tracker.rules.feed_lines import FeedChoices
from tracker.services import date_changes, feeds
from tracker.services.feeds import FeedScope

#: Where the programs of the tests' own environment are.
PROGRAMS = Path(sys.executable).parent
MOVED_AT = START + timedelta(days=2)


@dataclass
class Reader:
    """A person's calendar programs, with a folder of their own."""

    folder: Path
    address: str

    def __post_init__(self) -> None:
        (self.folder / "calendar").mkdir()
        self._write(
            "vdirsyncer.conf",
            f'[general]\nstatus_path = "{self.folder}/status/"\n'
            '[pair work]\na = "office"\nb = "here"\ncollections = null\nconflict_resolution = "a wins"\n'
            f'[storage office]\ntype = "http"\nurl = "{self.address}"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.folder}/calendar/"\nfileext = ".ics"\n',
        )
        self._write(
            "khal.conf",
            f"[calendars]\n[[work]]\npath = {self.folder}/calendar/\n[sqlite]\npath = {self.folder}/khal.db\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %d/%m/%Y\nlongdateformat = %d/%m/%Y\n"
            "datetimeformat = %d/%m/%Y %H:%M\nlongdatetimeformat = %d/%m/%Y %H:%M\nlocal_timezone = Asia/Ho_Chi_Minh\n"
            "default_timezone = Asia/Ho_Chi_Minh\n",
        )
        self._run("vdirsyncer", "-c", "vdirsyncer.conf", "discover")

    def sync(self) -> str:
        """Fetch the calendar; what the program says of it."""
        return self._run("vdirsyncer", "-c", "vdirsyncer.conf", "sync")

    def days(self) -> list[tuple[str, str]]:
        """Day and title of every event of 2021, as khal lists them."""
        listed = self._run("khal", "-c", "khal.conf", "list", "--json", "start-date", "--json", "title", "01/01/2021", "365d")
        return [(event["start-date"], event["title"]) for line in listed.splitlines() for event in json.loads(line)]

    def kept(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in (self.folder / "calendar").iterdir()}

    def _run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [str(PROGRAMS / program), *arguments],
            cwd=self.folder,
            env={"HOME": str(self.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "NO_PROXY": "127.0.0.1"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def _write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)


@dataclass
class Office:
    app: Flask
    cast: Cast
    plan_id: int
    address: str  #: of the first unit's feed

    def move_survey(self, due_on: date) -> None:
        """The deadline of the second stage moves."""
        with time_machine.travel(MOVED_AT, tick=False), self.app.app_context(), transaction() as session:
            date_changes.apply(
                session, self.plan_id, 2, start_on=None, due_on=due_on, reason="bão", by=self.cast.ha, now=MOVED_AT
            )


@pytest.fixture
def office(make_app: MakeApp) -> Iterator[Office]:
    app = make_app(PUBLIC_URL="https://khaosat.example.vn")
    with time_machine.travel(START, tick=False):
        with app.app_context(), transaction() as session:
            people = cast(session)
            plan_id = running_plan(session, people).id
            token = feeds.issue(session, FeedScope.UNIT, people.units[0].id, now=START)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield Office(app, people, plan_id, f"http://127.0.0.1:{server.server_port}/feeds/{token}.ics")
        server.shutdown()
        thread.join()
        server.server_close()


def fetch(address: str, **headers: str) -> tuple[int, bytes, str]:
    """Status, body and ETag over the wire."""
    asked = Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urlopen(asked) as answer:
            return answer.status, answer.read(), answer.headers["ETag"]
    except HTTPError as said:
        with said:
            return said.code, said.read(), said.headers["ETag"]


def uids(address: str) -> list[str]:
    return [event.text("UID") for event in rfc5545.read(fetch(address)[1]).children]


def test_khal_lists_what_vdirsyncer_fetched_on_its_days(office: Office, tmp_path: Path) -> None:
    reader = Reader(tmp_path, office.address)
    reader.sync()
    unit = office.cast.units[0].name
    assert reader.days() == [
        ("30/06/2021", f"Hạn: Cung cấp số liệu – {unit}"),
        ("15/09/2021", f"Hạn: Điều tra khảo sát – {unit}"),
    ]


def test_moved_task_keeps_its_uid_and_leaves_its_old_day(office: Office, tmp_path: Path) -> None:
    reader = Reader(tmp_path, office.address)
    reader.sync()
    unit = office.cast.units[0].name
    before = uids(office.address)  # vdirsyncer writes UIDs of its own into what it fetched
    office.move_survey(date(2021, 7, 9))
    reader.sync()
    assert reader.days() == [
        ("09/07/2021", f"Hạn: Cung cấp số liệu – {unit}"),
        ("15/09/2021", f"Hạn: Điều tra khảo sát – {unit}"),
    ]
    assert len(set(before)) == 2
    assert uids(office.address) == before


def test_unchanged_feed_is_the_same_to_the_byte_and_touches_nothing(office: Office, tmp_path: Path) -> None:
    reader = Reader(tmp_path, office.address)
    reader.sync()
    kept = reader.kept()
    status, body, etag = fetch(office.address)
    assert fetch(office.address) == (200, body, etag)
    assert fetch(office.address, If_None_Match=etag) == (304, b"", etag)
    said = reader.sync()
    assert status == 200
    assert len(kept) == 2
    assert reader.kept() == kept
    assert "Copying" not in said
    assert "Deleting" not in said
    office.move_survey(date(2021, 7, 9))
    assert fetch(office.address, If_None_Match=etag)[0] == 200


#: Prints days, titles and complaints of a calendar as libical sees it; it runs under the Python that has libical.
LIBICAL = """
import json, sys, gi
gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib as ical
calendar = ical.Component.new_from_string(sys.stdin.buffer.read().decode())
calendar.check_restrictions()
events, event = [], calendar.get_first_component(ical.ComponentKind.VEVENT_COMPONENT)
while event:
    events.append([event.get_dtstart().as_ical_string(), event.get_dtend().as_ical_string(), event.get_summary()])
    event = calendar.get_next_component(ical.ComponentKind.VEVENT_COMPONENT)
print(json.dumps([events, calendar.count_errors(), calendar.is_valid()]))
"""


def libical(content: bytes) -> tuple[list[list[str]], int, bool]:
    done = subprocess.run([os.environ.get("LIBICAL", "/usr/bin/python3"), "-c", LIBICAL], input=content, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    events, errors, valid = json.loads(done.stdout)
    return events, errors, valid


@pytest.mark.libical
def test_libical_reads_the_feed_without_complaint(office: Office) -> None:
    _, content, _ = fetch(office.address)
    unit = office.cast.units[0].name
    assert libical(content) == (
        [
            ["20210630", "20210701", f"Hạn: Cung cấp số liệu – {unit}"],
            ["20210915", "20210916", f"Hạn: Điều tra khảo sát – {unit}"],
        ],
        0,
        True,
    )


@pytest.mark.libical
def test_libical_takes_the_calendar_of_an_opening_letter() -> None:
    letter = Path(__file__).parents[1] / "mail/golden/unlocked.ics"
    events = [["20210930", "20211001", "Hạn: Thu phiếu, phúc tra – Trạm Y tế xã Cam Lập"]]
    assert libical(letter.read_bytes()) == (events, 0, True)


@pytest.mark.libical
def test_libical_is_not_blind(office: Office) -> None:
    _, content, _ = fetch(office.address)
    _, errors, _ = libical(re.sub(rb"DTSTART[^\r]*\r\n", b"DTSTART:khi nao\r\n", content, count=1))
    assert errors > 0


#: Prints what Thunderbird's parser sees of a calendar: its name, and of each event the days, the title, the alarm.
ICALJS = """
const { default: ICAL } = await import(process.argv[1]);
const text = (await import("node:fs")).readFileSync(0, "utf8");
const calendar = new ICAL.Component(ICAL.parse(text));
const days = (event) => [event.startDate, event.endDate].map((time) => (time.isDate ? time.toString() : "not a day"));
const events = calendar.getAllSubcomponents("vevent").map((part) => {
  const event = new ICAL.Event(part, { strictExceptions: true });
  const alarm = part.getFirstSubcomponent("valarm");
  const rings = alarm ? alarm.getFirstPropertyValue("trigger").toString() : "";
  return [...days(event), event.summary, event.uid, event.sequence, rings];
});
const todos = calendar.getAllSubcomponents("vtodo").map((part) => part.getFirstPropertyValue("due").toString());
console.log(JSON.stringify([calendar.getFirstPropertyValue("x-wr-calname"), events, todos]));
"""
ICALJS_MODULE = Path(sys.prefix) / "icaljs/node_modules/ical.js/dist/ical.js"


def icaljs(content: bytes) -> tuple[str | None, list[list[object]], list[str]]:
    command = ["node", "--input-type=module", "-e", ICALJS, ICALJS_MODULE.as_uri()]
    done = subprocess.run(command, input=content, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    name, events, todos = json.loads(done.stdout)
    return name, events, todos


@pytest.mark.icaljs
def test_icaljs_reads_days_titles_and_alarms(office: Office) -> None:
    with office.app.app_context(), transaction() as session:
        choices = FeedChoices(alarm_days=3, todos=True)
        token = feeds.issue(session, FeedScope.UNIT, office.cast.units[0].id, now=START, choices=choices)
    _, content, _ = fetch(office.address.rpartition("/")[0] + f"/{token}.ics")
    unit = office.cast.units[0].name
    first, second = (event.text("UID") for event in rfc5545.read(content).children if event.kind == "VEVENT")
    assert icaljs(content) == (
        unit,
        [
            ["2021-06-30", "2021-07-01", f"Hạn: Cung cấp số liệu – {unit}", first, 0, "-P2DT16H"],
            ["2021-09-15", "2021-09-16", f"Hạn: Điều tra khảo sát – {unit}", second, 0, "-P2DT16H"],
        ],
        ["2021-06-30", "2021-09-15"],
    )


@pytest.mark.icaljs
def test_icaljs_sees_a_moved_task_as_the_same_event_with_a_higher_sequence(office: Office) -> None:
    _, [before, *_], _ = icaljs(fetch(office.address)[1])
    office.move_survey(date(2021, 7, 9))
    _, [after, *_], _ = icaljs(fetch(office.address)[1])
    assert (before[0], after[0]) == ("2021-06-30", "2021-07-09")
    assert after[2:4] == before[2:4]
    assert int(str(after[4])) > int(str(before[4]))


@pytest.mark.icaljs
def test_icaljs_takes_the_calendar_of_an_opening_letter() -> None:
    _, [event], _ = icaljs((Path(__file__).parents[1] / "mail/golden/unlocked.ics").read_bytes())
    assert event[:3] == ["2021-09-30", "2021-10-01", "Hạn: Thu phiếu, phúc tra – Trạm Y tế xã Cam Lập"]


@pytest.mark.icaljs
def test_icaljs_is_not_blind(office: Office) -> None:
    _, content, _ = fetch(office.address)
    with pytest.raises(AssertionError, match="Could not extract integer"):
        icaljs(re.sub(rb"DTSTART[^\r]*\r\n", b"DTSTART;VALUE=DATE:khi nao\r\n", content, count=1))
