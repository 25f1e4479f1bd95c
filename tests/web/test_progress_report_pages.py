"""The page of the progress report, its Word file and workbook."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from tests.documents.papers import lines_of
from tests.web.conftest import World
from tests.web.pages import squeezed
from tracker.db import db, transaction
from tracker.models import Task
from tracker.queries import journal
from tracker.rules.states import TaskStatus
from tracker.web import progress_reports
from tracker.wording import moment, number


def test_the_page_tells_the_day_its_stages_and_who_is_late(world: World) -> None:
    page = world.browser("dung").get(f"/plans/{world.plan_id}/progress")
    assert page.h1 == "Báo cáo tiến độ đến ngày 05/7/2021"
    assert "Tổng số 8 việc của 3 đơn vị. Đã hoàn thành 0 việc (0%)" in page.text
    assert (
        "Giai đoạn 2 (Cung cấp số liệu) chưa mở: giai đoạn 1 (Xây dựng kế hoạch) chưa hoàn thành" in page.with_class("refusal")[0]
    )
    rows = [row for row in page.all("tr") if "chậm tiến độ" in row]
    assert rows
    assert page.links["Báo cáo (Word)"] == f"/plans/{world.plan_id}/progress/bao-cao.docx?on=05/7/2021"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("31/2/2021", "Ngày “31/2/2021” không có trong lịch; kiểm tra lại ngày và tháng."),
        ("hôm qua", "“hôm qua” không đọc được là ngày; ghi theo ngày/tháng/năm, ví dụ 27/9/2021."),
        ("06/7/2021", "Ngày báo cáo không sau hôm nay; dưới đây là số liệu hôm nay."),
    ],
)
def test_a_day_that_cannot_be_told_is_said_so(world: World, typed: str, said: str) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/progress?on={typed}")
    assert (page.status, page.banners) == (200, [said])


def test_the_page_names_what_is_latest_and_the_files_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, path = world.browser(), f"/plans/{world.plan_id}/progress"
    assert "quá hạn lâu nhất" not in browser.get(path).text
    with world.app.app_context(), transaction() as session:
        task = session.scalars(
            select(Task).where(Task.plan_id == world.plan_id, Task.unit_id.is_not(None)).order_by(Task.id)
        ).first()
        assert task is not None
        task.status, task.opened_on, task.due_on = TaskStatus.IN_PROGRESS, date(2021, 6, 1), date(2021, 6, 2)
    monkeypatch.setattr(progress_reports, "LATE_SHOWN", 1)
    page = browser.get(path)
    assert len([row for row in page.all("tr") if "Cung cấp số liệu" in row and "02/6/2021" in row]) == 1
    said = "Bảng này là 1 việc quá hạn lâu nhất; 1 việc khác có trong Báo cáo (Word) và Bảng (Excel) của trang này."
    (line,) = [p for p in page.elements("main//p") if squeezed(p.text_content()) == said]
    assert "no-print" not in line.get("class"), "on paper too"
    assert page.text.index(said) < page.text.index("So với kế hoạch") < page.text.index("… và 1 việc khác.")
    assert "2 việc" in page.text
    assert "02 việc quá hạn; đã đôn đốc" in page.text, "a page has no annex to name"
    book = openpyxl.load_workbook(io.BytesIO(browser.client.get(f"{path}/bao-cao.xlsx").get_data()))
    assert len(list(book["Quá hạn"].iter_rows(min_row=5))) == 2
    annex = [line for line in lines_of(browser.client.get(f"{path}/bao-cao.docx").get_data()) if "02/6/2021" in line]
    assert len(annex) == 1


def test_the_word_file_is_in_the_form_of_a_report(world: World) -> None:
    answer = world.browser().client.get(f"/plans/{world.plan_id}/progress/bao-cao.docx?on=02/7/2021")
    assert answer.headers["Content-Disposition"] == "attachment; filename=bao-cao-tien-do-2021-07-02.docx"
    said = lines_of(answer.get_data())
    wanted = [
        "BÁO CÁO", "I. TÌNH HÌNH CHUNG", "II. KẾT QUẢ THEO GIAI ĐOẠN", "III. TỒN TẠI, NGUYÊN NHÂN",
        "IV. ĐỀ XUẤT, KIẾN NGHỊ", "V. NHIỆM VỤ THỜI GIAN TỚI", "DANH SÁCH ĐƠN VỊ CHƯA HOÀN THÀNH",
    ]  # fmt: skip
    assert [line for line in said if line in wanted] == wanted


def test_the_workbook_has_a_sheet_for_each_table(world: World) -> None:
    answer = world.browser().client.get(f"/plans/{world.plan_id}/progress/bao-cao.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    assert book.sheetnames == ["Giai đoạn", "Việc", "Quá hạn", "Số phiếu", "Gia hạn, bỏ qua điều kiện"]
    works = [[cell.value for cell in row] for row in book["Việc"].iter_rows(min_row=5)]
    assert len(works) == 8


def test_both_files_print_the_end_of_the_journal(world: World) -> None:
    browser = world.browser()
    with world.app.app_context():
        mark = journal.mark(db.session)
    assert mark is not None
    said = f"Mốc nhật ký khi lập báo cáo: dòng {number(mark.line)}, {moment(mark.at)}, mã kiểm chứng {mark.hash}."
    assert said in lines_of(browser.client.get(f"/plans/{world.plan_id}/progress/bao-cao.docx").get_data())
    book = browser.client.get(f"/plans/{world.plan_id}/progress/bao-cao.xlsx").get_data()
    first = openpyxl.load_workbook(io.BytesIO(book))["Giai đoạn"]
    assert said in [cell.value for cell in first["A"]]


@pytest.mark.parametrize("path", ["progress", "progress/bao-cao.docx", "progress/bao-cao.xlsx"])
def test_another_offices_report_does_not_exist(world: World, path: str) -> None:
    assert world.browser("mai").get(f"/plans/{world.plan_id}/{path}").status == 404
    assert world.browser("sat").get(f"/plans/{world.plan_id}/{path}").status == 200
