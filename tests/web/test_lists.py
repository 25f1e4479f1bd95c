"""Lists found without accents, and taken away as files that hold what the filter shows."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from tests.web.conftest import MakeWorld, World
from tests.web.pages import Page
from tracker.db import transaction
from tracker.models import Plan, Unit, User
from tracker.rules.states import Role
from tracker.wording import search_key


def rows_of(page: Page) -> list[list[str]]:
    """A file's rows, heading first."""
    assert page.status == 200
    assert "attachment" in page.response.headers["Content-Disposition"]
    if "csv" in page.response.headers["Content-Type"]:
        return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(page.content)).active
    return [[str(cell) if cell is not None else "" for cell in row] for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def late(make_world: MakeWorld) -> World:
    world = make_world(until=1)
    with world.app.app_context(), transaction() as session:
        unit = session.get_one(Unit, world.people.units[1].id)
        unit.name, unit.search_key = "=UBND phường Cam Linh", search_key("=UBND phường Cam Linh")
    return world


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("address", "found", "missing"),
    [
        ("/units/list.{form}?q=cam linh", "Cam Linh", "UBND xã Số 0001"),
        ("/plans/1/matrix.{form}?q=cam linh", "Cam Linh", "UBND xã Số 0001"),
        ("/plans/1/late.{form}", "Cung cấp số liệu", "Tổng hợp"),
        ("/outbox/list.{form}?q=contact1", "Đầu Mối 1", "Đầu Mối 2"),
        ("/journal/list.{form}?q=bat dau trien khai", "bắt đầu triển khai", "xác nhận"),
        ("/late.{form}", "Cung cấp số liệu", "Tổng hợp"),
        ("/plans/1/stages/2/units.{form}?only=late", "Quá hạn 5 ngày", "Phòng Nội vụ"),
        ("/plans/1/stages/1/units.{form}", "Phòng Nội vụ", "Cam Linh"),
        ("/plans/1/ballots/units.{form}", "Cam Linh", "Phòng Nội vụ"),
        ("/plans/1/recheck/units.{form}", "Chưa vào phúc tra", "Phòng Nội vụ"),
        ("/plans/1/entry/units.{form}?q=cam linh", "Cam Linh", "UBND xã Số 0001"),
        ("/plans/1/entry/units.{form}?only=shut", "Chưa mở", "Đang nhập"),
        ("/plans/list.{form}?q=khao sat", "Khảo sát mức độ hài lòng năm 2021", "Kế hoạch nào khác"),
    ],
)
def test_a_file_holds_what_the_filter_shows(late: World, address: str, found: str, missing: str, form: str) -> None:
    rows = rows_of(late.browser().get(address.format(form=form)))
    text = "\n".join(";".join(row) for row in rows)
    assert len(rows) > 1
    assert found in text
    assert missing not in text


def test_units_that_are_no_more_are_a_file_of_their_own(late: World) -> None:
    with late.app.app_context(), transaction() as session:
        session.get_one(Unit, late.people.units[0].id).valid_to = date(2021, 6, 1)
    browser = late.browser()
    page = browser.get("/units?state=ended")
    [file] = [link for link in page.tree.xpath("//a/@href") if "/units/list.csv" in link]
    assert [row[0] for row in rows_of(browser.get(file))[1:]] == ["UBND xã Số 0001"]
    assert "UBND xã Số 0001" not in [row[0] for row in rows_of(browser.get("/units/list.csv"))]


def test_no_cell_is_run_as_a_formula(late: World) -> None:
    browser = late.browser()
    assert rows_of(browser.get("/units/list.csv?q=cam linh"))[1][0] == "'=UBND phường Cam Linh"
    book = load_workbook(io.BytesIO(browser.get("/units/list.xlsx?q=cam linh").content))
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}


def test_a_file_goes_on_past_the_page(make_world: MakeWorld) -> None:
    browser = make_world(units=120).browser()
    assert len(rows_of(browser.get("/units/list.csv?page=2"))) == 121


def test_the_pages_offer_their_files_with_the_filter(late: World) -> None:
    browser = late.browser()
    for path, text in (
        ("/units?q=cam linh", "/units/list.xlsx?q=cam+linh"),
        ("/plans/1?only=late&page=1", "/plans/1/matrix.xlsx?only=late"),
        ("/journal?verb=lập", "/journal/list.xlsx?verb="),
        ("/outbox?q=contact1", "/outbox/list.xlsx?q=contact1"),
        ("/plans?q=khao", "/plans/list.xlsx?q=khao"),
        ("/", "/late.xlsx"),
        ("/plans/1/stages/2?only=late", "/plans/1/stages/2/units.xlsx?only=late"),
        ("/plans/1/ballots?page=1", "/plans/1/ballots/units.xlsx"),
        ("/plans/1/recheck?page=1", "/plans/1/recheck/units.xlsx"),
        ("/plans/1/entry?only=shut", "/plans/1/entry/units.xlsx?only=shut"),
    ):
        page = browser.get(path)
        assert any(address.startswith(text) for address in page.links.values()), path
    assert browser.get("/units?q=cam linh").links["Tải bảng (Excel)"] == "/units/list.xlsx?q=cam+linh"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_administrator_takes_the_users_away(world: World, form: str) -> None:
    with world.app.app_context(), transaction() as session:
        session.execute(update(User).where(User.username == "sat").values(role=Role.ADMIN))
    browser = world.browser("sat")
    assert browser.get("/users").links["Tải bảng (Excel)"] == "/users/list.xlsx"
    rows = rows_of(browser.get(f"/users/list.{form}"))
    assert rows[0][:2] == ["Họ và tên", "Tên đăng nhập"]
    assert ["Trần Thu Hà", "Điều phối viên", "Đang dùng"] in [[row[0], row[5], row[7]] for row in rows]
    assert world.browser().get(f"/users/list.{form}").status == 403


def test_plans_are_found_by_name_and_number_without_accents(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        plan = session.get_one(Plan, world.plan_id)
        plan.number, plan.issuer = "104/KH-UBND", "UBND thị xã Hà Đông"
    browser = world.browser()
    for question in ("ha dong", "104", "KHAO SAT", "Hà Đông"):
        assert "Khảo sát mức độ hài lòng" in browser.get(f"/plans?q={question}").text
    assert "Không tìm thấy “đồng tháp”" in browser.get("/plans?q=đồng tháp").text


def test_the_journal_is_searched_without_accents_and_paged(make_world: MakeWorld) -> None:
    browser = make_world(units=60, until=2).browser()
    page = browser.get("/journal?q=so 0007")
    assert page.all("main//ol[@class='story']/li")
    assert all("Số 0007" in line for line in page.all("main//ol[@class='story']/li"))
    many = browser.get("/journal?q=cung cap so lieu")
    assert "Trang 1/2" in many.text
    assert "Không có dòng nhật ký khớp bộ lọc" in browser.get("/journal?q=khong co gi").text


def test_another_office_takes_away_nothing_of_ours(late: World) -> None:
    mai = late.browser("mai")
    for path in ("/units/list.csv", "/outbox/list.csv", "/journal/list.csv", "/plans/list.csv"):
        assert "Cam Linh" not in mai.get(path).source
    assert mai.get("/plans/1/matrix.csv").status == 404
    assert mai.get("/plans/1/late.csv").status == 404
    assert "Cam Linh" not in mai.get("/late.csv").source
    for path in ("stages/2/units", "ballots/units", "recheck/units", "entry/units", "boxes/list"):
        assert mai.get(f"/plans/1/{path}.csv").status == 404
