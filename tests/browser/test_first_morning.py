"""A coordinator's first morning: sign in, take in the signed plan, start it, finish a stage, see the next one open."""

import re
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.browser.conftest import SEEDS, Site, sign_in
from tracker import clock

pytestmark = pytest.mark.browser


def plan_of_this_year() -> str:
    """The Cam Ranh plan, as if it were signed for the coming months: nothing of it is past."""
    text = (SEEDS / "plans" / "cam-ranh-2021.txt").read_text(encoding="utf-8")
    year = clock.today().year + 1
    return re.sub(r"(?<=/)2021\b", str(year), text).replace("năm 2021", f"năm {year}")


def word_file(folder: Path) -> Path:
    """The same plan as a Word file with a real table."""
    document = Document()
    rows = []
    for line in plan_of_this_year().splitlines():
        if "\t" in line:
            rows.append(line.split("\t"))
            continue
        if rows and line.strip():
            _table(document, rows)
            rows = []
        if line.strip():
            document.add_paragraph(line)
    path = folder / "ke-hoach-cam-ranh.docx"
    document.save(path)
    return path


def _table(document, rows) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def settle_all_points(page: Page) -> None:
    """Tick off every doubt, one by one, as a person would."""
    points = page.get_by_role("main").get_by_role("button", name="Đã xem, không cần sửa")
    for left in range(points.count(), 0, -1):
        points.first.click()
        expect(points).to_have_count(left - 1)


def test_a_coordinator_takes_in_a_plan_and_sees_a_stage_open(page: Page, site: Site, tmp_path: Path):
    sign_in(page, site)
    page.goto(f"{site.url}/intake")
    page.set_input_files("main input[type=file]", word_file(tmp_path))
    page.get_by_role("button", name="Bóc tách kế hoạch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rà soát bản bóc tách")
    main = page.get_by_role("main")
    expect(main).to_contain_text("8 nội dung công việc")
    settle_all_points(page)
    page.get_by_role("button", name="Duyệt bản bóc tách").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Chọn đơn vị")
    boxes = page.locator("main input[type=checkbox][name=unit], main input[type=checkbox][name=unit_ids]")
    assert boxes.count() == 30
    for box in boxes.all():
        box.check()
    page.get_by_role("button", name=re.compile("^(Tiếp tục|Xem trước)")).first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Xem trước")
    expect(main).to_contain_text(f"19/6/{clock.today().year + 1}")
    expect(main).to_contain_text("95 việc")
    page.get_by_role("button", name=re.compile("^Tạo kế hoạch")).click()

    # The plan exists and does not run yet; starting it says what will happen and asks.
    page.get_by_role("link", name="Bắt đầu triển khai").first.click()
    expect(main).to_contain_text("95 việc cho 30 đơn vị")
    page.get_by_role("button", name="Bắt đầu triển khai").click()
    expect(main).to_contain_text("Đang triển khai")

    # Stage 1 is the office's own: report it, and stage 2 opens for all thirty.
    page.get_by_role("link", name=re.compile("Xây dựng kế hoạch")).first.click()
    if "/stages/" in page.url:
        page.locator("main a[href*='/tasks/']").first.click()
    page.get_by_role("button", name="Báo hoàn thành").click()
    expect(main).to_contain_text("Cung cấp thông tin, số liệu")
    plan_path = page.locator(".crumbs a[href^='/plans/']").first.get_attribute("href")
    page.goto(site.url + (plan_path or "/plans"))
    page.get_by_role("link", name=re.compile("Cung cấp thông tin, số liệu")).first.click()
    expect(main).to_contain_text("Đơn vị 0/30 xong")
    expect(main).to_contain_text("Đang làm")
    expect(main).not_to_contain_text("Chưa mở")
