"""A calendar's address is made by a click, shown once, and ended by a click."""

from __future__ import annotations

import re

from sqlalchemy import func, select

from tests.web.conftest import World
from tests.web.pages import Page
from tests.web.test_contact import path
from tracker.db import db, transaction
from tracker.models import Contact, FeedToken

STEPS = ["Google Lịch (trên máy tính)", "iPhone, iPad", "Outlook trên web", "Máy Mac", "Thunderbird"]


def tokens_made(world: World) -> int:
    with world.app.app_context():
        return db.session.scalar(select(func.count(FeedToken.id)).where(FeedToken.revoked_at.is_(None))) or 0


def feed_of(page: Page) -> str:
    address = page.elements("main//input[@id='address']")[0].get("value")
    found = re.fullmatch(r"http://127\.0\.0\.1:5000(/feeds/[\w-]+\.ics)", address)
    assert found
    return found[1]


def test_contact_makes_an_address_that_is_shown_once(world: World) -> None:
    phone = world.browser(None)
    page = phone.get(f"{path(world)}/calendar")
    assert page.all("main//summary") == STEPS
    assert tokens_made(world) == 0
    made = phone.post(f"{path(world)}/calendar")
    assert phone.get(feed_of(made)).status == 200
    again = phone.get(f"{path(world)}/calendar")
    assert again.elements("main//input[@id='address']") == []
    assert "Đang có 1 địa chỉ lịch" in again.text
    assert again.with_class("line-title") == ["Địa chỉ chưa đặt tên"]
    assert "Ứng dụng lịch cập nhật gần nhất lúc 09:00, 05/7/2021." in again.text


def test_second_address_leaves_the_first_alone_and_revoking_ends_both(world: World) -> None:
    phone = world.browser(None)
    feeds = [feed_of(phone.post(f"{path(world)}/calendar")) for _ in range(2)]
    assert [phone.get(feed).status for feed in feeds] == [200, 200]
    after = phone.follow(phone.post(f"{path(world)}/calendar/revoke"))
    assert after.banners == ["Đã thu hồi 2 địa chỉ lịch; lịch đã đăng ký ngừng cập nhật."]
    assert [phone.get(feed).status for feed in feeds] == [410, 410]


def test_plan_has_its_calendar_for_everyone_who_signs_in(world: World) -> None:
    leader = world.browser("dung")
    made = leader.post(f"/plans/{world.plan_id}/calendar")
    assert made.h1 == "Đăng ký lịch của kế hoạch"
    assert "SUMMARY" in leader.get(feed_of(made)).source
    assert leader.post(f"/plans/{world.plan_id}/calendar/revoke").status == 403
    coordinator = world.browser()
    coordinator.post(f"/plans/{world.plan_id}/calendar/revoke")
    assert tokens_made(world) == 0


def test_plan_of_another_office_has_no_calendar(world: World) -> None:
    stranger = world.browser("mai")
    assert stranger.get(f"/plans/{world.plan_id}/calendar").status == 404
    assert stranger.post(f"/plans/{world.plan_id}/calendar").status == 404
    assert world.browser(None).get(f"/plans/{world.plan_id}/calendar").status == 302
    assert tokens_made(world) == 0


def test_choices_made_on_the_page_are_what_the_calendar_shows(world: World) -> None:
    coordinator = world.browser()
    fields = {"label": "Máy ở cơ quan", "rows": "stages", "todos": "y", "alarm": "3"}
    content = coordinator.get(feed_of(coordinator.post("/office/calendar", **fields))).source
    assert (content.count("BEGIN:VEVENT"), content.count("BEGIN:VTODO"), "TRIGGER:-P2DT16H" in content) == (4, 4, True)
    page = coordinator.get("/office/calendar")
    assert page.with_class("line-title") == ["Máy ở cơ quan"]
    assert "Lịch này: mỗi giai đoạn một dòng, báo trước 3 ngày, kèm danh sách việc cần làm." in page.text


