"""Pages of an administrator about users; forgotten passwords; the second step of signing in."""

from __future__ import annotations

import re

import pyotp
import pytest
import time_machine

from tests.builders import moment
from tests.web.conftest import NOW, PASSWORD, MakeWorld, World
from tracker.db import db, transaction
from tracker.models import JournalEntry, OutboxMessage, User
from tracker.rules.states import Role

NEW = "một câu khác cũng dễ nhớ"


@pytest.fixture
def admin_world(world: World) -> World:
    """Hà is an administrator here."""
    with world.app.app_context(), transaction() as session:
        session.get_one(User, world.people.coordinator_id).role = Role.ADMIN
    return world


def test_an_administrator_invites_and_the_invited_sets_a_password(admin_world: World) -> None:
    admin = admin_world.browser()
    page = admin.post("/users/new", username="nhap", name="Nguyễn Thị Nhập", role="clerk", email="", salutation="Bà")
    assert page.status == 200
    assert page.response.headers["Cache-Control"] == "no-store"
    link = re.search(r"http://[^<\s]+(/reset/[^<\s]+)", page.source)
    assert link is not None
    guest = admin_world.browser(None)
    assert guest.get(link[1]).text.startswith("Đặt mật khẩu Tài khoản nhap")
    assert guest.post(link[1], new=NEW, again=NEW).location == "/sign-in"
    assert guest.post("/sign-in", username="nhap", password=NEW).status == 302
    again = admin_world.browser(None).post(link[1], new=NEW, again=NEW)
    assert "Liên kết đặt lại mật khẩu đã dùng hoặc đã hết hạn; yêu cầu liên kết mới." in again.text
    assert NEW not in again.text, "what was typed is shown again, but never a password"


def test_what_was_typed_stays_when_an_invitation_is_refused(admin_world: World) -> None:
    typed = {"username": "dung", "name": "Trùng Tên", "role": "clerk", "salutation": "", "email": "địa chỉ sai"}
    page = admin_world.browser().post("/users/new", **typed)
    assert (page.status, page.value("name"), page.value("email")) == (422, "Trùng Tên", "địa chỉ sai")
    assert "“địa chỉ sai” không phải địa chỉ thư điện tử; ghi dạng ten@coquan.vn, không dấu." in page.text


@pytest.mark.parametrize("path", ["/users", "/users/new", "/users/1"])
def test_others_read_whom_to_ask(world: World, path: str) -> None:
    assert world.browser("dung").get(path).status == 403


def test_an_administrator_does_not_see_users_of_another_office(admin_world: World) -> None:
    admin = admin_world.browser()
    with admin_world.app.app_context():
        mai = db.session.query(User).filter_by(username="mai").one().id
    assert "Phạm Thị Mai" not in admin.get("/users").text
    assert admin.get(f"/users/{mai}").status == 404
    assert admin.post(f"/users/{mai}/disable", reason="x").status == 404
    assert admin.post(f"/users/{mai}/link").status == 404


def test_disabling_an_account_signs_it_out_everywhere(admin_world: World) -> None:
    admin, dung = admin_world.browser(), admin_world.browser("dung")
    leader = admin_world.people.leader_id
    assert admin.post(f"/users/{leader}/disable", reason="").status == 422
    page = admin.follow(admin.post(f"/users/{leader}/disable", reason="nghỉ hưu"))
    assert "Đã khóa tài khoản; mọi phiên đăng nhập của tài khoản này đã kết thúc." in page.banners
    assert dung.get("/plans").status == 302
    admin.post(f"/users/{leader}/enable")
    assert admin_world.browser("dung").get("/plans").status == 200


def test_the_answer_to_a_forgotten_password_tells_nothing(world: World) -> None:
    guest = world.browser(None)
    known, unknown = guest.post("/forgotten", account="ha"), guest.post("/forgotten", account="ai đó")
    assert known.text == unknown.text
    with world.app.app_context():
        letters = db.session.query(OutboxMessage).filter_by(kind="password_reset").all()
        assert [letter.person for letter in letters] == [f"user-{world.people.coordinator_id}"]


def test_a_link_of_a_letter_sets_the_password_within_the_hour(world: World, clock: time_machine.Traveller) -> None:
    guest = world.browser(None)
    guest.post("/forgotten", account="ha")
    with world.app.app_context():
        token = db.session.query(OutboxMessage).filter_by(kind="password_reset").one().facts["token"]
    clock.move_to(moment(2021, 7, 5, 10, 1))
    assert "đã hết hạn" in guest.get(f"/reset/{token}").text
    clock.move_to(NOW)
    assert guest.post(f"/reset/{token}", new=NEW, again="khác").status == 422
    assert guest.post(f"/reset/{token}", new=NEW, again=NEW).status == 302
    assert world.browser(None).post("/sign-in", username="ha", password=NEW).status == 302


