"""Every failure has its page and its sentence; every answer its headers."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from tests.web.conftest import MakeWorld, World
from tests.web.pages import Page
from tracker.errors import Refused
from tracker.queries import people
from tracker.web import guards
from tracker.web.security import CONTENT_SECURITY_POLICY
from tracker.web.tokens import personal_token

Breaking = Callable[[Exception], str]


@pytest.fixture
def breaking(world: World, monkeypatch: pytest.MonkeyPatch) -> Breaking:
    """`breaking(error)`: the address of a page that fails with it."""

    def made(error: Exception) -> str:
        def view() -> str:
            raise error

        monkeypatch.setitem(world.app.view_functions, "plans.list_plans", guards.public(view))
        return "/plans"

    return made


def test_a_page_that_is_not_there(world: World) -> None:
    page = world.browser().get("/nowhere")
    assert (page.status, page.h1) == (404, "Không tìm thấy trang")
    assert page.banners == ["Không có trang này, hoặc liên kết đã đổi; về trang Hôm nay."]
    assert page.links["Về trang Hôm nay"] == "/"


def test_who_has_no_account_is_led_to_what_everybody_may_read(world: World) -> None:
    page = world.browser(None).get("/nowhere")
    assert (page.status, page.banners) == (404, ["Không có trang này, hoặc liên kết đã đổi; xem các kết quả đã công bố."])
    assert page.links["Các kết quả đã công bố"] == "/ket-qua"
    assert "Về trang Hôm nay" not in page.links


def test_a_plan_that_is_not_there_has_no_rooms(world: World) -> None:
    page = world.browser().get("/plans/999999")
    assert page.status == 404
    assert page.elements("nav[contains(@class, 'rooms')]") == []


def test_a_button_that_failed_leads_back_to_its_page_and_what_was_written_is_kept(make_world: MakeWorld) -> None:
    client = make_world(csrf=True).browser(None).client
    sent = {"reason": "Hai thôn xa trung tâm", "unit": "7", "csrf_token": "x"}
    for referrer, back in (("http://localhost/plans?q=a", "/plans?q=a"), ("http://elsewhere.example/plans", None)):
        page = Page(client.post("/sign-in", data=sent, headers={"Referer": referrer}))
        assert page.links.get("Mở lại trang vừa rồi") == back
        assert page.with_class("typed") == ["Hai thôn xa trung tâm"]
    assert "Về trang Hôm nay" in page.links


def test_a_link_that_should_have_been_a_button(world: World) -> None:
    page = world.browser().get("/tasks/1/complete")
    assert page.status == 405
    assert page.banners == ["Liên kết này chỉ dùng để mở trang; bấm nút trên trang để ghi nhận."]
    assert "POST" in page.response.headers["Allow"]


def test_a_file_that_is_too_large(make_world: MakeWorld) -> None:
    browser = make_world(UPLOAD_LIMIT_MEGABYTES="1").browser()
    page = browser.post("/look", theme="x" * 1_100_000)
    assert page.status == 413
    assert page.banners == ["Nội dung gửi lên vượt mức 1 MB; nén ảnh trong văn bản hoặc tách tệp."]


def test_a_fault_of_ours_has_a_code_that_stands_in_the_log(
    world: World, breaking: Breaking, caplog: pytest.LogCaptureFixture
) -> None:
    page = world.browser(None).get(breaking(ZeroDivisionError("secret detail")))
    assert (page.status, page.h1) == (500, "Hệ thống gặp lỗi")
    code = re.search(r"mã ([0-9A-F]{4}-[0-9A-F]{2})\.", page.banners[0])
    assert code is not None
    assert page.banners == [
        f"Hệ thống gặp lỗi, chưa ghi nhận thao tác vừa rồi; thử lại, nếu vẫn lỗi thì báo quản trị mã {code[1]}."
    ]
    assert "secret detail" not in page.source
    assert any(code[1] in record.getMessage() for record in caplog.records)


def test_a_database_that_is_busy_asks_to_try_again(world: World, breaking: Breaking) -> None:
    busy = OperationalError("UPDATE x", {}, Exception("database is locked"))
    page = world.browser(None).get(breaking(busy))
    assert page.status == 503
    assert page.banners == ["Hệ thống đang bận ghi số liệu; thử lại sau ít giây."]
    assert page.links["Thử lại"] == "/plans"


def test_a_broken_database_still_gives_a_page(world: World, breaking: Breaking) -> None:
    browser = world.browser()
    broken = OperationalError("SELECT 1", {}, Exception("disk I/O error"))
    page = browser.get(breaking(broken))
    assert page.status == 500
    assert page.with_class("topnav") == []  # the frame asks nothing of a database that fails


class _Away(Exception):
    """What psycopg raises when it has no connection: known by its home and its code."""

    __module__ = "psycopg.errors"
    sqlstate = None


def test_a_database_that_is_away_asks_to_look_again_and_is_asked_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed in, on a page of a plan: neither the frame nor its rooms ask who is there while the database cannot say."""
    browser = world.browser()
    asked: list[int] = []

    def away(*_: object, **__: object) -> None:
        asked.append(1)
        raise OperationalError("SELECT 1", {}, _Away("connection refused"))

    monkeypatch.setattr(people, "signed_in", away)
    page = browser.get(f"/plans/{world.plan_id}/chase")
    assert (page.status, len(asked)) == (503, 1)
    assert page.banners == [
        "Cơ sở dữ liệu không trả lời, chưa chắc thao tác vừa rồi đã được ghi; chờ ít giây rồi mở lại trang xem, "
        "chưa có thì làm lại."
    ]


