"""Phiếu giao việc: the page to print, the text to paste, the Word file; all with the contact's own link."""

from __future__ import annotations

import io

import docx
import pytest
from sqlalchemy import select

from tests.documents.papers import lines_of, pages_of
from tests.web.conftest import MakeWorld, World, statements
from tracker.db import db, transaction
from tracker.models import Contact, Task
from tracker.tokens import personal_token


def link_of(world: World, number: int = 0) -> str:
    token = personal_token(str(world.app.secret_key), world.people.units[number].contact_id, f"n{number + 1}")
    return f"{world.app.config['PUBLIC_URL']}/v/{token}"


def test_a_sheet_of_all_work_of_a_unit_with_its_link(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    browser, unit = world.browser(), world.people.units[0]
    page = browser.get(f"/plans/{world.plan_id}/briefs?picked=yes&unit={unit.id}")
    assert page.all("article//h2") == ["PHIẾU GIAO VIỆCUBND xã Số 0001"]
    assert page.all("article//dd") == [
        "Kế hoạch số 12/KH-UBND ngày 28/5/2021 của UBND thành phố Cam Ranh",
        "UBND xã Số 0001",
        "Đầu Mối 1",
        "Trần Thu Hà, Phòng Nội vụ, điện thoại 0258 3000 000, ha1@example.vn",
    ]
    assert page.all("article//tbody/tr") == [
        "1Cung cấp số liệu30/6/2021Làm được ngay",
        "2Điều tra khảo sát (60 phiếu)02/7/202115/9/2021Chưa mở",
    ]
    assert page.elements("article//svg[@class='segno']")
    (box,) = page.elements("textarea")
    assert box.text.strip() == (
        "UBND xã Số 0001: cung cấp số liệu, hạn Thứ Tư, 30/6/2021 (quá hạn 5 ngày). Xem và báo hoàn thành: " + link_of(world)
    )
    assert "style=" not in page.source, "the policy of content lets no inline style through"


def test_a_sheet_about_one_piece_of_work(make_world: MakeWorld) -> None:
    world = make_world(until=2)
    unit = world.people.units[0]
    with world.app.app_context():
        task_id = db.session.scalars(select(Task.id).where(Task.unit_id == unit.id).order_by(Task.id)).all()[1]
    browser = world.browser()
    assert browser.get(f"/tasks/{task_id}").links["In phiếu giao việc"] == f"/plans/1/briefs?unit={unit.id}&task={task_id}"
    page = browser.get(f"/plans/{world.plan_id}/briefs?unit={unit.id}&task={task_id}")
    assert page.all("article//dd")[3:6] == [
        "Triển khai điều tra khảo sát (60 phiếu)",
        "Từ 02/7/2021 đến hết Thứ Tư, 15/9/2021 Kế hoạch ghi: “Từ ngày 02/7/2021- 15/9/2021”",
        "Đã mở, làm được ngay",
    ]
    made = browser.get(f"/plans/{world.plan_id}/units/{unit.id}/brief.docx?task={task_id}")
    assert made.response.headers["Content-Disposition"] == f"attachment; filename=phieu-giao-viec-1-{unit.id}-{task_id}.docx"
    lines = lines_of(made.content)
    assert lines[:3] == ["UBND THÀNH PHỐ CAM RANH / PHÒNG NỘI VỤ | Mã việc: 1-1-3".replace("1-1-3", f"1-{unit.id}-{task_id}"),
        "PHIẾU GIAO VIỆC", "Điều tra khảo sát"]  # fmt: skip
    assert "4. Việc phải làm: | Triển khai điều tra khảo sát" in lines
    assert "8. Việc chờ kết quả này: | Nhập liệu" in lines
    assert len(docx.Document(io.BytesIO(made.content)).inline_shapes) == 1


@pytest.mark.office
def test_the_word_file_is_one_page(make_world: MakeWorld, tmp_path) -> None:
    world = make_world(until=1)
    made = world.browser().get(f"/plans/{world.plan_id}/units/{world.people.units[0].id}/brief.docx")
    (page,) = pages_of(made.content, tmp_path)
    assert "PHIẾU GIAO VIỆC" in page
    assert "Quét để xem" in page


def test_many_units_are_one_sheet_each_and_asked_for_in_the_same_number_of_questions(make_world: MakeWorld) -> None:
    asked = {}
    for units in (3, 30):
        world = make_world(units=units, until=1)
        browser = world.browser()
        picked = "&".join(f"unit={unit.id}" for unit in world.people.units)
        with statements(world.app) as said:
            page = browser.get(f"/plans/{world.plan_id}/briefs?{picked}")
        asked[units] = len(said)
        assert len(page.elements("article")) == units
    assert asked[3] == asked[30]


def test_without_a_contact_there_is_no_link_and_the_sheet_says_so(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    unit = world.people.units[0]
    with world.app.app_context(), transaction() as session:
        session.delete(session.get_one(Contact, unit.contact_id))
    page = world.browser().get(f"/plans/{world.plan_id}/briefs?unit={unit.id}")
    assert page.with_class("refusal") == ["UBND xã Số 0001 chưa có đầu mối nên chưa có liên kết; thêm ít nhất một người."]
    assert page.elements("textarea") == []


def test_only_those_who_run_the_plan_get_the_link(make_world: MakeWorld) -> None:
    world = make_world(until=1)
    unit = world.people.units[0]
    for path in (f"/plans/1/briefs?unit={unit.id}", f"/plans/1/units/{unit.id}/brief.docx"):
        assert [world.browser(name).get(path).status for name in ("dung", "sat", "mai")] == [403, 403, 404]
    none = world.browser().get("/plans/1/briefs?picked=yes")
    assert none.location == "/plans/1#don-vi"
