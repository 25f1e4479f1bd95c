"""`flask plan new`: the dates of a new plan before it exists, then the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select

from tests.applications import MakeApp
from tests.builders import moment
from tracker.db import db
from tracker.models import Plan, Stage, Task, Unit

UNITS = str(Path(__file__).parent.parent / "seeds" / "units" / "cam-ranh.csv")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(moment(2026, 11, 20, 9), tick=False):
        yield


def run(app, *words):
    return app.test_cli_runner().invoke(args=["plan", "new", "--units", UNITS, *words])


def test_preview_prints_every_date_with_weekday_and_reason_and_needs_no_database(make_app: MakeApp):
    app = make_app(tables=False)
    said = run(app, "--template", "cam-ranh", "--year", "2027", "--preview")
    assert said.exit_code == 0, said.output
    lines = said.output.splitlines()
    assert lines[1] == "8 giai đoạn, 30 đơn vị, 95 việc"
    assert lines[3:7] == [
        "1. Xây dựng kế hoạch, dự toán kinh phí thực hiện",
        "   Chủ trì: Phòng Nội vụ · 1 việc",
        "   Văn bản ghi: “Trước ngày 20/6/2027”",
        "   Hạn Thứ Bảy, 19/6/2027, là ngày nghỉ; ngày làm việc cuối Thứ Sáu, 18/6/2027"
        " (“trước ngày”: tính đến hết ngày liền trước)",
    ]
    assert "   Từ Thứ Sáu, 02/7/2027, hạn Thứ Tư, 15/9/2027 (từ ngày đầu đến hết ngày cuối)" in lines
    assert sum(line.startswith("   Văn bản ghi") for line in lines) == 8
    assert not list(Path(app.instance_path).glob("*.sqlite*"))


def test_preview_names_dates_already_past(make_app: MakeApp):
    said = run(make_app(tables=False), "--template", "cam-ranh", "--year", "2026", "--preview")
    assert said.output.splitlines()[-2] == (
        "7 giai đoạn có hạn đã qua tính đến 20/11/2026: giai đoạn 1 (19/6/2026); giai đoạn 2 (30/6/2026); "
        "giai đoạn 3 (15/9/2026); giai đoạn 4 (30/9/2026); giai đoạn 5 (15/10/2026); giai đoạn 6 (30/10/2026); "
        "giai đoạn 7 (14/11/2026)."
    )


def test_preview_counts_back_from_the_last_day(make_app: MakeApp):
    said = run(make_app(tables=False), "--template", "cam-ranh", "--year", "2027", "--last-on", "2027-12-31", "--preview")
    assert "Hạn Thứ Sáu, 31/12/2027" in said.output


def test_preview_of_ha_dong_says_which_stages_have_no_date(make_app: MakeApp):
    said = run(make_app(tables=False), "--template", "ha-dong", "--year", "2027", "--preview")
    assert "Không có hạn (văn bản không ghi thời gian)" in said.output
    assert "17 giai đoạn không có hạn." in said.output


def test_new_creates_the_plan_with_its_units_once_more_for_another_office(make_app: MakeApp):
    app = make_app(DEMO="0")
    said = run(app, "--template", "cam-ranh", "--year", "2027", "--role", "office=Phòng Văn hóa - Xã hội")
    assert said.exit_code == 0, said.output
    with app.app_context():
        plan = db.session.scalars(select(Plan)).one()
        assert said.output == f"Đã tạo kế hoạch Khảo sát 2027 (/plans/{plan.id}) cho 30 đơn vị; chưa triển khai, chưa gửi thư.\n"
        assert len(db.session.scalars(select(Unit)).all()) == 30
        assert len(db.session.scalars(select(Task)).all()) == 95
        leads = list(db.session.scalars(select(Stage.lead).order_by(Stage.position)))
        assert leads[0] == "Phòng Văn hóa - Xã hội"
        assert (plan.issuer, plan.year, plan.ballots) == ("UBND thành phố Cam Ranh", 2027, 1650)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--template", "không-có", "--year", "2027"), "Không có kế hoạch mẫu “không-có”; chọn một trong: ca-mau, cam-ranh"),
        (("--template", "cam-ranh", "--year", "2027", "--role", "x=y"), "Không hiểu --role “x=y”"),
        (("--template", "ha-dong", "--year", "2027", "--last-on", "2027-12-31"), "Kế hoạch mẫu không có ngày nào"),
        (("--template", "cam-ranh", "--year", "1"), "năm 1 ngoài khoảng"),
        (("--template", "cam-ranh", "--year", "2027", "--last-on", "32/1/2027"), "32/1/2027"),
    ],
)
def test_a_wrong_word_is_one_clear_line(make_app: MakeApp, words, names):
    said = run(make_app(tables=False), *words, "--preview")
    assert said.exit_code != 0
    assert names in said.stderr
    assert "Traceback" not in said.output
