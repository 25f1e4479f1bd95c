"""Pages of a group's own week and days: shown with what moves, then applied."""

from __future__ import annotations

from sqlalchemy import select

from tests.web.conftest import World
from tracker.db import db
from tracker.models import GroupDay, UnitGroup


def group_id(world: World) -> int:
    with world.app.app_context():
        found = db.session.scalar(select(UnitGroup.id))
    assert found is not None
    return found


def week(world: World) -> str:
    with world.app.app_context():
        return db.session.get_one(UnitGroup, group_id(world)).works_on


def test_a_week_is_shown_with_what_it_moves_and_then_applied(world: World) -> None:
    ha, group = world.browser(), group_id(world)
    assert "UBND xã, phườngtheo lịch của cơ quan" in ha.get("/calendar").text
    fields = {"works_on": ["1", "2", "3", "4", "5", "6"], "source": "Thông báo 12"}
    page = ha.post(f"/calendar/groups/{group}/week", **fields)
    assert page.h1 == "Việc bị ảnh hưởng"
    assert "Khối UBND xã, phường: làm việc từ thứ Hai đến thứ Bảy" in page.text
    assert week(world) == ""
    done = ha.follow(ha.post(f"/calendar/groups/{group}/week", agreed="yes", **fields))
    assert done.banners[0] == "Đã sửa lịch của khối UBND xã, phường; không việc nào đổi hạn nhắc."
    assert week(world) == "123456"
    assert "chỉ lịch làm việc thay đổi" in page.text
    again = ha.post(f"/calendar/groups/{group}/week", **fields)
    assert again.banners == ["Không có thay đổi để áp dụng: lịch vẫn như cũ."]
    assert len(done.elements("input[@name='works_on'][@checked]")) == 6


def test_a_day_of_the_groups_own_comes_and_goes(world: World) -> None:
    ha, path = world.browser(), f"/calendar/groups/{group_id(world)}/days"
    day = {"day": "10/7/2021", "is_off": "no", "name": "Trực tiêm chủng", "source": "TB 5"}
    assert "làm việc: Thứ Bảy, 10/7/2021" in ha.post(path, action="add", **day).text
    ha.post(path, action="add", agreed="yes", **day)
    assert "Thứ Bảy, 10/7/2021: Trực tiêm chủng" in ha.get(f"/calendar/groups/{group_id(world)}").text
    ha.post(path, action="remove", agreed="yes", **day)
    with world.app.app_context():
        assert db.session.scalars(select(GroupDay)).all() == []


def test_what_is_missing_is_said_and_what_was_typed_stays(world: World) -> None:
    ha, path = world.browser(), f"/calendar/groups/{group_id(world)}/days"
    page = ha.post(path, action="add", day="10/7/2021", is_off="yes", name="Ngày hội", source="")
    assert page.status == 422
    assert page.value("name") == "Ngày hội"
    assert page.all("p[@id='own-source-error']") == ["Chưa ghi văn bản căn cứ của ngày 10/7/2021; ghi số và ngày của thông báo."]
    assert [box.get("id") for box in page.elements("*[@aria-invalid='true']")] == ["own-source"]
    assert ha.post(path, action="add", day="", is_off="yes", name="x", source="y").status == 422


def test_only_runners_of_the_office_edit_a_groups_calendar(world: World) -> None:
    path = f"/calendar/groups/{group_id(world)}"
    assert world.browser("dung").get(path).status == 403
    assert world.browser("mai").get(path).status == 404
    assert world.browser("mai").post(f"{path}/week", works_on=["1"]).status == 404