def test_a_label_that_is_too_long_is_kept_and_makes_nothing(world: World) -> None:
    page = world.browser().post("/office/calendar", label="đ" * 61, rows="stages")
    assert page.value("label") == "đ" * 61
    assert page.with_class("field-error") == ["Dài quá 60 ký tự; viết gọn lại."]
    assert tokens_made(world) == 0


def feed_ids(world: World) -> list[int]:
    with world.app.app_context():
        return list(db.session.scalars(select(FeedToken.id).where(FeedToken.revoked_at.is_(None)).order_by(FeedToken.id)))


def test_one_address_is_ended_or_renewed_and_the_others_go_on(world: World) -> None:
    phone = world.browser(None)
    feeds = [feed_of(phone.post(f"{path(world)}/calendar", label=name)) for name in ("một", "hai")]
    first, second = feed_ids(world)
    renewed = feed_of(phone.post(f"{path(world)}/calendar/{first}/renew"))
    assert [phone.get(feed).status for feed in (*feeds, renewed)] == [410, 200, 200]
    again = phone.post(f"{path(world)}/calendar/{first}/renew")
    assert again.elements("main//input[@id='address']") == []
    assert again.banners == ["Địa chỉ lịch này đã ngừng từ trước; tạo địa chỉ mới bên dưới."]
    assert again.with_class("line-title") == ["một", "hai"]
    phone.post(f"{path(world)}/calendar/{second}/revoke")
    assert [phone.get(feed).status for feed in (*feeds, renewed)] == [410, 410, 200]


def test_nobody_ends_an_address_of_another_plan_unit_or_office(world: World) -> None:
    feed = feed_of(world.browser().post("/office/calendar"))
    [feed_id] = feed_ids(world)
    for act in ("revoke", "renew"):
        assert world.browser("mai").post(f"/office/calendar/{feed_id}/{act}").status == 404
        assert world.browser(None).post(f"{path(world)}/calendar/{feed_id}/{act}").status == 404
        assert world.browser().post(f"/plans/{world.plan_id}/calendar/{feed_id}/{act}").status == 404
        assert world.browser("dung").post(f"/office/calendar/{feed_id}/{act}").status == 403
    assert world.browser(None).get(feed).status == 200


def test_unit_has_its_calendar_for_everyone_who_signs_in(world: World) -> None:
    unit = world.people.units[0]
    address = f"/units/{unit.id}/calendar"
    leader = world.browser("dung")
    assert len(leader.get("/units").elements(f"main//a[@href='{address}']")) == 1
    made = leader.post(address, alarm="0")
    assert made.h1 == "Đăng ký lịch của đơn vị"
    assert leader.get(feed_of(made)).source.count("BEGIN:VEVENT") == 2
    assert leader.post(f"{address}/revoke").status == 403
    world.browser().post(f"{address}/revoke")
    assert leader.get(feed_of(made)).status == 410
    assert world.browser("mai").post(address, alarm="0").status == 404


def test_everybody_has_a_calendar_of_his_own_and_ends_it_himself(world: World) -> None:
    leader, coordinator = world.browser("dung"), world.browser()
    assert leader.get("/account").links["Đăng ký lịch"] == "/account/calendar"
    feed = feed_of(leader.post("/account/calendar", alarm="0", only_late="y"))
    assert "Hạn: Xây dựng kế hoạch" in leader.get(feed).source
    [feed_id] = feed_ids(world)
    assert coordinator.post(f"/account/calendar/{feed_id}/revoke").status == 404
    assert leader.follow(leader.post(f"/account/calendar/{feed_id}/revoke")).banners == [
        "Đã thu hồi 1 địa chỉ lịch; lịch đã đăng ký ngừng cập nhật."
    ]
    assert leader.get(feed).status == 410


def test_contact_of_two_units_reads_that_both_are_in_the_calendar(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        second = session.get_one(Contact, world.people.units[1].contact_id)
        second.email = world.people.units[0].email
    page = world.browser(None).get(f"{path(world)}/calendar")
    assert "Hạn các việc của 2 đơn vị hiện trong lịch" in page.text
