"""Online counts by file: looked at first, taken in whole, twice is once, a changed figure is a line more."""

from __future__ import annotations

import io
from dataclasses import replace as with_

import pytest
from sqlalchemy import select

from tests.builders import moment
from tests.web.conftest import Browser, World, statements
from tests.web.pages import Page
from tests.web.test_fieldwork_pages import lines
from tracker.db import db, transaction
from tracker.models import JournalEntry, LedgerLine, Plan, StoredFile
from tracker.rules.method import method_of_table
from tracker.services import openings

HEADINGS = "Đơn vị;Ngày;Thu về [commune@1];Cán bộ trả lời hộ"
ROWS = ("UBND xã Số 0001;03/7/2021;40;2", "UBND xã Số 0001;04/7/2021;10;0", "ubnd xã số 0002;2021-07-03;1.200;")


@pytest.fixture
def field(make_world) -> World:
    """Three units in fieldwork, surveyed without a quota."""
    world = make_world(until=2)
    with world.app.app_context(), transaction() as session:
        openings.open_what_may_open(session, world.plan_id, now=moment(2021, 7, 5, 9))
    return world


def base(world: World) -> str:
    return f"/plans/{world.plan_id}/ballots/online"


def upload(world: World, browser: Browser, *rows: str, head: str = HEADINGS, name: str = "hue-s.csv") -> Page:
    content = "\n".join((head, *rows)).encode()
    return browser.post(base(world), file=(io.BytesIO(content), name))


def confirm(browser: Browser, world: World, page: Page) -> Page:
    return browser.post(f"{base(world)}/take-in", kept=page.value("kept"))


def taken(world: World, browser: Browser, *rows: str) -> list[str]:
    return browser.follow(confirm(browser, world, upload(world, browser, *rows))).banners


def faults(page: Page) -> list[str]:
    return page.all("div[@role='alert']//li")


def test_a_file_is_shown_first_then_taken_in_and_kept_as_evidence(field: World) -> None:
    browser = field.browser()
    page = upload(field, browser, *ROWS)
    assert page.h1 == "Xem trước: hue-s.csv"
    assert page.all("tbody/tr") == [
        "UBND xã Số 000103/7/2021–402+40",
        "UBND xã Số 000104/7/2021–100+10",
        "UBND xã Số 000203/7/2021–1.2000+1.200",
    ]
    assert lines(field) == []
    done = browser.follow(confirm(browser, field, page))
    assert done.banners == ["Đã ghi 3 dòng của 2 đơn vị vào sổ phiếu."]
    assert lines(field) == [(40, 40, 38, 2), (10, 10, 10, 0), (1200, 1200, 1200, 0)]
    kept = browser.get(done.links["hue-s.csv"])
    assert kept.content.decode() == "\n".join((HEADINGS, *ROWS))
    with field.app.app_context():
        line = db.session.scalars(select(LedgerLine).order_by(LedgerLine.id)).first()
        assert (line.source, line.reasons, line.note) == (
            "online", {"answered_by_official": 2}, "Số liệu trực tuyến, tệp “hue-s.csv”"
        )  # fmt: skip
        said = db.session.scalars(select(JournalEntry.what).where(JournalEntry.verb == "nhập")).all()
    assert said[0] == "số liệu trực tuyến của UBND xã Số 0001: 2\u00a0ngày, thu về 50, loại bỏ 2"


def test_twice_is_once_by_the_same_form_and_by_the_same_file(field: World) -> None:
    browser = field.browser()
    page = upload(field, browser, *ROWS)
    for _ in range(2):
        confirm(browser, field, page)
    again = upload(field, browser, *ROWS, name="khác.csv")
    assert "không có gì để ghi" in again.text
    assert browser.follow(confirm(browser, field, page)).banners == ["Tệp này đã nhập; sổ phiếu không có gì thay đổi."]
    assert len(lines(field)) == 3
    with field.app.app_context():
        assert len(db.session.scalars(select(StoredFile.id)).all()) == 1


