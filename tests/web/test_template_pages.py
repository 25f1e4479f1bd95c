"""Kế hoạch mẫu in the browser: the list, the choices, every date, the plan; and units that join a plan."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select

from tests.builders import moment
from tests.web.conftest import MakeWorld, World, statements
from tracker.db import db
from tracker.models import Plan, PlanTemplateRow, PlanUnit, Stage, Task

NEW = "/templates/cam-ranh/new"


def fields(world: World, **changes: object) -> dict[str, object]:
    ids = [u.id for u in world.people.units]
    return {"year": "2022", "anchor": "year", "role-office": "Phòng Nội vụ", "unit": ids} | changes


def test_the_list_shows_the_five_samples_and_the_office_its_own_plans(world: World) -> None:
    browser = world.browser()
    page = browser.get("/templates")
    assert len(page.with_class("line")) == 5
    assert browser.post(f"/plans/{world.plan_id}/template").location == f"/templates#ke-hoach-{world.plan_id}"
    page = browser.get("/templates")
    assert "12/KH-UBND ngày 28/5/2021 của UBND thành phố Cam Ranh" in page.with_class("line-meta")[0]
    assert len(page.with_class("line")) == 6


def test_the_form_starts_with_the_coming_year_and_the_templates_offices(world: World) -> None:
    page = world.browser().get(NEW)
    assert page.elements("input[@name='year']")[0].get("value") == "2022"
    assert page.elements("input[@name='role-superior']")[0].get("value") == "Sở Nội vụ"
    assert len(page.elements("input[@name='unit'][@checked]")) == 3


def test_the_preview_shows_each_date_beside_its_wording_with_the_reason(world: World) -> None:
    page = world.browser().post(NEW, **fields(world), step="preview")
    assert page.status == 200
    rows = [" ".join(row.text_content().split()) for row in page.elements("table/tbody/tr")]
    assert len(rows) == 8
    assert "Trước ngày 20/6/2022“trước ngày”: tính đến hết ngày liền trước" in rows[0]
    assert "Chủ nhật, 19/6/2022" in rows[0]
    assert "Ngày nghỉ" in rows[0]
    assert "ngày làm việc cuối: Thứ Sáu, 17/6/2022" in rows[0]
    assert "có hạn đã qua" not in page.text
    with world.app.app_context():
        assert len(db.session.scalars(select(Plan)).all()) == 1


def test_dates_already_past_are_named(world: World) -> None:
    page = world.browser().post(NEW, **fields(world, year="2021"), step="preview")
    assert "2 giai đoạn có hạn đã qua:" in page.text.replace("\xa0", " ")


def test_create_makes_the_plan_for_this_office(world: World) -> None:
    browser = world.browser()
    done = browser.post(NEW, **fields(world, **{"role-office": "Phòng Văn hóa - Xã hội"}), step="create")
    assert done.status == 302
    with world.app.app_context():
        plan = db.session.scalars(select(Plan).order_by(Plan.id.desc())).first()
        assert plan is not None
        assert done.location == f"/plans/{plan.id}"
        assert (plan.year, plan.office_id) == (2022, world.people.office_id)
        assert len(db.session.scalars(select(Task).where(Task.plan_id == plan.id)).all()) == 3 * 3 + 5
        assert (
            db.session.scalar(select(Stage.lead).where(Stage.plan_id == plan.id, Stage.position == 1)) == "Phòng Văn hóa - Xã hội"
        )
    assert "Chưa triển khai" in browser.follow(done).text


def test_choosing_again_keeps_what_was_chosen(world: World) -> None:
    unit = world.people.units[1].id
    page = world.browser().post(NEW, **fields(world, unit=[unit], year="2025"), step="edit")
    assert [box.get("value") for box in page.elements("input[@name='unit'][@checked]")] == [str(unit)]
    assert page.elements("input[@name='year']")[0].get("value") == "2025"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"year": ""}, "Chưa chọn năm của kế hoạch."),
        ({"year": "1900"}, "Số phải từ 2000 đến 2099."),
        ({"anchor": "signed"}, "Chưa ghi ngày ký."),
        ({"anchor": "last"}, "Chưa ghi ngày cuối cùng."),
        ({"unit": []}, "Chưa chọn đơn vị nào"),
        ({"last_on": "31/2/2022"}, "không có trong lịch"),
    ],
)
def test_a_wrong_choice_comes_back_with_its_sentence(world: World, changes: dict[str, object], said: str) -> None:
    page = world.browser().post(NEW, **fields(world, **changes), step="preview")
    assert page.status == 422
    assert said in page.text


def test_by_last_day_the_plan_ends_there(world: World) -> None:
    page = world.browser().post(NEW, **fields(world, anchor="last", last_on="30/12/2022"), step="preview")
    assert "Thứ Sáu, 30/12/2022" in page.text


def test_units_of_another_office_are_not_taken_in(world: World) -> None:
    page = world.browser().post(NEW, **fields(world, unit=["999999"]), step="create")
    assert page.status == 422


def test_another_office_sees_no_template_of_ours_and_a_leader_makes_no_plan(world: World) -> None:
    world.browser().post(f"/plans/{world.plan_id}/template")
    key = f"ke-hoach-{world.plan_id}"
    assert world.browser("mai").get(f"/templates/{key}/new").status == 404
    assert world.browser("mai").post(f"/plans/{world.plan_id}/template").status in (403, 404)
    assert world.browser("dung").get(NEW).status == 403
    with world.app.app_context():
        assert len(db.session.scalars(select(PlanTemplateRow)).all()) == 1


def test_an_accepted_draft_becomes_a_template(world: World) -> None:
    head = "KẾ HOẠCH\nKhảo sát năm 2021\nSTT\tNội dung công việc\tĐơn vị thực hiện\tThời gian\n"
    text = f"{head}1\tLập kế hoạch\tPhòng Nội vụ\tTháng 8/2021\n"
    browser = world.browser()
    address = browser.post("/intake", text=text).location
    assert browser.post(f"{address}/template").status == 409
    assert browser.post(f"{address}/accept").status == 302
    assert browser.post(f"{address}/template").location.startswith("/templates#van-ban-")
    assert len(browser.get("/templates").with_class("line")) == 6


def test_units_join_a_running_plan(make_world: MakeWorld) -> None:
    world = make_world(units=3)
    browser = world.browser()
    assert "Không còn đơn vị nào để thêm" in browser.get(f"/plans/{world.plan_id}/units/add").text
    browser.post(
        "/units/import", text="đơn vị;khối;đầu mối;thư điện tử\nUBND xã Mới;UBND xã, phường;Bà Lê Thị Mới;moi@example.vn"
    )
    page = browser.get(f"/plans/{world.plan_id}/units/add")
    boxes = page.elements("input[@name='unit']")
    assert len(boxes) == 1
    assert browser.post(f"/plans/{world.plan_id}/units/add").status == 409
    done = browser.post(f"/plans/{world.plan_id}/units/add", unit=boxes[0].get("value"))
    assert done.location == f"/plans/{world.plan_id}#don-vi"
    assert "Đã thêm 1 đơn vị, 2 việc; 1 thư báo cho đầu mối." in browser.follow(done).text.replace("\xa0", " ")
    with world.app.app_context():
        assert len(db.session.scalars(select(PlanUnit)).all()) == 4


@pytest.mark.parametrize("path", ["/templates", NEW, "/plans/{plan}/units/add"])
def test_pages_ask_as_much_for_many_units_as_for_few(make_world: MakeWorld, path: str) -> None:
    counts = []
    for units in (2, 12):
        world = make_world(units=units, DATABASE_URL=f"sqlite:///units{units}.sqlite")
        browser = world.browser()
        with statements(world.app) as said:
            assert browser.get(path.format(plan=world.plan_id)).status == 200
        counts.append(len(said))
    assert counts[0] == counts[1]


def test_late_in_the_year_the_next_one_is_offered(world: World, clock: time_machine.Traveller) -> None:
    clock.move_to(moment(2026, 11, 20, 9))
    assert world.browser().get("/templates/van-thang/new").elements("input[@name='year']")[0].get("value") == "2027"


def test_an_own_template_is_renamed_and_removed_on_its_page(world: World) -> None:
    browser = world.browser()
    browser.post(f"/plans/{world.plan_id}/template")
    key = f"ke-hoach-{world.plan_id}"
    path = f"/templates/{key}/edit"
    assert path in browser.get("/templates").links.values()
    wrong = browser.post(path, name="Năm {nam}")
    assert (wrong.status, "Năm {nam}" in wrong.text) == (422, True)
    assert "{year}, {office}, {committee}; sửa phần còn lại." in wrong.text
    assert browser.follow(browser.post(path, name="Khảo sát năm {year} của ta")).status == 200
    assert "Khảo sát năm {year} của ta" in browser.get(path).text
    assert world.browser("mai").get(path).status == 404
    assert browser.get("/templates/cam-ranh/edit").status == 404
    asked = browser.post(f"/templates/{key}/remove")
    assert "Xóa hẳn mẫu này?" in asked.text
    assert path in browser.get("/templates").links.values()
    left = browser.follow(browser.post(f"/templates/{key}/remove", agreed="yes"))
    assert path not in left.links.values()
    assert browser.get(path).status == 404


def test_the_preview_says_how_groups_are_surveyed(world: World) -> None:
    page = world.browser().post(NEW, **fields(world), step="preview")
    assert page.with_class("line-title") == ["UBND xã, phường", "Trạm Y tế"]
    assert [line.replace("\xa0", " ") for line in page.with_class("line-meta")] == [
        "60 phiếu mỗi đơn vị. Mẫu phiếu: Phiếu khảo sát mức độ hài lòng đối với sự phục vụ của UBND xã, phường.",
        "50 phiếu mỗi đơn vị. Mẫu phiếu: Phiếu khảo sát mức độ hài lòng đối với sự phục vụ của trạm y tế.",
    ]


def test_dates_are_previewed_in_as_many_statements_for_many_units(make_world: MakeWorld) -> None:
    counts = []
    for units in (2, 12):
        world = make_world(units=units, DATABASE_URL=f"sqlite:///preview{units}.sqlite")
        browser = world.browser()
        with statements(world.app) as said:
            assert browser.post(NEW, **fields(world), step="preview").status == 200
        counts.append(len(said))
    assert counts[0] == counts[1]
