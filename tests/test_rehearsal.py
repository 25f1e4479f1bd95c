"""The two table plans run through in virtual time by the command itself."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from tracker import documents
from tracker.holidays_source import calendar_rows
from tracker.rules.drafts import parse
from tracker.rules.events import Action, Event, read_events
from tracker.rules.states import DayKind
from tracker.services.organisation import read_units_csv
from tracker.virtual import virtual_plan

SEEDS = Path(__file__).parent.parent / "seeds"


def run(plan, units, start, end, events=(), **more):
    parsed = parse(documents.read_text((SEEDS / "plans" / f"{plan}.txt").read_text(encoding="utf-8")))
    rows = read_units_csv((SEEDS / "units" / f"{units}.csv").read_bytes())
    lines = list(virtual_plan(parsed, rows, start=start, end=end, events=list(events), **more))
    assert all(json.loads(json.dumps(line, ensure_ascii=False)) == line for line in lines)
    return lines


@pytest.fixture(scope="module")
def cam_ranh():
    return run("cam-ranh-2021", "cam-ranh", date(2021, 6, 1), date(2021, 12, 5))


def of(lines, what):
    return [line for line in lines if line["what"] == what]


def test_cam_ranh_has_eight_stages_and_ninety_five_tasks(cam_ranh):
    tasks = {(t["stage"], t["unit"]) for t in of(cam_ranh, "task")}
    assert Counter(stage for stage, _ in tasks) == {1: 1, 2: 30, 3: 30, 4: 30, 5: 1, 6: 1, 7: 1, 8: 1}


def test_cam_ranh_opens_its_gates_in_order_and_ends(cam_ranh):
    first = {}
    for gate in of(cam_ranh, "gate"):
        assert gate["open"]
        first.setdefault(gate["stage"], gate["day"])
    assert list(first) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert first == {
        1: "2021-06-01",
        2: "2021-06-18",
        3: "2021-07-02",
        4: "2021-09-15",
        5: "2021-09-30",
        6: "2021-10-15",
        7: "2021-10-29",
        8: "2021-11-12",
    }
    last = {(t["stage"], t["unit"]): (t["status"], t["standing"]) for t in of(cam_ranh, "task")}
    assert set(last.values()) == {("done", "on_time")}


def test_cam_ranh_mails_nobody_on_a_day_off(cam_ranh):
    off = {row.day for row in calendar_rows([2021]) if row.kind is not DayKind.MAKE_UP}
    for mail in of(cam_ranh, "mail"):
        day = date.fromisoformat(mail["day"])
        assert day.weekday() < 5, mail
        assert day not in off, mail


def test_cam_ranh_sends_at_most_one_digest_a_person_a_day(cam_ranh):
    digests = Counter((m["to"], m["day"]) for m in of(cam_ranh, "mail") if m["kind"] == "daily_digest")
    assert digests
    assert max(digests.values()) == 1


def test_cam_ranh_speaks_of_each_task_on_the_days_of_its_ladder(cam_ranh):
    """The office's entry: 30/9 to 15/10; aim Friday 15/10."""
    days = [m["day"] for m in of(cam_ranh, "mail") if m["kind"] == "daily_digest" and "5" in m["tasks"]]
    assert days == ["2021-10-06", "2021-10-12", "2021-10-14", "2021-10-15"]


def test_nobody_answers_and_each_rung_is_said_once():
    events = read_events(b"day,stage,unit,action,value\n,,,none,\n")
    lines = run("cam-ranh-2021", "cam-ranh", date(2021, 6, 1), date(2021, 9, 1), events)
    mails = of(lines, "mail")
    kinds = Counter(m["kind"] for m in mails)
    assert kinds["daily_digest"] == 7
    assert kinds["escalate_coordinator"] == kinds["escalate_leader"] == 1
    assert [g["stage"] for g in of(lines, "gate")] == [1]


def test_a_late_unit_keeps_the_common_stage_shut_and_the_others_open():
    events = read_events("day,stage,unit,action,value\n,4,UBND phường Cam Linh,late,3\n".encode())
    lines = run("cam-ranh-2021", "cam-ranh", date(2021, 6, 1), date(2021, 12, 5), events)
    entry = next(g["day"] for g in of(lines, "gate") if g["stage"] == 5)
    assert entry == "2021-10-05"
    chased = [m for m in of(lines, "mail") if m["kind"] == "escalate_head"]
    assert [(m["day"], m["tasks"]) for m in chased] == [("2021-10-01", ["4. UBND phường Cam Linh"])]
    late = [t for t in of(lines, "task") if t["standing"] == "late"]
    assert {(t["stage"], t["unit"]) for t in late} == {(4, "UBND phường Cam Linh")}


