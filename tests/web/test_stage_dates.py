"""Sửa mốc thời gian in the browser: shown first, then applied."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.web.conftest import World
from tracker.db import db
from tracker.models import OutboxMessage, Stage

FIELDS = {"start_on": "02/7/2021", "due_on": "30/9/2021", "reason": "mưa lũ, theo Công văn 77/UBND ngày 01/7/2021"}


def address(world: World, position: int = 3) -> str:
    return f"/plans/{world.plan_id}/stages/{position}/dates"


def due(world: World, position: int = 3) -> date | None:
    with world.app.app_context():
        return db.session.scalar(select(Stage.due_on).where(Stage.plan_id == world.plan_id, Stage.position == position))


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").split())


def test_the_form_shows_the_wording_and_the_days_of_now(world: World) -> None:
    page = world.browser().get(address(world))
    assert "Từ ngày 02/7/2021- 15/9/2021" in page.text
    assert page.elements("input[@name='due_on']")[0].get("value") == "15/9/2021"


def test_the_first_click_shows_what_moves_and_writes_nothing(world: World) -> None:
    page = world.browser().post(address(world), **FIELDS)
    assert "02/7/2021 – Thứ Năm, 30/9/2021" in plain(page.text)
    assert "3 việc chưa xong đổi thời gian; 3 người được báo." in plain(page.text)
    assert due(world) == date(2021, 9, 15)


def test_the_second_click_applies_and_tells(world: World) -> None:
    browser = world.browser()
    done = browser.post(address(world), agreed="yes", **FIELDS)
    assert done.location == f"/plans/{world.plan_id}/stages/3"
    assert "Đã đổi thời gian Điều tra khảo sát: 3 việc; 3 người được báo." in plain(browser.follow(done).text)
    assert due(world) == date(2021, 9, 30)
    with world.app.app_context():
        assert len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "date_changed")).all()) == 3


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": ""}, 409, "Chưa ghi lý do và căn cứ đổi thời gian"),
        ({"due_on": "15/9/2021"}, 409, "Không có thay đổi để áp dụng"),
        ({"due_on": "01/6/2021"}, 409, "trước ngày bắt đầu"),
        ({"due_on": "31/9/2021"}, 422, "không có trong lịch"),
    ],
)
def test_a_wrong_change_comes_back_with_its_sentence(world: World, changes: dict[str, str], status: int, said: str) -> None:
    page = world.browser().post(address(world), agreed="yes", **FIELDS | changes)
    assert page.status == status
    assert said in page.text
    assert due(world) == date(2021, 9, 15)


def test_the_reason_is_asked_for_before_the_preview_and_at_its_box(world: World) -> None:
    page = world.browser().post(address(world), **FIELDS | {"reason": " "})
    assert page.status == 409
    assert [box.get("name") for box in page.elements("*[@aria-invalid='true']")] == ["reason"]
    page = world.browser().post(address(world), **FIELDS | {"due_on": "01/6/2021"})
    assert [box.get("name") for box in page.elements("*[@aria-invalid='true']")] == ["due_on"]


def test_only_those_who_run_the_plan_change_its_days(world: World) -> None:
    assert world.browser("dung").get(address(world)).status == 403
    assert world.browser("mai").post(address(world), agreed="yes", **FIELDS).status == 404
    assert world.browser().get(address(world, 9)).status == 404


def test_the_stage_page_leads_there(world: World) -> None:
    page = world.browser().get(f"/plans/{world.plan_id}/stages/3")
    assert page.links["Sửa mốc thời gian"] == address(world)
    assert "Sửa mốc thời gian" not in world.browser("dung").get(f"/plans/{world.plan_id}/stages/3").links