def test_a_database_that_goes_away_after_the_answer_is_made_costs_no_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection is given back with a ROLLBACK, which then cannot be said."""
    browser = world.browser()

    def gone(*_: object) -> None:
        raise OperationalError("ROLLBACK", {}, _Away("connection lost"))

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "_rollback_impl", gone)
        assert browser.get(f"/plans/{world.plan_id}").status == 200
    assert browser.get(f"/plans/{world.plan_id}").status == 200


@pytest.mark.parametrize(
    ("code", "status"),
    [("57P01", 503), ("57P03", 503), ("55P03", 503), ("40P01", 503), ("53100", 503), ("25006", 503), ("58030", 500)],
)
def test_what_others_can_mend_is_told_from_a_fault_of_ours(
    world: World, breaking: Breaking, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    """It stops, it starts, a row that another holds, of two the one to give way, a full disk, one that may only be read."""
    monkeypatch.setattr(_Away, "sqlstate", code)
    assert world.browser(None).get(breaking(OperationalError("SELECT 1", {}, _Away("")))).status == status


def test_an_edit_that_came_too_late_says_so(world: World, breaking: Breaking) -> None:
    page = world.browser(None).get(breaking(StaleDataError("1 row expected")))
    assert page.status == 409
    assert page.banners == ["Chưa lưu: người khác vừa sửa nội dung này; tải lại trang, xem thay đổi rồi làm lại."]


@pytest.mark.parametrize(
    ("key", "status"), [("too_many", 429), ("coordinator_only", 403), ("forbidden", 403), ("already_done", 409)]
)
def test_a_refusal_that_no_page_catches_has_one_of_its_own(world: World, breaking: Breaking, key: str, status: int) -> None:
    page = world.browser(None).get(breaking(Refused(key, "Chưa làm được: vì thế; làm thế kia.")))
    assert (page.status, page.banners) == (status, ["Chưa làm được: vì thế; làm thế kia."])


@pytest.mark.parametrize("path", ["/sign-in", "/plans", "/nowhere", "/static/theme.css", "/healthz", "/feeds/x.ics"])
def test_every_answer_carries_the_headers(world: World, path: str) -> None:
    headers = world.browser().get(path).response.headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_kept_and_versioned_files_are_kept_for_ever(world: World) -> None:
    browser = world.browser()
    assert browser.get("/plans").response.headers["Cache-Control"] == "no-store"
    for link in browser.get("/plans").elements("link[@rel='stylesheet']"):
        address = link.get("href")
        assert re.search(r"\?v=[0-9a-f]{10}$", address)
        answer = browser.get(address)
        assert (answer.status, answer.response.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert "immutable" not in browser.get("/static/theme.css").response.headers["Cache-Control"]


def test_styles_travel_squeezed_and_pages_do_not(world: World) -> None:
    """A page carries form keys: how well it squeezes would give them away."""
    browser = world.browser(None)
    plain = browser.get("/static/theme.css").content
    for _ in range(2):  # the second comes from memory
        answer = browser.get("/static/theme.css", **{"Accept-Encoding": "br, gzip"})
        headers = answer.response.headers
        assert headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in headers["Vary"]
        assert int(headers["Content-Length"]) == len(answer.content) < len(plain) / 3
        assert gzip.decompress(answer.content) == plain
    again = browser.get("/static/theme.css", **{"Accept-Encoding": "gzip", "If-None-Match": headers["ETag"]})
    assert again.status == 304
    for encodings in ("gzip;q=0", "identity"):
        assert "Content-Encoding" not in browser.get("/static/theme.css", **{"Accept-Encoding": encodings}).response.headers
    assert "Content-Encoding" not in browser.get("/sign-in", **{"Accept-Encoding": "gzip"}).response.headers


def test_the_version_of_a_file_is_that_of_its_content(world: World) -> None:
    sheet = world.browser(None).get("/sign-in").elements("link[contains(@href, 'theme.css')]")[0].get("href")
    assert sheet == world.browser(None).get("/nowhere").elements("link[contains(@href, 'theme.css')]")[0].get("href")


def test_https_is_remembered(world: World) -> None:
    client = world.app.test_client()
    assert "Strict-Transport-Security" in client.get("/sign-in", base_url="https://khaosat.example.vn").headers
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers


def test_the_policy_lets_no_code_in_that_stands_in_a_page() -> None:
    parts = dict(part.strip().partition(" ")[::2] for part in CONTENT_SECURITY_POLICY.split(";"))
    assert parts["default-src"] == parts["script-src"] == parts["style-src"] == parts["form-action"] == "'self'"
    assert parts["frame-ancestors"] == parts["object-src"] == parts["base-uri"] == "'none'"
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY


def test_a_personal_page_is_kept_nowhere_and_its_address_does_not_travel(world: World) -> None:
    """The token stands in the address: no cache, no history of a shared desk, no other site may learn it."""
    unit = world.people.units[0]
    token = personal_token(str(world.app.secret_key), unit.contact_id, "n1")
    for address in (f"/v/{token}", f"/v/{token}/tasks/2", f"/v/{token[:-4]}", "/reset/nothing"):
        headers = world.browser(None).get(address).response.headers
        assert headers["Cache-Control"] == "no-store", address
        assert headers["Referrer-Policy"] == "same-origin", address
        assert "Set-Cookie" not in headers or "HttpOnly" in headers["Set-Cookie"], address