def test_a_figure_that_changed_is_a_line_with_the_difference_there_and_back(field: World) -> None:
    browser = field.browser()
    taken(field, browser, *ROWS)
    page = upload(field, browser, "UBND xã Số 0001;03/7/2021;37;3", *ROWS[1:])
    assert page.all("tbody/tr") == ["UBND xã Số 000103/7/202140372 → 3-3 đính chính"]
    confirm(browser, field, page)
    assert lines(field)[3:] == [(-3, -3, -4, 1)]
    taken(field, browser, ROWS[0])  # the first figures again are no line that was there before
    assert lines(field)[4:] == [(3, 3, 4, -1)]
    taken(field, browser, "UBND xã Số 0001;03/7/2021;37;3")
    assert lines(field)[5:] == [(-3, -3, -4, 1)]


def test_what_was_shown_is_what_is_written_else_it_is_shown_again(field: World) -> None:
    browser, other = field.browser(), field.browser()
    page = upload(field, browser, ROWS[0])
    taken(field, other, "UBND xã Số 0001;03/7/2021;30;0")
    moved = confirm(browser, field, page)
    assert moved.status == 409
    assert moved.banners == ["Chưa ghi: sổ phiếu vừa thay đổi từ lúc xem trước; xem lại các dòng dưới đây rồi bấm ghi lần nữa."]
    assert moved.all("tbody/tr") == ["UBND xã Số 000103/7/202130400 → 2+10 đính chính"]
    assert lines(field) == [(30, 30, 30, 0)]
    confirm(browser, field, moved)
    assert lines(field)[1:] == [(10, 10, 8, 2)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("UBND xa So 0O01;03/7/2021;1;0", "Dòng 3: “UBND xa So 0O01” không khớp đơn vị nào; gần nhất là “UBND xã Số 0001”."),
        ("UBND xã Số 0001;31/6/2021;1;0", "Dòng 3, cột Ngày: “31/6/2021” không đọc được là ngày; ghi theo ngày/tháng/năm."),
        ("UBND xã Số 0001;06/7/2021;1;0", "Dòng 3: ngày 06/7/2021 ngoài thời gian khảo sát 02/7/2021 – 05/7/2021."),
        ("UBND xã Số 0001;01/7/2021;1;0", "Dòng 3: ngày 01/7/2021 ngoài thời gian khảo sát 02/7/2021 – 05/7/2021."),
        (
            "UBND xã Số 0001;03/7/2021;-1;0",
            "Dòng 3, cột Thu về: “-1” không phải số nguyên; ghi chữ số, không ghi kèm đơn vị tính.",
        ),
        ("UBND xã Số 0001;03/7/2021;;0", "Dòng 3, cột Thu về: để trống; điền số phiếu, không có thì ghi 0."),
        ("UBND xã Số 0001;03/7/2021;1;2", "Dòng 3, cột Cán bộ trả lời hộ: 2 nằm ngoài khoảng 0–1."),
        ("UBND xã Số 0002;03/7/2021;1;0", "Dòng 3: UBND xã Số 0002 ngày 03/7/2021 đã có ở dòng 2; giữ một dòng."),
        ("UBND xã Số 0001;03/7/2021;=1+1;0", "Dòng 3, cột Thu về [commune@1]: ô chứa công thức; dán giá trị thay công thức."),
        (";03/7/2021;1;0", "Dòng 3, cột Đơn vị: để trống; điền tên đơn vị trong kế hoạch."),
    ],
)
def test_one_wrong_row_and_nothing_is_taken_in(field: World, row: str, said: str) -> None:
    page = upload(field, field.browser(), "UBND xã Số 0002;03/7/2021;5;0", row)
    assert page.status == 422
    (fault,) = faults(page)
    assert fault.startswith(said)
    assert lines(field) == []


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("Đơn vị;Ngày;Thu về [online-nine@1];Cán bộ trả lời hộ", "Chưa nhập gì: tệp theo mẫu phiếu “"),
        ("Đơn vị;Ngày;Thu về;Cán bộ trả lời hộ", "Chưa nhập gì: không nhận ra mẫu phiếu của tệp; tải tệp mẫu của kế hoạch"),
        ("Đơn vị;Mã phiếu [commune@1];A1;A2", "Tệp thiếu cột Ngày, Thu về, Cán bộ trả lời hộ;"),
    ],
)
def test_the_file_of_another_questionnaire_is_refused_with_a_sentence(field: World, head: str, said: str) -> None:
    page = upload(field, field.browser(), "UBND xã Số 0001;03/7/2021;1;0", head=head)
    assert page.status == 422
    assert faults(page)[0].startswith(said)


