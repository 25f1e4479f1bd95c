"""Signing in with the office's own accounts, against a real provider on a socket: who may in, and whom not to believe."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.builders import START
from tests.web.conftest import Browser, MakeWorld, World
from tests.web.pages import Page
from tests.web.provider import CLIENT, SECRET, Provider, running_provider
from tracker.db import transaction
from tracker.models import User


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


@pytest.fixture
def world(make_world: MakeWorld, provider: Provider) -> World:
    made = make_world(OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
    with made.app.app_context(), transaction() as session:
        provider.identity["email"] = session.query(User).filter_by(username="ha").one().email
    return made


def to_provider(browser: Browser, **fields: str) -> str:
    """The address at our side to which the provider sends the browser back."""
    there = browser.post("/sign-in/sso", **fields)
    assert there.status == 302
    back = requests.get(there.location, allow_redirects=False, timeout=5).headers["Location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def came_in(browser: Browser, **fields: str) -> Page:
    return browser.get(to_provider(browser, **fields))


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/plans").status == 200


def test_who_has_an_account_comes_in_and_goes_where_he_wanted(world: World) -> None:
    assert "Đăng nhập bằng tài khoản cơ quan" in world.browser(None).get("/sign-in").text
    browser = world.browser(None)
    assert came_in(browser, next="/units").location == "/units"
    assert is_signed_in(browser)
    elsewhere = world.browser(None)
    assert came_in(elsewhere, next="//evil.example/").location == "/"


def test_the_address_is_the_same_in_capitals(world: World, provider: Provider) -> None:
    provider.identity["email"] = provider.identity["email"].upper()
    browser = world.browser(None)
    came_in(browser)
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    ("identity", "sentence"),
    [
        ({"email": "la@example.vn"}, "Địa chỉ la@example.vn chưa có tài khoản trên hệ thống này"),
        ({"email": ""}, "không cho biết địa chỉ thư đã xác minh"),
        ({"email_verified": False}, "không cho biết địa chỉ thư đã xác minh"),
    ],
)
def test_who_has_none_reads_whom_to_ask(world: World, provider: Provider, identity: dict[str, object], sentence: str) -> None:
    provider.identity |= identity
    browser = world.browser(None)
    page = came_in(browser)
    assert (page.status, sentence in page.text) == (403, True)
    assert not is_signed_in(browser)


def test_a_closed_account_stays_closed_and_two_with_one_address_are_nobody(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        ha = session.query(User).filter_by(username="ha").one()
        session.query(User).filter_by(username="dung").one().email = ha.email
    browser = world.browser(None)
    assert came_in(browser).status == 403
    with world.app.app_context(), transaction() as session:
        session.query(User).filter_by(username="dung").one().is_enabled = False
    came_in(browser)
    assert is_signed_in(browser)
    with world.app.app_context(), transaction() as session:
        session.query(User).filter_by(username="ha").one().is_enabled = False
    assert came_in(world.browser(None)).status == 403


@pytest.mark.parametrize("spoil", ["signature", "nonce", "audience", "expired"])
def test_an_answer_that_does_not_fit_is_not_believed(world: World, provider: Provider, spoil: str) -> None:
    provider.spoil = spoil
    browser = world.browser(None)
    page = came_in(browser)
    assert (page.status, "không hợp lệ hoặc đã dùng" in page.text) == (403, True)
    assert not is_signed_in(browser)


def test_a_code_is_worth_something_once_and_to_its_own_browser(world: World) -> None:
    browser, thief = world.browser(None), world.browser(None)
    back = to_provider(browser)
    assert thief.get(back).status == 403
    assert browser.get(back).status == 302
    again = world.browser(None)
    again.post("/sign-in/sso")
    assert again.get(back).status == 403
    assert browser.get("/sign-in/sso/back?code=x&state=y").status == 403


def test_a_provider_that_refuses_is_met_with_a_sentence(world: World, provider: Provider) -> None:
    provider.spoil = "error"
    page = came_in(world.browser(None))
    assert (page.status, "không cho phép" in page.text) == (403, True)


def test_a_provider_that_is_away_is_met_with_a_sentence(make_world: MakeWorld) -> None:
    away = make_world(OIDC_ISSUER="http://127.0.0.1:9", OIDC_CLIENT_ID=CLIENT, OIDC_CLIENT_SECRET=SECRET)
    page = away.browser(None).post("/sign-in/sso")
    assert (page.status, "Chưa kết nối được máy chủ đăng nhập" in page.text) == (503, True)


def test_the_second_step_is_asked_for_all_the_same(world: World) -> None:
    with world.app.app_context(), transaction() as session:
        user = session.query(User).filter_by(username="ha").one()
        user.totp_secret, user.totp_since = "A" * 32, START
    browser = world.browser(None)
    assert came_in(browser).location == "/sign-in/code"
    assert not is_signed_in(browser)


def test_without_a_provider_there_is_nothing_to_press(make_world: MakeWorld) -> None:
    browser = make_world().browser(None)
    assert "tài khoản cơ quan" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/sso").status == 404
    assert browser.get("/sign-in/sso/back?code=x").status == 404
