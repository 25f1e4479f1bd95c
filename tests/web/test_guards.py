"""Closed by default; another office's work does not exist; a personal link opens what it names and no more."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from tests.builders import moment
from tests.web.conftest import MakeWorld, World
from tests.web.pages import Page
from tracker.db import db, transaction
from tracker.models import Contact
from tracker.web import guards
from tracker.web.tokens import personal_token


def link(world: World, unit: int = 0, *, nonce: str | None = None, rest: str = "") -> str:
    contact_id = world.people.units[unit].contact_id
    token = personal_token(str(world.app.secret_key), contact_id, nonce or f"n{unit + 1}")
    return f"/v/{token}{rest}"


def change_contact(world: World, **values: object) -> None:
    with world.app.app_context(), transaction() as session:
        contact = session.get_one(Contact, world.people.units[0].contact_id)
        for name, value in values.items():
            setattr(contact, name, value)


def refused(page: Page, status: int) -> str:
    assert page.status == status
    return page.one("main//p[not(contains(@class, 'print-only'))]")


def test_a_view_without_a_mark_is_refused_for_everyone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(world.app.view_functions, "journal.list_lines", lambda: "open to all")
    assert world.browser("ha").get("/journal").status == 403
    assert world.browser(None).get("/journal").status == 403


@pytest.mark.parametrize("path", ["/plans/{plan}", "/plans/{plan}/stages/2", "/tasks/2", "/plans/{plan}/ask/pause"])
def test_another_offices_work_does_not_exist(world: World, path: str) -> None:
    path = path.format(plan=world.plan_id)
    assert world.browser("ha").get(path).status == 200
    page = world.browser("mai").get(path)
    assert (page.status, page.h1) == (404, "Không tìm thấy trang")
    assert "Khảo sát" not in page.text


def test_another_offices_task_cannot_be_moved(world: World) -> None:
    assert world.browser("mai").post("/tasks/1/complete").status == 404
    assert "Đang thực hiện" in world.browser("ha").get("/tasks/1").text


@pytest.mark.parametrize("username", ["dung", "sat"])
def test_who_only_reads_sees_the_plan_but_may_not_run_it(world: World, username: str) -> None:
    browser = world.browser(username)
    assert "Tạm dừng kế hoạch" not in browser.get(f"/plans/{world.plan_id}").links
    page = browser.get(f"/plans/{world.plan_id}/ask/pause")
    assert refused(page, 403) == "Tài khoản này không có quyền xem trang; liên hệ Trần Thu Hà."
    assert browser.post(f"/plans/{world.plan_id}/pause").status == 403


def test_a_coordinator_is_not_sent_to_herself(world: World) -> None:
    assert refused(world.browser("ha").get("/users"), 403) == "Tài khoản này không có quyền xem trang; liên hệ quản trị."


def test_a_personal_link_opens_its_page_without_signing_in(world: World) -> None:
    page = world.browser(None).get(link(world))
    assert page.status == 200
    assert "UBND xã Số 0001" in page.source


def test_a_cut_link_says_what_to_do(world: World) -> None:
    page = world.browser(None).get(link(world)[:-3])
    assert refused(page, 404).startswith("Liên kết không đúng hoặc bị cắt khi sao chép")


def test_a_link_of_another_kind_of_token_is_unknown(world: World) -> None:
    from itsdangerous import URLSafeTimedSerializer

    other = URLSafeTimedSerializer(str(world.app.secret_key), salt="something-else").dumps({"c": 1, "n": "n1"})
    assert world.browser(None).get(f"/v/{other}").status == 404


def test_an_old_link_expires_with_its_day(world: World, clock: time_machine.Traveller) -> None:
    address = link(world)
    clock.move_to(moment(2022, 1, 1, 23))
    assert world.browser(None).get(address).status == 200
    clock.move_to(moment(2022, 1, 2, 0, 30))
    said = refused(world.browser(None).get(address), 410)
    assert said.startswith("Liên kết đã hết hạn ngày 01/01/2022;")


def test_a_new_nonce_ends_the_links_before_it(world: World) -> None:
    address = link(world)
    change_contact(world, link_nonce="another")
    said = refused(world.browser(None).get(address), 410)
    assert said == "Liên kết này đã được thay bằng liên kết mới; dùng liên kết trong thư gần nhất."


def test_a_contact_who_has_ended_is_told_who_follows(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        unit_id = world.people.units[0].id
        session.add(Contact(unit_id=unit_id, name="Bo Thị Xuân", email="xuan@example.vn", valid_from=date(2021, 7, 1)))
    change_contact(world, valid_to=date(2021, 6, 30))
    said = refused(world.browser(None).get(link(world)), 410)
    assert said == (
        "Đầu Mối 1 thôi phụ trách từ 01/7/2021 nên liên kết không còn hiệu lực; "
        "đầu mối hiện nay của UBND xã Số 0001 là Bo Thị Xuân."
    )


def test_one_person_answers_for_all_his_units(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        first, second = (session.get_one(Contact, u.contact_id) for u in world.people.units[:2])
        second.email = first.email
    with world.app.app_context():
        from tracker.queries import people

        holder = people.link_holder(db.session(), world.people.units[0].contact_id, today=date(2021, 7, 5))
    assert holder is not None
    assert holder.unit_ids == {world.people.units[0].id, world.people.units[1].id}


def test_a_form_without_its_token_is_not_taken_and_gives_the_text_back(make_world: MakeWorld) -> None:
    world = make_world(csrf=True)
    page = world.browser(None).post("/sign-in", username="ha", password="bí mật")
    assert page.status == 400
    assert page.banners == ["Biểu mẫu mở quá lâu nên chưa được ghi nhận; bấm lại nút một lần nữa."]
    assert page.with_class("typed") == ["ha"]
    assert "bí mật" not in page.source


def test_a_get_never_takes_the_write_lock(world: World, clock: time_machine.Traveller) -> None:
    """A page can be read while somebody else holds a transaction that writes."""
    browser = world.browser()
    clock.shift(timedelta(minutes=1))
    with world.app.app_context(), db.engine.connect() as writer:
        writer.exec_driver_sql("INSERT INTO lease (name, holder, until) VALUES ('x', 'y', '2021-01-01')")
        for path in ("/", "/plans", f"/plans/{world.plan_id}", "/tasks/2", "/journal", "/account"):
            assert browser.get(path).status == 200
        writer.rollback()


@pytest.mark.parametrize(
    ("target", "local"),
    [
        ("/plans", "/plans"),
        ("/plans?q=a#b", "/plans?q=a#b"),
        ("http:evil", "/"),
        ("https://evil.example", "/"),
        ("///evil.example", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        (None, "/"),
    ],
)
def test_only_paths_of_this_site_are_local(target: str | None, local: str) -> None:
    assert guards.local_path(target) == local