def test_a_unit_that_is_surveyed_otherwise_or_whose_work_is_shut_is_refused(field: World) -> None:
    with field.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, field.plan_id)
        method = method_of_table(plan.method)
        groups = tuple(with_(group, questionnaire="online-nine@1") for group in method.groups)
        plan.method = with_(method, groups=groups).as_table()
    page = upload(field, field.browser(), "UBND xã Số 0001;03/7/2021;1;0")
    assert page.status == 422
    assert "không phải “" in faults(page)[0]


def test_nothing_is_taken_in_before_the_gate_of_fieldwork_opens(make_world) -> None:
    world = make_world(until=1)
    page = upload(world, world.browser(), "UBND xã Số 0001;03/7/2021;1;0")
    assert faults(page) == [
        "Dòng 2: Chưa ghi được số phiếu của UBND xã Số 0001: việc điều tra của đơn vị không đang thực hiện; mở việc trước."
    ]
    assert lines(world) == []


def test_no_file_an_empty_one_and_one_that_lies_about_its_type(field: World) -> None:
    browser = field.browser()
    assert faults(browser.post(base(field))) == ["Chưa chọn tệp; chọn tệp .xlsx hoặc .csv."]
    assert browser.post(base(field), file=(io.BytesIO(b"%PDF-1.7 x"), "a.csv")).status == 422
    assert faults(upload(field, browser)) == ["Tệp chỉ có dòng tiêu đề; thêm dữ liệu rồi nhập lại."]


def test_a_form_of_another_plan_or_made_up_or_too_old_writes_nothing(field: World, clock) -> None:
    browser = field.browser()
    page = upload(field, browser, *ROWS)
    assert browser.post(f"{base(field)}/take-in", kept=page.value("kept") + "x").status == 409
    assert browser.post(f"{base(field)}/take-in").status == 409
    clock.move_to(moment(2021, 7, 6, 1))
    assert browser.post(f"{base(field)}/take-in", kept=page.value("kept")).status in (302, 401, 409)
    assert lines(field) == []


def test_the_file_to_fill_in_names_the_units_and_the_questionnaire(field: World) -> None:
    browser = field.browser()
    page = browser.get(base(field))
    (address,) = [href for href in page.links.values() if href.endswith(".csv")]
    text = browser.get(address).content.decode("utf-8-sig").splitlines()
    assert text[0].replace('"', "").replace(",", ";") == HEADINGS
    assert "UBND xã Số 0001" in text[1]
    assert browser.get(f"{base(field)}/other@1.csv").status == 404


def test_a_long_file_costs_the_same_number_of_statements_as_a_short_one(field: World) -> None:
    browser = field.browser()
    asked = {}
    for rows in (1, 3):
        many = [f"UBND xã Số {unit:04d};0{day}/7/2021;{rows};0" for unit in range(1, rows + 1) for day in range(2, 6)]
        page = upload(field, browser, *many)
        with statements(field.app) as said:
            confirm(browser, field, page)
        asked[rows] = len([one for one in said if not one.startswith("INSERT INTO ledger_line")])
    assert asked[3] <= asked[1] + 4, "a line of the journal for each unit more, and no more than that"
