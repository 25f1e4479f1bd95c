"""The commands as a person types them: what they print, and one clear line when they cannot."""

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

ROOT = Path(__file__).parent.parent
PLANS = ROOT / "seeds" / "plans"


@pytest.fixture
def run(make_app):
    """`run("read-plan", …, input=…)`: the command's result."""
    app = make_app()
    return lambda *args, **options: app.test_cli_runner().invoke(args=[str(a) for a in args], **options)


@pytest.mark.parametrize("name", ["cam-ranh-2021", "van-thang-2023"])
def test_read_plan_prints_the_expected_reading(run, name):
    result = run("read-plan", PLANS / f"{name}.txt", "--json")
    assert result.exit_code == 0, result.output
    read = json.loads(result.output)
    expected = json.loads((ROOT / "tests" / "plans_expected" / f"{name}.json").read_text(encoding="utf-8"))
    for key in ("number", "issued_on", "place", "year", "units", "ballots", "recheck_percent", "form"):
        assert read[key] == expected[key], key
    assert [{k: g.get(k) for k in ("name", "units", "ballots_each", "ballots")} for g in read["groups"]] == expected["groups"]
    for stage, wanted in zip(read["stages"], expected["stages"], strict=True):
        for key in ("no", "time", "kind", "start", "due", "scope"):
            assert stage[key] == wanted[key], (wanted["no"], key)
        assert wanted["content"] in stage["content"]
        for key in ("lead", "coordinating"):
            assert all(any(name in found for found in stage[key]) for name in wanted[key]), (wanted["no"], key)


def test_read_plan_says_what_it_looked_for_when_there_is_no_timeline(run, tmp_path):
    file = tmp_path / "thu.txt"
    file.write_text("Kính gửi các đơn vị,\nĐề nghị quan tâm phối hợp.\n", encoding="utf-8")
    read = json.loads(run("read-plan", file, "--json").output)
    assert (read["form"], read["stages"]) == ("none", [])
    assert any(w.startswith("Không tìm thấy bảng nội dung công việc") for w in read["warnings"])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "không có nội dung; kiểm tra lại tệp."),
        (b"\x80\x81K\xe9 ho\xe1ch", "không ở bảng mã UTF-8"),
        (b"a" * 21_000_000, "vượt mức"),
    ],
    ids=["empty", "not UTF-8", "20 MB"],
)
def test_read_plan_refuses_a_bad_file_with_one_line(run, tmp_path, content, says):
    file = tmp_path / "ke-hoach.txt"
    file.write_bytes(content)
    result = run("read-plan", file, "--json")
    assert result.exit_code == 1
    assert says in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_read_times_prints_a_json_object_a_line(run):
    lines = "Trước ngày 20/6/2021\t2021\t\nThường xuyên\t\t\nTrước ngày 15/8\t\t2022-03-01\ntheo quy định\t\t\n\t\t\n"
    result = run("read-times", "--json", input=lines)
    assert result.exit_code == 0
    read = [json.loads(line) for line in result.output.splitlines()]
    assert [(r["kind"], r["start"], r["due"]) for r in read] == [
        ("deadline", None, "2021-06-19"),
        ("continuous", None, None),
        ("deadline", None, "2022-08-14"),
        ("unparsable", None, None),
        ("undated", None, None),
    ]


def test_read_times_never_stops_at_a_bad_line(run):
    result = run("read-times", input=b"\xff\xfe\tabc\txyz\tq\t\t\nTh\xc3\xa1ng 3/2015\n")
    assert result.exit_code == 0
    assert json.loads(result.output.splitlines()[1])["due"] == "2015-03-31"


def test_rehearse_refuses_a_bad_units_file_with_its_row(run, tmp_path):
    units = tmp_path / "units.csv"
    units.write_text("đơn vị;khối;đầu mối;thư điện tử\nUBND xã A;Xã;Ông An;không phải địa chỉ\n", encoding="utf-8")
    result = run("rehearse", PLANS / "van-thang-2023.txt", "--units", units, "--from", "2023-09-18", "--to", "2023-09-30")
    assert result.exit_code == 1
    assert "Dòng 2" in result.stderr


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ("day,stage\n", "Tệp sự kiện thiếu cột unit, action"),
        ("day,stage,unit,action,value\n2023-09-20,1,,bay,\n", "Dòng 2, cột action: “bay”"),
        ("day,stage,unit,action,value\nhôm qua,1,,done,\n", "Dòng 2, cột day"),
        ("day,stage,unit,action,value\n,1,,done,\n", "Dòng 2, cột day: để trống"),
    ],
)
def test_rehearse_refuses_bad_events_with_their_row(run, tmp_path, events, says):
    file = tmp_path / "events.csv"
    file.write_text(events, encoding="utf-8")
    result = run(
        "rehearse", PLANS / "van-thang-2023.txt", "--units", ROOT / "seeds/units/van-thang.csv",
        "--from", "2023-09-18", "--to", "2023-09-30", "--events", file,
    )  # fmt: skip
    assert result.exit_code == 1
    assert says in result.stderr