def test_van_thang_is_not_flooded_for_what_was_due_before_it_was_signed():
    lines = run("van-thang-2023", "van-thang", date(2023, 9, 18), date(2023, 10, 20))
    by_task = defaultdict(list)
    for mail in of(lines, "mail"):
        if mail["kind"] == "daily_digest":
            for task in mail["tasks"]:
                by_task[task].append(mail["day"])
    assert by_task["1. UBND xã Vạn Thắng"] == ["2023-09-18"]
    digests = Counter((m["to"], m["day"]) for m in of(lines, "mail") if m["kind"] == "daily_digest")
    assert max(digests.values()) == 1
    assert not [m for m in of(lines, "mail") if m["kind"].startswith("escalate")]
    last = {t["stage"]: (t["status"], t["standing"]) for t in of(lines, "task")}
    assert last == {1: ("done", "late"), 2: ("done", "on_time"), 3: ("done", "on_time"), 4: ("done", "on_time")}


def test_a_server_that_was_down_catches_up_without_a_flood():
    events = read_events(b"day,stage,unit,action,value\n2021-06-09,,,down,4\n,,,none,\n")
    lines = run("cam-ranh-2021", "cam-ranh", date(2021, 6, 1), date(2021, 6, 30), events)
    days = [m["day"] for m in of(lines, "mail") if m["kind"] == "daily_digest"]
    assert days == ["2021-06-14", "2021-06-15", "2021-06-17", "2021-06-18", "2021-06-21", "2021-06-23", "2021-06-25"]


@pytest.mark.slow
def test_cam_ranh_is_rehearsed_with_its_ballots_from_the_first_to_the_published_result():
    """1,650 ballots over the window, a tenth drawn, two units surveyed again, all keyed, approved and published."""
    again = ("UBND phường Ba Ngòi", "Trạm Y tế phường Ba Ngòi")
    events = read_events(("day,stage,unit,action,value\n" + "".join(f",4,{unit},resurvey,\n" for unit in again)).encode())
    lines = run("cam-ranh-2021", "cam-ranh", date(2021, 6, 1), date(2021, 12, 5), events, ballots=True)
    assert of(lines, "warning") == []
    done = defaultdict(list)
    for line in of(lines, "ballots"):
        done[line["did"]].append((line["day"], line["unit"], line["count"]))
    counts = {did: sum(n for _, _, n in found) for did, found in done.items()}
    assert counts == {
        "collected": 1650 + 60 + 50, "drawn": 165 + 6 + 5, "failed": 60 + 50, "keyed": 1650, "approved": 1, "published": 1
    }  # fmt: skip
    assert {unit for _, unit, _ in done["failed"]} == set(again)
    # Collected over the window, never before it, and not on its last day alone.
    days = sorted({day for day, unit, _ in done["collected"] if unit not in again})
    assert (days[0], days[-1], len(days)) == ("2021-07-09", "2021-09-15", 11)
    # Nothing is keyed before the last verdict, nothing public before the approval.
    order = [max(day for day, *_ in done[did]) for did in ("drawn", "keyed", "approved", "published")]
    assert order == sorted(order)
    assert min(day for day, *_ in done["keyed"]) >= order[0]
    last = {(t["stage"], t["unit"]): t["status"] for t in of(lines, "task")}
    assert set(last.values()) == {"done"}


def test_work_without_an_end_that_nobody_confirms_is_asked_for_monthly_and_named_after_three_months():
    silent = [Event(None, stage, "", Action.NONE) for stage in (2, 3)]
    lines = run("quang-thanh-2024", "van-thang", date(2024, 3, 28), date(2024, 7, 31), silent)
    works = ["2. UBND xã Vạn Thắng", "3. UBND xã Vạn Thắng"]
    asked = [(m["day"], m["tasks"]) for m in of(lines, "mail") if m["kind"] == "confirm_continuous"]
    # 28/4 is a Sunday before days off; 28/7 is a Sunday.
    assert asked == [(day, works) for day in ("2024-05-02", "2024-05-28", "2024-06-28", "2024-07-29")]
    named = [(m["day"], m["to"], m["tasks"]) for m in of(lines, "mail") if "lâu chưa xác nhận" in m["subject"]]
    assert named == [("2024-06-28", to, works) for to in ("dieu-phoi@example.vn", "lanh-dao@example.vn")]