def joined(world: World) -> tuple[str, list[str]]:
    """Hà joins an app: its secret, her recovery codes."""
    browser = world.browser()
    page = browser.get("/account/second-step")
    secret = page.one("ol//code")
    assert "<svg" in page.source
    done = browser.post("/account/second-step", code=pyotp.TOTP(secret).at(NOW))
    codes = done.all("ul[@class='codes']//code")
    assert (done.status, len(codes)) == (200, 10)
    return secret, codes


def test_after_joining_an_app_the_password_alone_signs_nobody_in(world: World, clock: time_machine.Traveller) -> None:
    secret, _ = joined(world)
    browser = world.browser(None)
    assert browser.post("/sign-in", username="ha", password=PASSWORD, next="/plans").location == "/sign-in/code"
    assert browser.get("/plans").location.startswith("/sign-in")
    assert browser.post("/sign-in", username="ha", password=PASSWORD, next="/plans").location == "/sign-in/code"
    wrong = browser.post("/sign-in/code", code="000000")
    assert wrong.status == 422
    assert "Mã không đúng hoặc đã dùng; nhập mã đang hiện trên ứng dụng, hoặc một mã dự phòng." in wrong.text
    clock.move_to(moment(2021, 7, 5, 9, 2))
    code = pyotp.TOTP(secret).at(moment(2021, 7, 5, 9, 2))
    assert browser.post("/sign-in/code", code=code).location == "/plans"
    assert browser.get("/plans").status == 200
    other = world.browser(None)
    other.post("/sign-in", username="ha", password=PASSWORD)
    assert other.post("/sign-in/code", code=code).status == 422, "a code serves once"


def test_a_recovery_code_serves_once(world: World) -> None:
    _, codes = joined(world)
    browser = world.browser(None)
    browser.post("/sign-in", username="ha", password=PASSWORD)
    page = browser.follow(browser.post("/sign-in/code", code=f" {codes[3].upper()} "))
    assert "Đã dùng một mã dự phòng; còn 9 mã." in page.banners
    other = world.browser(None)
    other.post("/sign-in", username="ha", password=PASSWORD)
    assert other.post("/sign-in/code", code=codes[3]).status == 422


def test_guessing_at_codes_is_throttled(world: World) -> None:
    _, codes = joined(world)
    browser = world.browser(None)
    browser.post("/sign-in", username="ha", password=PASSWORD)
    tries = [browser.post("/sign-in/code", code=f"{n:06d}").status for n in range(6)]
    assert tries == [422] * 5 + [429]
    assert browser.post("/sign-in/code", code=codes[0]).status == 429


def test_the_page_of_codes_is_nothing_without_a_password(world: World) -> None:
    joined(world)
    assert world.browser(None).get("/sign-in/code").location == "/sign-in"
    assert world.browser(None).post("/sign-in/code", code="1").location == "/sign-in"


def test_leaving_the_second_step_asks_for_a_code(world: World) -> None:
    _, codes = joined(world)
    browser = world.browser(None)
    browser.post("/sign-in", username="ha", password=PASSWORD)
    browser.post("/sign-in/code", code=codes[0])
    assert browser.post("/account/second-step/off", code="123456").status == 422
    assert browser.post("/account/second-step/off", code=codes[1]).location == "/account"
    assert world.browser().get("/plans").status == 200


def test_an_office_may_ask_its_runners_for_the_second_step(make_world: MakeWorld) -> None:
    world = make_world(SECOND_STEP="required")
    assert world.browser().get("/plans").location == "/account/second-step"
    assert world.browser().get("/account/second-step").status == 200
    assert world.browser("dung").get("/plans").status == 200


def test_a_deputy_acts_under_both_names(admin_world: World) -> None:
    admin = admin_world.browser()
    people = admin_world.people
    page = admin.post(
        f"/users/{people.coordinator_id}/deputy",
        deputy=people.leader_id,
        from_on="05/07/2021",
        until_on="09/07/2021",
        reason="phép",
    )
    assert page.status == 302
    dung = admin_world.browser("dung")
    assert "Đang thayTrần Thu Hà" in dung.get("/account").text
    assert dung.get("/users").status == 200
    dung.post("/users/new", username="nhap", name="Nguyễn Thị Nhập", role="clerk", salutation="")
    with admin_world.app.app_context():
        last = db.session.query(JournalEntry).order_by(JournalEntry.id.desc()).first()
        assert last is not None
        assert (last.who, last.verb) == ("Lê Văn Dũng (thay Trần Thu Hà)", "lập")