def test_rehearse_prints_a_json_object_a_line(run):
    result = run(
        "rehearse", PLANS / "van-thang-2023.txt", "--units", ROOT / "seeds/units/van-thang.csv",
        "--from", "2023-09-18", "--to", "2023-09-22", "--json",
    )  # fmt: skip
    assert result.exit_code == 0, result.stderr
    kinds = [json.loads(line)["what"] for line in result.output.splitlines()]
    assert {"task", "gate", "mail"} <= set(kinds)


def test_journal_verify_says_how_long_the_chain_is(run):
    assert run("journal", "verify").output == "Nhật ký chưa có dòng nào.\n"


def ballots_say_what_tasks_say(session):
    """Of the sample: the whole quota with numbers where fieldwork is done, nothing where it is not open, part of it else."""
    from tracker.models import Ballot, PlanUnit, RecheckDraw, Stage, Task
    from tracker.rules.ledger import check_line, totals_of
    from tracker.rules.states import TaskStatus, WorkKind
    from tracker.services.fieldwork.ledger import day_line, lines_of_unit

    tasks = session.execute(
        select(Task.plan_id, Task.unit_id, Task.status, Task.opened_on, Task.completed_on, PlanUnit.ballots_each)
        .join(Stage, Stage.id == Task.stage_id)
        .join(PlanUnit, (PlanUnit.plan_id == Task.plan_id) & (PlanUnit.unit_id == Task.unit_id))
        .where(Stage.work_kind == WorkKind.FIELDWORK)
    ).all()
    assert len(tasks) == 30
    rechecked = (
        select(func.count(Task.id)).join(Stage).where(Stage.work_kind == WorkKind.RECHECK, Task.status.in_(["done", "submitted"]))
    )
    passed = select(func.count(RecheckDraw.unit_id.distinct()))
    assert session.scalar(rechecked) == session.scalar(passed) > 0
    for plan_id, unit_id, status, opened_on, done_on, quota in tasks:
        rows = lines_of_unit(session, plan_id, unit_id)
        lines = [day_line(row) for row in rows]
        numbers = session.scalars(select(Ballot.number).where(Ballot.unit_id == unit_id)).all()
        for n, line in enumerate(lines):  # each could have been typed on the page of the unit
            assert check_line(totals_of(lines[:n]), line, unit="", quota=quota) == ()
            assert opened_on <= line.day <= (done_on or date.today())
        valid = totals_of(lines).valid
        if status is TaskStatus.DONE:
            assert (valid, len(numbers)) == (quota, quota)
        elif status is TaskStatus.IN_PROGRESS:
            assert 0 < valid < quota
            assert not numbers
        else:
            assert not lines


def test_demo_is_made_once_and_removed_whole(make_app):
    from tracker.db import db
    from tracker.models import Ballot, LedgerLine, Plan, Unit

    app = make_app()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    made = runner.invoke(args=["demo", "create"])
    assert made.exit_code == 0, made.output
    with app.app_context():
        ballots_say_what_tasks_say(db.session())
    again = runner.invoke(args=["demo", "create"])
    assert (again.exit_code, "Dữ liệu mẫu đã có" in again.stderr) == (1, True)
    assert runner.invoke(args=["journal", "verify"]).output.startswith("Nhật ký liền mạch")
    removed = runner.invoke(args=["demo", "remove"])
    assert removed.output == "Đã gỡ dữ liệu mẫu: 1 kế hoạch.\n"
    with app.app_context():
        for table in (Plan, Unit, LedgerLine, Ballot):
            assert db.session.scalar(db.select(db.func.count()).select_from(table)) == 0
    assert runner.invoke(args=["demo", "remove"]).output == "Không có dữ liệu mẫu.\n"
    assert runner.invoke(args=["journal", "verify"]).output.startswith("Nhật ký liền mạch")


def test_journal_verify_looks_for_a_mark_that_was_kept(make_app):
    from tracker.db import db
    from tracker.queries import journal

    app = make_app()
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    assert runner.invoke(args=["demo", "create"]).exit_code == 0
    with app.app_context():
        kept = journal.mark(db.session())
    found = runner.invoke(args=["journal", "verify", "--mark", f" {kept.hash.upper()}\n"])
    assert (found.exit_code, found.output.splitlines()[1]) == (0, f"Mốc là dòng {kept.line}, còn nguyên.")
    lost = runner.invoke(args=["journal", "verify", "--mark", "0" * 64])
    assert (lost.exit_code, lost.stderr.startswith("Nhật ký không có dòng nào mang mã này")) == (1, True)
