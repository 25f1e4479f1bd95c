"""Signing in: who gets in, who is told what, and when a session is over."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher

from tests.web.conftest import PASSWORD, Browser, MakeWorld, World
from tracker import passwords
from tracker.db import db, transaction
from tracker.models import JournalEntry, SignInAttempt, User

NEW = "một câu khác cũng dễ nhớ"


def user(world: World, username: str) -> User:
    found = db.session.query(User).filter_by(username=username).one()
    db.session.refresh(found)
    return found


def wrong(browser: Browser, username: str = "ha", **more: str) -> str:
    page = browser.post("/sign-in", username=username, password="sai", **more)
    assert page.status in (422, 429)
    return page.with_class("field-error")[0]


def test_the_right_password_leads_to_today(world: World) -> None:
    browser = world.browser(None)
    assert browser.get("/plans").location == "/sign-in?next=/plans"
    answer = browser.post("/sign-in", username=" HA ", password=PASSWORD)
    assert (answer.status, answer.location) == (302, "/")
    assert browser.follow(answer).h1 == "Hôm nay"


def test_a_password_typed_with_letters_and_marks_apart_is_the_same(world: World) -> None:
    apart = unicodedata.normalize("NFD", PASSWORD)
    assert apart != PASSWORD
    assert world.browser(None).post("/sign-in", username="ha", password=apart).status == 302


def test_wrong_passwords_count_down_and_lock(world: World, clock: time_machine.Traveller) -> None:
    browser = world.browser(None)
    said = [wrong(browser) for _ in range(5)]
    assert said[0] == "Tên đăng nhập hoặc mật khẩu không đúng; còn 4 lần thử."
    assert said[3] == "Tên đăng nhập hoặc mật khẩu không đúng; còn 1 lần thử."
    locked = "Tài khoản tạm khóa đến 09:15, 05/7/2021 vì nhập sai nhiều lần; chờ, hoặc đặt lại mật khẩu."
    assert said[4] == locked
    refused = browser.post("/sign-in", username="ha", password=PASSWORD)
    assert (refused.status, refused.with_class("field-error")) == (429, [locked])
    clock.shift(timedelta(minutes=15, seconds=1))
    assert browser.post("/sign-in", username="ha", password=PASSWORD).status == 302


def test_a_stranger_elsewhere_does_not_lock_a_person_out(world: World) -> None:
    stranger = world.browser(None)
    stranger.client.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    for _ in range(6):
        wrong(stranger)
    assert world.browser(None).post("/sign-in", username="ha", password=PASSWORD).status == 302


def test_one_address_cannot_try_many_accounts_for_ever(world: World) -> None:
    browser = world.browser(None)
    for number in range(50):
        wrong(browser, f"nguoi{number}")
    assert browser.post("/sign-in", username="ha", password=PASSWORD).status == 429


def test_an_unknown_account_reads_the_same_as_a_known_one(world: World) -> None:
    browser = world.browser(None)
    assert wrong(browser, "ha") == wrong(browser, "khong-co")


def test_a_right_password_forgets_the_failures(world: World) -> None:
    browser = world.browser(None)
    for _ in range(4):
        wrong(browser)
    assert browser.post("/sign-in", username="ha", password=PASSWORD).status == 302
    with world.app.app_context():
        assert db.session.query(SignInAttempt).count() == 0


def test_a_closed_account_is_told_only_to_its_owner(world: World) -> None:
    with world.app.app_context(), transaction():
        user(world, "ha").is_enabled = False
    browser = world.browser(None)
    assert "không đúng" in wrong(browser)
    refused = browser.post("/sign-in", username="ha", password=PASSWORD)
    assert refused.with_class("field-error") == ["Tài khoản đã ngừng sử dụng; liên hệ quản trị."]


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/plans/1?only=late", "/plans/1?only=late"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\tevil", "/"),
        ("plans", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_only_to_this_site(world: World, asked: str, led: str) -> None:
    answer = world.browser(None).post("/sign-in", username="ha", password=PASSWORD, next=asked)
    assert answer.location == led


def test_a_planted_session_is_not_carried_into_the_signed_in_one(world: World) -> None:
    browser = world.browser(None)
    with browser.client.session_transaction() as planted:
        planted["left_behind"] = "by someone else"
    browser.post("/sign-in", username="ha", password=PASSWORD)
    with browser.client.session_transaction() as session:
        assert "left_behind" not in session


def test_an_idle_session_ends_and_says_so(world: World, clock: time_machine.Traveller) -> None:
    browser = world.browser()
    clock.shift(timedelta(hours=1, minutes=59))
    assert browser.get("/plans").status == 200
    clock.shift(timedelta(hours=1, minutes=59))
    assert browser.get("/plans").status == 200
    clock.shift(timedelta(hours=2, minutes=1))
    answer = browser.get("/plans")
    assert answer.location == "/sign-in?next=/plans"
    said = "Phiên làm việc đã hết; đăng nhập lại, nội dung đang viết vẫn còn trên trang."
    assert browser.follow(answer).banners == [said]


def test_no_session_outlives_its_hours_however_busy(make_world: MakeWorld, clock: time_machine.Traveller) -> None:
    browser = make_world(SESSION_HOURS="3").browser()
    for _ in range(5):
        clock.shift(timedelta(minutes=35))
        assert browser.get("/plans").status == 200
    clock.shift(timedelta(minutes=10))
    assert browser.get("/plans").status == 302


def test_what_was_typed_after_the_session_ended_is_shown_again(world: World, clock: time_machine.Traveller) -> None:
    browser = world.browser()
    clock.shift(timedelta(hours=3))
    page = browser.post("/tasks/1/complete", note="Biên bản số 5", csrf_token="x")
    assert page.status == 401
    assert page.h1 == "Phiên làm việc đã hết"
    assert page.with_class("typed") == ["Biên bản số 5"]
    assert page.links["Đăng nhập"] == "/sign-in"


def test_signing_out_ends_the_session(world: World) -> None:
    browser = world.browser()
    assert browser.follow(browser.post("/sign-out")).banners == ["Đã đăng xuất."]
    assert browser.get("/").status == 302


def test_the_first_password_must_be_changed_before_anything_else(world: World) -> None:
    with world.app.app_context(), transaction():
        user(world, "ha").must_change_password = True
    browser = world.browser()
    assert browser.get("/plans").location == "/account"
    assert "Đây là lần đăng nhập đầu tiên; đổi mật khẩu trước khi làm việc." in browser.get("/account").banners
    done = browser.post("/account/password", now=PASSWORD, new=NEW, again=NEW)
    assert done.location == "/"
    assert browser.get("/plans").status == 200


def test_a_new_password_ends_the_other_sessions_and_is_journaled(world: World) -> None:
    here, elsewhere = world.browser(), world.browser()
    page = here.follow(here.post("/account/password", now=PASSWORD, new=NEW, again=NEW))
    assert page.banners == ["Đã đổi mật khẩu; các phiên đăng nhập khác của tài khoản này đã kết thúc."]
    assert elsewhere.get("/plans").status == 302
    assert world.browser(None).post("/sign-in", username="ha", password=NEW).status == 302
    with world.app.app_context():
        last = db.session.query(JournalEntry).order_by(JournalEntry.id.desc()).first()
        assert last is not None
        assert (last.who, last.verb, last.what) == ("Trần Thu Hà", "đổi mật khẩu", "tài khoản ha")


@pytest.mark.parametrize(
    ("now", "new", "again", "said"),
    [
        ("sai", NEW, NEW, "Mật khẩu hiện tại không đúng; nhập lại."),
        (PASSWORD, NEW, NEW + "x", "Hai lần nhập mật khẩu mới không giống nhau; nhập lại lần hai."),
        (PASSWORD, "ngắn", "ngắn", "Mật khẩu cần từ 10 ký tự và không trùng tên đăng nhập; nên dùng một câu dễ nhớ."),
        (PASSWORD, "", "", "Chưa ghi mật khẩu mới."),
    ],
)
def test_a_password_is_not_changed_carelessly(world: World, now: str, new: str, again: str, said: str) -> None:
    browser = world.browser()
    page = browser.post("/account/password", now=now, new=new, again=again)
    assert page.status == 422
    assert said in page.with_class("field-error")
    assert world.browser(None).post("/sign-in", username="ha", password=PASSWORD).status == 302


def test_guessing_at_the_old_password_is_throttled_too(world: World) -> None:
    browser = world.browser()
    for _ in range(5):
        browser.post("/account/password", now="sai", new=NEW, again=NEW)
    assert browser.post("/account/password", now=PASSWORD, new=NEW, again=NEW).status == 422


def test_a_hash_of_older_parameters_is_made_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.app.app_context():
        before = user(world, "ha").password_hash
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    world.browser()
    with world.app.app_context():
        after = user(world, "ha").password_hash
    assert "t=1" in before
    assert "t=2" in after


def test_the_chosen_look_stays_with_the_account(world: World) -> None:
    browser = world.browser()
    assert browser.post("/look", theme="dark", next="/plans").location == "/plans"
    assert browser.get("/plans").elements("html")[0].get("data-bs-theme") == "dark"
    assert world.browser().get("/plans").elements("html")[0].get("data-bs-theme") == "dark"
    browser.post("/look", theme="", next="/plans")
    assert browser.get("/plans").elements("html")[0].get("data-bs-theme") is None


def test_a_person_says_where_letters_reach_him(world: World) -> None:
    browser = world.browser()
    wrong = browser.post("/account/person", name="Trần Thu Hà", position="Chuyên viên", email="không phải địa chỉ", phone="0258")
    assert wrong.status == 422
    assert "“không phải địa chỉ” không phải địa chỉ thư điện tử." in wrong.text
    assert 'value="Chuyên viên"' in wrong.source  # what was typed stays
    assert (
        browser.post("/account/person", name="Trần Thu Hà", position="Chuyên viên", email="moi@example.vn", phone="").status
        == 302
    )
    assert 'value="moi@example.vn"' in browser.get("/account").source
